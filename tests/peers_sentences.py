"""Runs peers' sentences by their own runner, with the intents that have other names by now.

``python tests/peers_sentences.py RUNNER.py ROWS.tsv ASSISTANT [--home one] [--out FILE.jsonl]``

With ``--home one`` each sentence is said in a home of its own, in which there is one timer, one
alarm and one reminder; else as the runner does it, all in one home.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

Row = dict[str, str]
Turn = dict[str, Any]

RENAMED = (
    (re.compile(r"timer\.\(running\|left\)"), "timer.(running|left|ending)"),
    (re.compile(r"clock\.weekday"), "clock.(weekday|dates|is_it|is_weekend)"),
    (re.compile(r"clock\.today"), "clock.(today|is_it|is_weekend)"),
    (re.compile(r"calculator\.(?!what_percent).*"), "calculator.(calculate|total|figure)"),
    (re.compile(r"smalltalk\.identity"), "smalltalk.(identity|maker|called|origin|body)"),
    (re.compile(r"lists\.remove"), "lists.(remove|tick)"),
    (re.compile(r"(alarm|reminder)\.move"), r"\1.(move|shift)"),
    (
        re.compile(r"(\(alarm\|reminder\)|\(alarm\|reminder\|timer\))\.pending"),
        r"(agenda\..*|\1.pending)",
    ),
    (
        re.compile(r"\(alarm\|timer(?:\|reminder)?\)\.cancel_all"),
        r"(agenda|alarm|timer|reminder).cancel_all",
    ),
    (
        re.compile(r"units\.\(?(?:per_one|convert)\b.*"),
        "units.(convert|convert_over|convert_from|unknown)",
    ),
)
"""Patterns of intents as the rows have them, and what took their place: one intent for every sum,
one for every conversion, one more for what is ticked off a list, several for what is asked of a
day; moving by a length is one of its own, and alerts of all kinds are too."""

LACKING = Path(__file__).with_name("peers_lacking.json")
"""Tags of requests that no skill could serve, by the intents (a pattern) that serve them now, and
the slots each of them must have heard: "repeat|often" is one of the two."""

ONE_EACH = (
    "set a cocoa timer for 42 minutes",
    "set an alarm for 4:44 am",
    "remind me tomorrow at 3:33 pm to fold the napkins",
)
"""What there is one of in a home of its own."""

WHEN = "2026-03-04T10:00:00+01:00"
"""When everything is said in such a home."""

AFTER = {"alarm.set_alarm": ("at", "now+"), "reminder.add": ("when", "in:")}
"""How a row writes a time that is so many seconds from now; an alarm or a reminder may have heard
the length then."""


def renamed(expect: str) -> str:
    """Return what a row expects, JSON of [[intent pattern, slots], ...], by today's names."""
    told = json.loads(expect)
    told += [_after(*each) for each in told if _is_after(*each)]
    for each in told:
        for pattern, now in RENAMED:
            each[0] = pattern.sub(now, each[0])
    return json.dumps(told)


def _is_after(intent: str, slots: dict[str, list[str]]) -> bool:
    name, sign = AFTER.get(intent, ("", "-"))
    return slots.get(name, [""])[0].startswith(sign)


def _after(intent: str, slots: dict[str, list[str]]) -> list[object]:
    at, sign = AFTER[intent]
    others = {name: values for name, values in slots.items() if name != at}
    return [intent, {**others, "length": [each.removeprefix(sign) for each in slots[at]]}]


def read(path: Path) -> list[Row]:
    """Return the rows, by today's names."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{**row, "expect": renamed(row["expect"])} for row in reader]


def load(path: Path) -> ModuleType:
    """Return the runner as a module."""
    spec = importlib.util.spec_from_file_location("peers_runner", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def alone(assistant: str, sentences: Sequence[str]) -> list[Turn]:
    """Let the assistant answer every sentence in a home with one of each, as `say --json` would."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sentences.tsv")
        before = " ; ".join(ONE_EACH)
        lines = [f"{text}\t{before}\tunchanged" for text in sentences]
        path.write_text("\n".join(["sentence\tbefore\tintent", *lines]) + "\n", encoding="utf-8")
        words = [assistant, "test", "--json", str(path)]
        env = {**os.environ, "ASSISTANT_HOME": folder}
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return [turn(row) for row in json.loads(done.stdout)["rows"]]


def turn(row: Mapping[str, Any]) -> Turn:
    """Return what came of a row of `assistant test` as a turn of `say --json`."""
    slots = [{"name": name, "value": value} for name, value in row["slots"].items()]
    understanding = {"intent": row["intent"], "slots": slots, "parser": "", "confidence": 0.0}
    return {
        "utterance": {"heard_at": WHEN},
        "understanding": understanding,
        "outcome": "asked" if row["outcome"] == "offered" else row["outcome"],
        "reply": {"text": row["reply"]},
        "offered": row["offered"],
        "changed": row["changed"],
    }


