"""Many processes and threads talk to one home: nothing that was acknowledged may be lost.

python -m tests.hostile.turns --processes 8 --threads 1 --turns 1250 --seed 1
python -m tests.hostile.turns --kills 200
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from assistant.store import Store

KINDS = ("item", "note", "fact", "timer")
"""What is told to be kept."""

LISTS = ("shopping", "to-do")
"""Where items go."""

TROUBLE = ("locked", "could not be saved", "Another program", "went wrong")
"""What no reply may say."""


def speak(home: Path, seed: int, turns: int, threads: int) -> None:
    """Say things from some threads; print each as JSON once it is acknowledged."""
    os.environ["ASSISTANT_HOME"] = str(home)
    from assistant.assembly import assemble, templates_only
    from assistant.settings import Settings

    assistant = assemble(Settings(), model=templates_only(), packages=False)
    printing = threading.Lock()

    def one(number: int) -> None:
        from assistant.turn import Utterance

        chance = random.Random(seed * 1_000 + number)
        session = assistant.open_session(f"s{seed}-{number}")
        for n in range(turns):
            kind, name = chance.choice(KINDS), f"thing{seed}x{number}x{n}"
            turn = assistant.respond(
                Utterance(_said(kind, name), assistant.clock.now()), session.id
            )
            told = {"kind": kind, "name": name, "outcome": turn.outcome, "reply": turn.reply.text}
            with printing:
                print(json.dumps(told), flush=True)

    every = [threading.Thread(target=one, args=(number,)) for number in range(threads)]
    for each in every:
        each.start()
    for each in every:
        each.join()
    assistant.close()


def _said(kind: str, name: str) -> str:
    return {
        "item": f"add {name} to my {LISTS[len(name) % len(LISTS)]} list",
        "note": f"note that {name} is blue",
        "fact": f"remember that {name} is green",
        "timer": f"set a {name} timer for 3 hours",
    }[kind]


def lost(home: Path, told: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return what was acknowledged and is not in the store."""
    store = Store.open(home / "assistant.db")
    reader = store.reader()
    items = reader.memory("lists")
    notes = " ".join(note["text"] for note in reader.memory("notes").values())
    facts = json.dumps(reader.memory("memory"))
    timers = {alarm.label for alarm in store.pending()}
    store.close()
    there = {
        "item": set(json.dumps(items).replace('"', " ").replace(",", " ").split()),
        "note": set(notes.split()),
        "fact": set(facts.replace('"', " ").split()),
        "timer": timers,
    }
    done = (each for each in told if each["outcome"] == "answered")
    return [each for each in done if each["name"] not in there[each["kind"]]]


def talk(home: Path, processes: int, threads: int, turns: int, seed: int) -> list[dict[str, str]]:
    """Let processes talk at once; return what they were told."""
    started = [
        subprocess.Popen(
            _command(home, seed + n, turns, threads), stdout=subprocess.PIPE, text=True
        )
        for n in range(processes)
    ]
    said = [each.communicate()[0] for each in started]
    assert all(each.returncode == 0 for each in started), "a process failed"
    return [json.loads(line) for text in said for line in text.splitlines()]


def kill(home: Path, kills: int, seed: int) -> list[dict[str, str]]:
    """Let processes talk and kill each at a random moment; return what they were told."""
    chance, told = random.Random(seed), list[dict[str, str]]()
    for n in range(kills):
        with subprocess.Popen(
            _command(home, seed * 10_000 + n, 10_000, 1), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            told.append(json.loads(process.stdout.readline()))
            time.sleep(chance.random() * 0.2)
            process.send_signal(signal.SIGKILL)
            for line in process.stdout:
                if line.endswith("\n"):
                    told.append(json.loads(line))
    return told


def _command(home: Path, seed: int, turns: int, threads: int) -> list[str]:
    given = ["--speak", str(home), "--seed", str(seed), "--turns", str(turns)]
    return [sys.executable, "-m", "tests.hostile.turns", *given, "--threads", str(threads)]


def report(home: Path, told: list[dict[str, str]]) -> bool:
    """Print what came of it; tell whether all is well."""
    gone = lost(home, told)
    ended = Counter(each["outcome"] for each in told)
    trouble = [each for each in told if any(word in each["reply"] for word in TROUBLE)]
    for each in [*gone, *trouble][:20]:
        print("lost or troubled:", each)
    print(
        f"turns: {len(told)} told ({dict(ended)}), {len(gone)} lost, {len(trouble)} told of trouble"
    )
    return not gone and not trouble and set(ended) == {"answered"}


def main() -> None:
    """Run a campaign in a home of its own, and end with 1 where something was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--turns", type=int, default=1_250)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speak", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.speak:
        speak(asked.speak, asked.seed, asked.turns, asked.threads)
        return
    with tempfile.TemporaryDirectory() as folder:
        home, start = Path(folder), time.monotonic()
        if asked.kills:
            told = kill(home, asked.kills, asked.seed)
        else:
            told = talk(home, asked.processes, asked.threads, asked.turns, asked.seed)
        well = report(home, told)
        print(f"{len(told) / (time.monotonic() - start):.0f} turns a second, start and all")
    sys.exit(not well)


if __name__ == "__main__":
    main()
