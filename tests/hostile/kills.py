"""Programs are killed at any moment: what was told is kept, nothing is torn, and again it works.

python -m tests.hostile.kills --kills 300 --seed 1 --only restore

Half of the moments are times drawn by chance, half a file that is opened, renamed, locked, removed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from assistant import paths, settings
from assistant.store import Store, backups
from assistant.store.replacing import beside
from assistant.testing import Conversation
from assistant.turn import Utterance
from tests import checkpoints
from tests.hostile import turns
from tests.hostile.homes import (
    DAY,
    WORD,
    aged,
    asides,
    counts,
    damaged,
    kept_whole,
    left,
    listed,
    run_command,
    swapped,
    talk,
    torn,
)
from tests.hostile.killing import FAILED, Ended, Moment, run

Told = list[str]
"""The lines that a program told."""


@dataclass(frozen=True)
class Kind:
    """What is done in a home, and what must be so after it was killed and was done again.

    ``check`` returns what is wrong, in words.
    """

    make: Callable[[Path], object]
    act: Callable[[Path], object]
    check: Callable[[Path, Told], str]


# What is done, and what must be so then.


def speak(home: Path) -> None:
    """Say things, each told when it was answered."""
    turns.speak(home, seed=7, turns=12, threads=1)


def spoke(home: Path, told: Told) -> str:
    """Nothing that was answered is lost, and more can be said."""
    answered = [json.loads(line) for line in told]
    if gone := turns.lost(home, answered):
        return f"lost: {gone}"
    say = Conversation()
    more = say("add tea to my shopping list").reply.text
    say.close()
    return "" if "tea" in more else f"then it said {more!r}"


def set_keys(home: Path) -> None:
    """Set one key after another."""
    for n in range(25):
        settings.save(paths.settings_file(), "keys.help", f"alt+f{n % 24 + 1}")
        print(n, flush=True)


def keys_set(home: Path, told: Told) -> str:
    """The file is that of the last one that was told, or of the next."""
    there = settings.load(paths.settings_file())
    last = int(told[-1]) if told else -1
    allowed = {f"alt+f{n % 24 + 1}" for n in (last, last + 1) if n >= 0} | (
        {"alt+a"} if last < 0 else set()
    )
    if there.keys.get("help") not in allowed or there.units != "imperial":
        return f"{there.keys} after {last} was told"
    settings.save(paths.settings_file(), "units", "metric")
    return "" if settings.load(paths.settings_file()).units == "metric" else "not set again"


def make_settings(home: Path) -> None:
    """Set a few things."""
    settings.save(paths.settings_file(), "units", "imperial")
    settings.save(paths.settings_file(), "keys.help", "alt+a")


def make_model(home: Path) -> None:
    """Add a small checkpoint."""
    float_folder = checkpoints.write(home / "float", checkpoints.config("distilbert"))
    run_command("models", "import", str(float_folder), "--name", "tiny")


def remove_model(home: Path) -> None:
    """Remove it."""
    print(run_command("models", "remove", "tiny", "--yes").strip(), flush=True)


def model_removed(home: Path, told: Told) -> str:
    """It is there whole or not at all, can be removed, and added again."""
    whole = sorted((home / "whole.txt").read_text().split())
    folder = home / "models" / "tiny"
    if folder.exists() and sorted(each.name for each in folder.iterdir()) != whole:
        return f"half of it is left: {[each.name for each in folder.iterdir()]}"
    if told and folder.exists():
        return "it was told to be gone, and is there"
    again = run_command("models", "remove", "tiny", "--yes")
    if folder.exists() or not ("is gone" in again or "There is no model tiny" in again):
        return f"not removed again: {again!r}"
    added = run_command("models", "import", str(home / "float"), "--name", "tiny")
    return "" if "is ready" in added else f"not added again: {added!r}"


def make_listed_model(home: Path) -> None:
    """Add a small checkpoint, and note what it is made of."""
    make_model(home)
    names = [each.name for each in (home / "models" / "tiny").iterdir()]
    (home / "whole.txt").write_text(" ".join(names))


def forget(home: Path) -> None:
    """Forget a word."""
    print(run_command("history", "forget", "--about", WORD, "--yes").strip(), flush=True)


def forgot(home: Path, told: Told) -> str:
    """All else is there, and said again no byte of the word is."""
    for _ in range(2):
        if (there := listed(paths.database())) != ["milk", "eggs"]:
            return f"the list is {there}"
        again = run_command("history", "forget", "--about", WORD, "--yes")
        if "Forgot" not in again:
            return f"not forgotten again: {again!r}"
    return left(home)


def make_session(home: Path) -> None:
    """Fill a home in which the word stands in one session alone."""
    talk(home)
    run_command("history", "forget", "--about", WORD, "--yes")
    say = Conversation()
    session = say.assistant.open_session("travel")
    say.assistant.respond(Utterance(f"{WORD} {WORD}", say.clock()), session.id)
    backups.back_up_daily(paths.database(), date.fromisoformat(DAY))
    say.close()
    (home / "assistant.log").write_text(f"a line about {WORD}\n", encoding="utf-8")


def forget_session(home: Path) -> None:
    """Forget the session."""
    print(run_command("history", "forget", "--session", "travel", "--yes").strip(), flush=True)


def forgot_session(home: Path, told: Told) -> str:
    """Said again, also where the session is gone already, no byte of it is left."""
    again = run_command("history", "forget", "--session", "travel", "--yes")
    if "Forgot" not in again and "There is no session" not in again:
        return f"not forgotten again: {again!r}"
    return left(home)


def export(home: Path) -> None:
    """Print all turns."""
    print(run_command("history", "export"), flush=True)


def exported(home: Path, told: Told) -> str:
    """Nothing has changed, and what was printed is the beginning of it."""
    rows = run_command("history", "export").splitlines()
    there = counts(paths.database())["turns"]
    whole = [line for line in told if line]
    if len(rows) != there or whole != rows[: len(whole)]:
        return f"{len(rows)} of {there} turns, after {len(whole)}"
    return ""


def back_up(home: Path) -> None:
    """Copy the database over an older copy."""
    print(run_command("backup", str(home / "backups" / f"assistant-{DAY}.db")), flush=True)


def backed_up(home: Path, told: Told) -> str:
    """The copy is the old one or the new one, and again it is the new one."""
    copy = home / "backups" / f"assistant-{DAY}.db"
    if wrong := torn(iter([copy])):
        return wrong
    number, newest = counts(copy)["turns"], counts(paths.database())["turns"]
    if number not in (13, newest) or (told and number != newest):
        return f"the copy has {number} turns"
    run_command("backup", str(copy))
    return "" if counts(copy) == counts(paths.database()) else "it was not copied again"


def restore(home: Path) -> None:
    """Go back to the copy."""
    print(run_command("restore", DAY, "--yes").strip(), flush=True)


def restored(home: Path, told: Told) -> str:
    """It is what it was or what the copy is, and what it was is kept."""
    for n in range(2):
        there, kept = listed(paths.database()), asides(home, "before-restore")
        if wrong := torn(iter(kept)):
            return wrong
        if there == ["milk"] and not any(listed(each) == ["milk", "eggs"] for each in kept):
            return "what it was is lost"
        if there not in (["milk"], ["milk", "eggs"]) or (there != ["milk"] and (told or n)):
            return f"the list is {there} after {told}"
        run_command("restore", DAY, "--yes")
    return ""


def replaced(home: Path, told: Told) -> str:
    """A damaged database is what it was, or the copy; what it was is kept, whole."""
    if swapped(home) and counts(paths.database())["turns"] != 13:
        return f"it is neither: {counts(paths.database())}"
    for _ in range(2):
        again = run_command("restore", DAY, "--yes")
        if "Restored" not in again:
            return f"not restored again: {again!r}"
        if listed(paths.database()) != ["milk"]:
            return f"the list is {listed(paths.database())}"
        if not kept_whole(home, "before-restore"):
            return "what it was is lost"
    return ""


def migrate(home: Path) -> None:
    """Open a database of the version before."""
    Store.open(paths.database()).close()
    print("open", flush=True)


def migrated(home: Path, told: Told) -> str:
    """It opens, with all that was in it, and a copy of what it was."""
    if (there := listed(paths.database())) != ["milk", "eggs"]:
        return f"the list is {there}"
    kept = asides(home, "backup-v")
    for each in kept:
        with closing(sqlite3.connect(each)) as db:
            names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        if "claims" in names or "turns" not in names:
            return f"{each.name} is no copy of what it was: {names}"
    return torn(iter(kept)) if kept else "there is no copy of what it was"


def recover(home: Path) -> None:
    """Save what can be read."""
    print(run_command("doctor", "--recover").strip(), flush=True)


def recovered(home: Path, told: Told) -> str:
    """Said again all is saved that can be, and what it was is kept, whole."""
    saved = json.loads((home / "saved.json").read_text())
    if swapped(home) and counts(paths.database()) != saved:
        return f"it is neither: {counts(paths.database())}"
    again = run_command("doctor", "--recover")
    if "Saved" not in again and "is whole" not in again:
        return f"not recovered again: {again!r}"
    if not kept_whole(home, "damaged"):
        return "what it was is lost"
    return "" if counts(paths.database()) == saved else f"saved {counts(paths.database())}"


def make_recoverable(home: Path) -> None:
    """Damage a database, and note what can be saved of it."""
    damaged(home)
    recover(home)
    (home / "saved.json").write_text(json.dumps(counts(paths.database())))
    for each in home.glob("assistant.db*"):
        each.unlink()
    for each in (paths.database(), beside(paths.database())[0]):
        shutil.copyfile(home / f"was{each.suffix}", each)
        each.chmod(0o600)


KINDS = {
    "turns": Kind(talk, speak, spoke),
    "settings": Kind(make_settings, set_keys, keys_set),
    "models": Kind(make_listed_model, remove_model, model_removed),
    "forget": Kind(talk, forget, forgot),
    "session": Kind(make_session, forget_session, forgot_session),
    "export": Kind(talk, export, exported),
    "backup": Kind(talk, back_up, backed_up),
    "restore": Kind(talk, restore, restored),
    "replace": Kind(damaged, restore, replaced),
    "migration": Kind(aged, migrate, migrated),
    "recovery": Kind(make_recoverable, recover, recovered),
}
"""What programs are killed at."""

LOADED = ("assembly", "commands.backup", "commands.doctor", "commands.history", "commands.models",
    "commands.say", "doors.logs", "store.recovering", "training.making")  # fmt: skip
"""What is imported once, before processes are made of this one."""


def moments(whole: Ended, chance: random.Random) -> Iterator[Moment]:
    """Give times and events in turn; each event once before one comes again."""
    while True:
        for event in chance.sample(range(1, whole.events + 1), whole.events):
            yield Moment(event=event)
            yield Moment(after=chance.uniform(0.001, whole.seconds * 1.05))


def kill(kind: Kind, template: Path, moment: Moment) -> tuple[bool, str]:
    """Kill one at a moment; return whether it had not ended by itself, and what is wrong then."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        shutil.copytree(template, home)
        ended = run(partial(kind.act, home), home, moment)
        found = run(lambda: print(kind.check(home, ended.told)), home)
        wrong = "\n".join(found.told).strip()
        open_to_others = [
            each.name for each in home.rglob("assistant*db*") if each.stat().st_mode & 0o077
        ]
        if open_to_others and not wrong:
            wrong = f"others may read {open_to_others}"
    return ended.killed, f"{moment}: {wrong}" if wrong else ""


