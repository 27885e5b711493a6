"""Settings of any kind: what is wrong is told, the rest counts, and what is set stays set.

python -m tests.hostile.settings --rounds 3000 --seed 1
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import asdict, fields
from pathlib import Path

from assistant.errors import SettingsError
from assistant.settings import ACTIONS, Settings, load, load_anyway, save
from tests.hostile import campaign, odd

LONG = 30.0
"""Seconds after which a round counts as one that hangs."""

NAMES = tuple(each.name for each in fields(Settings))

VALUES = (
    "1", "0", "-1", "1e999", "nan", "-inf", "9" * 5_000, "0x10", "1_0", "true", '"on"', '"off"',
    '"past"', '"dark"', '""', "''", '"' + "x" * 9_000 + '"', '"\\u001b]52;c;eA==\\u0007"',
    '"\\u0000"', '"../../x"', '"Europe/Berlin"', '"Europe"', '"/etc/passwd"', "[]", "[1]",
    '["dice"]', '["dice", 1]', "{}", '{inspector = "f3"}', '{inspector = 3}', '{x = "f3"}',
    "1979-05-27", "07:32:00", '"""\nx\n"""', "[" * 2_000, "{a = " * 500, "[[[[]]]]",
)  # fmt: skip
"""Values as a file may have them."""

GIVEN = (
    "", " ", "1", "-1", "1e999", "nan", "9" * 5_000, "on", "off", "12h", "metric", "dark", "0.5",
    "1_0", "\u0661", "\ud800", "x\udcffy", "\x00", "\x1b[2J", "a\nb", "a\r\nb", "\u2028", "\ufeff",
    '"', "'''", "\\", "x" * 100_000, "Europe/Berlin", "Europe", "../x", "dice, todo", "f3",
    "ctrl+k", "ctrl+\n", "intent-distilbert", "\N{GRINNING FACE}",
)  # fmt: skip
"""Values as they may be given to ``settings set``."""


def written(chance: random.Random) -> bytes:
    """Return a settings file of any kind."""
    lines = []
    for _ in range(chance.randrange(6)):
        name = chance.choice((*NAMES, "colour", "keys.inspector", '"a b"', "caution", "units", ""))
        line = f"{name} = {chance.choice(VALUES)}"
        lines.append(chance.choice((line, line, f"[{name}]", f"[[{name}]]", "# mine", line + line)))
    data = "\n".join(lines).encode()
    return odd.bytes_of(data, chance) if data and chance.random() < 0.2 else data


def given(chance: random.Random) -> tuple[str, str]:
    """Return the name of a setting and what it is set to."""
    keys = (f"keys.{chance.choice([*ACTIONS])}", "keys", "keys.", "keys.\ud800")
    return chance.choice((*NAMES, *NAMES, *keys, "colour", "", "\ud800")), chance.choice(GIVEN)


def _read(path: Path) -> str:
    """Read a file in both ways; return what went wrong."""
    chosen, told = load_anyway(path)
    bad = [sentence for sentence in told if not odd.is_sentence(sentence)]
    try:
        strict = load(path)
    except SettingsError:
        return f"no sentence: {bad[0]!r:.300}" if bad else "" if told else "refused, and not told"
    return "told of what was taken" if told or strict != chosen else ""


def _set(path: Path, name: str, text: str) -> tuple[str, str]:
    """Set something; return how that ended, and what went wrong."""
    before = path.read_bytes() if path.is_file() and path.stat().st_size < 1 << 20 else None
    others = asdict(load_anyway(path)[0])
    try:
        now = asdict(save(path, name, text))
    except SettingsError as error:
        after = path.read_bytes() if before is not None else None
        wrong = "" if odd.is_sentence(str(error)) else f"no sentence: {error!s:.300}"
        return "refused", wrong or ("" if before == after else "refused, and written")
    top = name.partition(".")[0]
    if asdict(load_anyway(path)[0]) != now:
        return "set", "it is not what was set"
    if {**others, top: None} != {**now, top: None}:
        return "set", "others were changed"
    return "set", ""


def run(folder: Path, rounds: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Read and set odd settings; return what went wrong, and how it ended how often."""
    chance, wrong, ended = random.Random(seed), list[str](), Counter[str]()
    for n in range(rounds):
        home = folder / "home"
        home.mkdir()
        path, data = home / "settings.toml", written(chance)
        path.write_bytes(data)
        what = odd.put(path, chance) if chance.random() < 0.05 else f"{data[:200]!r}"
        name, text = given(chance)
        trouble = ""
        try:
            with odd.within(LONG):
                trouble = _read(path)
                how, worse = _set(path, name, text)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
            how, worse = "failed", f"ended in {error!r:.300}"
        ended[how] += 1
        if trouble or worse:
            wrong.append(f"round {n} ({what}; {name!r} to {text!r:.60}): {trouble or worse}")
        shutil.rmtree(home)
    return wrong, ended


if __name__ == "__main__":
    campaign.main(__doc__, "settings", "settings", run, 1_000)
