"""Times sentences in a home of years beside one of a day: what is stored may not make turns slow.

python -m tests.hostile.years --turns 20000 --notes 1000 --facts 1000 --rounds 40
"""

from __future__ import annotations

import argparse
import gc
import itertools
import logging
import os
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from assistant.assembly import assemble, templates_only
from assistant.conversation.assistant import Assistant
from assistant.settings import Settings
from assistant.skill.given import WriteMemory
from assistant.store import Store
from assistant.turn import Reply, Session, Understanding, Utterance

SAID = (
    "what time is it",
    "note that the cellar door sticks",
    "what was my last note",
    "undo",
    "my notes",
    "add milk to my shopping list",
    "what is on my shopping list",
    "remove milk from my shopping list",
    "remember that my locker code is 47{n}",
    "what is my locker code",
    "what is the locker code",
    "remember that i left the box {n} in the attic",
    "where is the box {n}",
    "forget the box {n}",
    "yes",
    "remember that my bike lock is {n} and remember that my gate code is 5",
    "forget my bike lock",
    "yes please",
    "my name is anna",
    "who am i",
    "when does the plumber come",
    "set a timer for 3 hours",
    "how long is left on the timer",
    "cancel the timer",
    "what did you say",
    "what is 17 times 23",
)
"""What is said in turn, in round ``n``; it leaves no more behind than turns."""

DAY = 20
"""Notes and facts of the smaller home: as many as "my notes" tells, so that both tell as much."""

MOST = 1.1
"""How much longer a sentence may take in the larger home, of medians."""

WORDS = tuple(
    "bins boiler cellar dentist garden hinge invoice key ladder lamp letter meter neighbour oven "
    "parcel pipe roof school shed tax tyre valve window yard".split()
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def opened(home: Path) -> Assistant:
    """Return an assistant of a home that understands by templates."""
    os.environ["ASSISTANT_HOME"] = str(home)
    return assemble(Settings(), model=templates_only(), packages=False)


def fill(store: Store, turns: int, notes: int, facts: int, seed: int) -> Session:
    """Let years go by: turns of some sessions, of which as many noted or told something."""
    chance = random.Random(seed)
    sessions = [store.session(name) for name in ("kitchen", "work", "phone", "shell")]
    for n in range(max(turns, notes, facts)):
        at = LONG_AGO + timedelta(hours=n)
        kept = [*_note(n, at, chance, notes), *_fact(n, facts)]
        for effect in kept or [None]:
            said = f"note that {effect.value}" if effect else f"what about the {_text(chance)}"
            meant = Understanding("notes.add" if effect else None, 1.0 if effect else 0.0)
            session = sessions[n % len(sessions)]
            with store.transaction() as transaction:
                transaction.record(
                    session,
                    Utterance(said, at),
                    meant,
                    Reply(f"Noted: {said}"),
                    "answered",
                    [effect] if effect else [],
                )
    return sessions[-1]


def _text(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=4))


def _note(n: int, at: datetime, chance: random.Random, notes: int) -> Iterator[WriteMemory]:
    if n < notes:
        value = {"text": f"the {_text(chance)} is {n}", "at": at.isoformat()}
        yield WriteMemory("notes", str(n + 1), value)


def _fact(n: int, facts: int) -> Iterator[WriteMemory]:
    if n < facts:
        about = f"{WORDS[n % len(WORDS)]} number {n}"
        yield WriteMemory("memory", about, [f"my {about} is {n * 7}"])


def filled(folder: Path, turns: int, notes: int, facts: int, seed: int) -> tuple[Assistant, ...]:
    """Return assistants of a home of a day and of one of years."""
    small, large = opened(Path(folder, "day")), opened(Path(folder, "years"))
    fill(small.store, DAY, DAY, min(DAY, facts), seed)
    fill(large.store, turns, notes, facts, seed)
    return small, large


def calls(there: Assistant, rounds: int = 2) -> dict[str, int]:
    """Return how many functions each sentence calls, in all threads, in the last of some rounds."""
    session, called = there.open_session("shell").id, dict[str, int]()
    seen = itertools.count()
    for n in range(rounds):
        for text in SAID:
            said = Utterance(text.format(n=n), there.clock.now())
            before = next(seen)
            threading.setprofile(lambda *_: next(seen))
            sys.setprofile(lambda *_: next(seen))
            try:
                there.respond(said, session)
            finally:
                sys.setprofile(None)
                threading.setprofile(None)
            called[text] = next(seen) - before
    return called


Took = dict[str, tuple[float, float, float, float]]
"""By sentence the median seconds of the processor in both homes, and those that passed."""


def measure(small: Assistant, large: Assistant, rounds: int) -> Took:
    """Say each sentence in both homes, in turn first; what else runs shares what passes."""
    homes = [(each, each.open_session("shell").id) for each in (small, large)]
    took: dict[str, tuple[list[float], ...]] = defaultdict(lambda: ([], [], [], []))
    gc.disable()
    for n in range(rounds + 1):
        for text in SAID:
            for at in (0, 1) if n % 2 else (1, 0):
                there, session = homes[at]
                said = Utterance(text.format(n=n), there.clock.now())
                began = time.process_time(), time.perf_counter()
                turn = there.respond(said, session)
                ended = time.process_time(), time.perf_counter()
                assert turn.id > 0, turn.reply.text
                if n:  # the first time skills and words are looked up that are kept then
                    took[text][at].append(ended[0] - began[0])
                    took[text][at + 2].append(ended[1] - began[1])
        gc.collect()
    gc.enable()
    return {
        text: (median(a), median(b), median(c), median(d)) for text, (a, b, c, d) in took.items()
    }


def report(took: Took) -> bool:
    """Print what each sentence took and the ratios; tell whether all are even."""
    print("ratio     day   years ms of the processor; passed")
    for text, (day, years, *passed) in took.items():
        told = " ".join(f"{each * 1e3:7.2f}" for each in (day, years, *passed))
        print(f"{years / day:5.2f} {told}  {text}")
    ratios = [years / day for day, years, *_ in took.values()]
    passed = [years / day for *_, day, years in took.values()]
    print(f"{median(ratios):5.2f} in the middle, {max(ratios):.2f} at most")
    print(f"{median(passed):5.2f} of what passed")
    return max(ratios) <= MOST


def main() -> None:
    """Fill a home, time it beside another, and end with 1 where a sentence takes much longer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=20_000)
    parser.add_argument("--notes", type=int, default=1_000)
    parser.add_argument("--facts", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        given = asked.turns, asked.notes, asked.facts, asked.seed
        small, large = filled(Path(folder), *given)
        well = report(measure(small, large, asked.rounds))
        small.close()
        large.close()
    sys.exit(not well)


if __name__ == "__main__":
    main()
