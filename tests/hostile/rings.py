"""Doors are killed at any moment while they ring: nothing may ring unheard, nor twice unsaid.

python -m tests.hostile.rings --kills 100 --seed 1
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.doors import ringing
from assistant.skill.given import Alarm, WriteAlarm
from assistant.store import Store
from assistant.turn import Reply, Understanding, Utterance

SURELY = ringing.AGAIN.partition("{")[0]
"""What an alarm is told with that may have been heard."""

MOMENTS = ("claimed", "told", "settled")
"""Where a door is killed, beside any moment at all."""


def ring(home: Path, kill_at: str, nth: int) -> None:
    """Be a door: ring what is due, and be killed where a claim, a telling or a settling ends."""
    os.environ["ASSISTANT_HOME"] = str(home)
    from assistant.assembly import assemble, templates_only
    from assistant.settings import Settings

    assistant = assemble(Settings(), model=templates_only(), packages=False)
    ringer = ringing.Ringer(assistant)
    seen = 0

    def passed(moment: str) -> None:
        nonlocal seen
        seen += moment == kill_at
        if moment == kill_at and seen == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    print("open", flush=True)
    while True:
        news = ringer.look()
        if news:
            passed("claimed")
        for each in news:
            print(each.line, flush=True)
            passed("told")
            ringer.told([each])
            passed("settled")
        if not assistant.store.due(assistant.clock.now() + timedelta(days=1)) and not news:
            break
        time.sleep(0.01)
    assistant.close()


def set_alarms(home: Path, count: int, seed: int) -> list[str]:
    """Set alarms that come due one after another from now on; return their messages."""
    chance, now = random.Random(seed), datetime.now(UTC)
    home.mkdir(parents=True, exist_ok=True)
    store = Store.open(home / "assistant.db")
    alarms = [
        Alarm(
            f"a{n}", "timer", now + timedelta(seconds=chance.uniform(-60, 0.5)), f"Alarm {n}.", now
        )
        for n in range(count)
    ]
    said = Utterance("set", now)
    session = store.session("s")
    with store.transaction(alone=True) as transaction:
        effects = [WriteAlarm(each) for each in alarms]
        transaction.record(session, said, Understanding("a.b"), Reply("ok"), "answered", effects)
    store.close()
    return [each.message for each in alarms]


def run(home: Path, kills: int, seed: int, each: int = 12) -> list[str]:
    """Kill doors so often, with new alarms for each; return what went wrong, in words."""
    chance, wrong = random.Random(seed), list[str]()
    for n in range(kills):
        here = home / str(n)
        messages = set_alarms(here, each, seed * 10_000 + n)
        moment = chance.choice((*MOMENTS, ""))
        lines = _door(here, moment, chance.randrange(1, each), chance.random() * 0.5)
        lines += _door(here, "never", 0, None)
        for message in messages:
            told = [line for line in lines if message in line]
            first = [line for line in told if SURELY not in line]
            if not told:
                wrong.append(f"round {n}: “{message}” was never told (killed when {moment})")
            elif len(first) > 1 or len(told) > 2:
                wrong.append(f"round {n}: “{message}” was told {len(told)} times: {told}")
    return wrong


def _door(home: Path, moment: str, nth: int, after: float | None) -> list[str]:
    """Return what a door tells until it ends or is killed: at a moment, or some seconds after."""
    command = [sys.executable, "-m", "tests.hostile.rings", "--ring", str(home)]
    command += ["--moment", moment or "never", "--nth", str(nth)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as door:
        assert door.stdout is not None
        lines = [door.stdout.readline()]
        if after is not None and not moment:
            time.sleep(after / 10)
            door.kill()
        # What was cut off in the middle was on the screen as well.
        return [*lines, *door.stdout.read().splitlines()]


def main() -> None:
    """Run the campaign, and end with 1 where an alarm was not told as promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ring", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--moment", default="", help=argparse.SUPPRESS)
    parser.add_argument("--nth", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ring:
        ring(asked.ring, asked.moment, asked.nth)
        return
    with tempfile.TemporaryDirectory() as folder:
        wrong = run(Path(folder), asked.kills, asked.seed)
    print(*wrong, sep="\n")
    print(
        f"rings, seed {asked.seed}: {asked.kills} kills of a door, {len(wrong)} alarms told wrong"
    )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