def judged(runner: ModuleType, row: Row, turn: Turn, served: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with the runner's verdict, or ours where a tag is served by now."""
    meant = turn["understanding"]
    slots = {slot["name"]: slot["value"] for slot in meant["slots"]}
    tag = served.get(row["tag"]) if row["kind"] == "lacking" else None
    if tag:
        verdict, detail = serve(tag, meant["intent"], slots, turn["outcome"])
    else:
        verdict, detail = runner.judge(row, turn)
    given = row["kind"] == "covered" and bool(set(json.loads(row["expect"])[0][1]) - {"outcome"})
    return {
        **row,
        "kind": "served" if tag else row["kind"],
        "repo": row["source"].split(":")[0],
        "verdict": verdict,
        "detail": detail,
        "slots": given,
        "intent": meant["intent"] or "",
        "got": slots,
        "parser": meant["parser"],
        "confidence": meant["confidence"],
        "outcome": turn["outcome"],
        "changed": turn.get("changed"),
        "offered": turn.get("offered") or [],
        "reply": turn["reply"]["text"][:200],
    }


def serve(
    tag: Sequence[Any], intent: str | None, slots: Mapping[str, Any], outcome: str
) -> tuple[str, str]:
    """Return the verdict about a request that is served by now, as the runner gives them."""
    pattern, names = tag
    if intent is None:
        return "missed", ""
    if not re.fullmatch(pattern, intent):
        return "wrong function", outcome
    lost = [name for name in names if all(slots.get(n) in (None, "") for n in name.split("|"))]
    return ("value lost", f"{outcome}:{','.join(lost)}") if lost else ("right", "slots")


def acted(runner: ModuleType, result: Mapping[str, Any]) -> bool:
    """Tell whether a row that is not right did or told something; what changed is known alone."""
    if result["changed"] is None:
        return bool(runner.acted(result))
    if result["verdict"] in ("right", "missed", "refused"):
        return False
    return bool(result["changed"] or runner.acted({**result, "intent": result["intent"] or "-"}))


def right_first(result: Mapping[str, Any]) -> bool:
    """Tell whether the first of what was offered is what the row expects."""
    first = next((offer["intent"] for offer in result["offered"]), "")
    wanted = json.loads(result["expect"])
    return any(pattern != "none" and re.fullmatch(pattern, first) for pattern, _ in wanted)


def report(runner: ModuleType, results: Sequence[dict[str, Any]]) -> None:
    """Print the runner's figures, and what is reached for."""
    runner.report([result for result in results if result["kind"] != "served"])
    covered = [r for r in results if r["kind"] == "covered"]
    missed = [r for r in covered if r["verdict"] == "missed"]
    half = sum(map(right_first, missed))
    wrong = sum(acted(runner, r) for r in covered)
    share = runner.percent
    print(
        f"\ncovered {len(covered)}: acted wrongly {share(wrong, len(covered)).strip()} % ({wrong})"
    )
    print(
        f"refused though covered {share(len(missed) - half / 2, len(covered)).strip()} %: "
        f"{len(missed)}, of which {half} asked with the right first choice count half"
    )
    others = [r for r in results if r["kind"] in ("lacking", "none") and r["changed"]]
    if any(r["changed"] is not None for r in results):
        print(f"not covered, and something was changed: {len(others)}")
    served = [r for r in results if r["kind"] == "served"]
    if served:
        right = sum(r["verdict"] == "right" for r in served)
        bad = sum(acted(runner, r) for r in served)
        told = f"right {share(right, len(served)).strip()} %, acted wrongly {bad}"
        print(f"lacking once, served now {len(served)}: {told}")


def main() -> int:
    """Ask the assistant, judge, and print."""
    words = sys.argv[1:]
    options = {}
    for name in ("--home", "--out"):
        if name in words:
            at = words.index(name)
            options[name] = words[at + 1]
            del words[at : at + 2]
    path, rows_path, assistant = words
    runner, rows = load(Path(path)), read(Path(rows_path))
    texts = [row["sentence"] for row in rows]
    turns = (
        alone(assistant, texts)
        if options.get("--home") == "one"
        else runner.ask(assistant, texts, [])
    )
    served = json.loads(LACKING.read_text(encoding="utf-8"))
    results = [judged(runner, r, t, served) for r, t in zip(rows, turns, strict=True)]
    if "--out" in options:
        lines = (json.dumps(result, ensure_ascii=False) + "\n" for result in results)
        Path(options["--out"]).write_text("".join(lines), encoding="utf-8")
    report(runner, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