def campaign(
    folder: Path, kills: int, seed: int, only: Collection[str]
) -> tuple[list[str], Counter[str]]:
    """Kill processes of some kinds in turn; return what went wrong, and how many there were."""
    for name in LOADED:
        importlib.import_module(f"assistant.{name}")
    chance, wrong, done = random.Random(seed), list[str](), Counter[str]()
    at: dict[str, Iterator[Moment]] = {}
    for n in range(kills):
        name = [*only][n % len(only)]
        kind, template = KINDS[name], folder / name
        if name not in at:
            template.mkdir(mode=0o700)
            made = run(partial(kind.make, template), template)
            again = folder / f"{name}-whole"
            shutil.copytree(template, again)
            whole = run(partial(kind.act, again), again)
            at[name] = moments(whole, chance)
            wrong += [f"{name}: {each}" for each in (*made.told, *whole.told) if FAILED in each]
        killed, trouble = kill(kind, template, next(at[name]))
        if trouble:
            wrong.append(f"kill {n}, {name}, {trouble}")
        done[name] += killed
    return wrong, done


def main() -> None:
    """Run the campaign, and end with 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=KINDS, action="append")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong, done = campaign(Path(folder), asked.kills, asked.seed, asked.only or [*KINDS])
    print(*wrong, sep="\n")
    print(f"kills, seed {asked.seed}: {done.total()} {dict(done)}, {len(wrong)} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
