"""Programs are killed after every turn of a form: it goes on as if nothing had been.

python -m tests.hostile.forms
python -m tests.hostile.forms --only 2

Each conversation is held twice, in homes of their own: by one program, and by one program a turn
that is killed (SIGKILL) as soon as its reply is printed. Replies, outcomes, and all that is kept in
the end must be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.skill.given import Alarm
from assistant.store import Store

BANK = Path(__file__).parents[1] / "bank_skill.py"

TALKS = (
    ("send money", "to John", "50", "oh sorry, I meant Alex", "yes", "make it 60", "yes", "yes",
     "what is left in the bank"),
    ("set a timer", "what is left in the bank", "hold on", "10 minutes", "no, 20", "undo"),
    ("book a table", "what are the options", "tuesday", "at 7", "yes", "where were we",
     "no, monday", "Bob"),
    ("raise my limit", "a@b.c", "yes", "yes", "actually I don't live in Sweden", "no",
     "skip this one", "yes"),
    ("send money to Joe", "book a table", "remind me to call mum", "tomorrow at six", "cancel",
     "20", "yes", "what is left in the bank"),
    ("transfer 20 to Ann", "vrixq ozlemp", "plombo", "zzyzx", "add milk to my shopping list",
     "where were we", "yes", "what is left in the bank"),
    ("remind me to buy milk", "i meant buy bread", "yes", "yesterday", "tomorrow at six",
     "what's on my shopping list"),
    ("transfer 30 to Eve", "start over", "yes", "Bob", "900", "40", "why do you ask", "yes"),
    ("set an alarm", "yesterday at 7", "tomorrow at 7", "add something to my shopping list",
     "stop that, add eggs to my shopping list", "what's on my shopping list"),
    ("book a table on monday at 9", "what is left in the bank", "yes", "change the hour", "10",
     "Alex", "send money to Joe", "never mind", "where were we"),
)  # fmt: skip
"""What is said in each conversation: corrected, interrupted, put away and gone on with."""


def command(*words: str) -> list[str]:
    """Return the command that says things and tells each turn as a line of JSON."""
    given = ("--json", "--session", "talk", "--skill", str(BANK))
    return [sys.executable, "-m", "assistant", "say", *given, *words]


def held(home: Path, said: Sequence[str]) -> list[dict[str, Any]]:
    """Say all to one program, and return its turns."""
    done = subprocess.run(
        command(),
        input="\n".join(said),
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def killed(home: Path, said: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Say each to a program of its own that is killed when it has answered."""
    for text in said:
        with subprocess.Popen(
            command("--", text), env=environment(home), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            process.kill()
        yield json.loads(line) if line.endswith("\n") else {}


def environment(home: Path) -> dict[str, str]:
    """Return what a program needs to live in a home."""
    return {**os.environ, "ASSISTANT_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def told(turn: dict[str, Any]) -> tuple[Any, ...]:
    """Return what of a turn is the same in both homes."""
    meant, reply = turn.get("understanding", {}), turn.get("reply", {})
    return reply.get("text"), turn.get("outcome"), meant.get("intent"), meant.get("parser")


def kept(home: Path) -> dict[str, Any]:
    """Return what is kept in a home: memories, what will ring, and how many turns there are."""
    store = Store.open(home / "assistant.db")
    reader = store.reader()
    there = {skill: reader.memory(skill) for skill in ("bank", "lists")}
    rings = sorted(f"{each.skill} {each.label} {_when(each)}" for each in store.pending())
    waits = [each.question for each in _waiting(store)]
    store.close()
    return {**there, "rings": rings, "waits": waits}


def _when(alarm: Alarm) -> str:
    """Return when one rings; of a timer that is how long it runs, in seconds."""
    if alarm.skill == "timer" and alarm.length is not None:
        return f"{alarm.length.total_seconds():.0f}"
    return str(alarm.due)


def _waiting(store: Store) -> Iterator[Any]:
    session = store.session("talk")
    for question in (session.open_question, session.parked):
        yield from question.stack if question else ()


def wrong(folder: Path, said: Sequence[str], *, show: bool = False) -> list[str]:
    """Return in words how a conversation that is killed differs from one that is not."""
    whole, torn = folder / "whole", folder / "torn"
    expected, answered = held(whole, said), [*killed(torn, said)]
    for text, turn in zip(said, answered if show else (), strict=False):
        print(f"> {text}\n< {' '.join(str(told(turn)[0]).split())}")
    pairs = zip(said, expected, answered, strict=False)
    found = [f"{text!r}: {told(b)}, not {told(a)}" for text, a, b in pairs if told(a) != told(b)]
    if len(expected) != len(said):
        found.append(f"{len(expected)} of {len(said)} were answered without a kill")
    if kept(whole) != kept(torn):
        found.append(f"kept: {kept(torn)}, not {kept(whole)}")
    return found


def main() -> None:
    """Hold the conversations, and end with 1 where a kill made a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=int, default=len(TALKS), help="how many, from the first")
    parser.add_argument("--show", action="store_true", help="print what was said and answered")
    asked, bad, kills = parser.parse_args(), 0, 0
    for number, said in enumerate(TALKS[: asked.only]):
        with tempfile.TemporaryDirectory() as folder:
            found = wrong(Path(folder), said, show=asked.show)
        for each in found:
            print(f"conversation {number}, {each}")
        bad, kills = bad + bool(found), kills + len(said)
    print(f"forms: {kills} kills in {asked.only} conversations, {bad} of them went otherwise")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
