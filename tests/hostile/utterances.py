"""Odd utterances through the whole assistant: none may crash it or keep it over a second.

python -m tests.hostile.utterances --rounds 3000 --seed 1
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from os import environ
from time import process_time, thread_time

from assistant.conversation.reading import FAILED
from assistant.turn import Turn

SLOW = 1.0
"""Seconds of the processor that no utterance may take."""

TRIES = 3
"""How often one is timed that seems slow: a busy machine's seconds are longer."""

HEADS = (
    "remind me to ", "set a timer for ", "add ", "what is ", "wake me at ", "cancel ", "note that ",
    "every ", "spell ", "convert ", "how many ", "delete ", "move ", "no, ", "call it ", "is ",
    "set an alarm for ", "when ", "who is ", "please ", "remember that ", "undo ", "snooze ", "",
)  # fmt: skip
"""What requests begin with."""

PIECES = (
    "of the ", "milk and ", "2 plus ", "5 minutes and ", "at 5 ", "all the ", "tomorrow ", "and ",
    "monday ", "or ", "not ", "no, ", "half past ", "quarter to ", "one hundred ", "twenty ", "in ",
    "first ", "for ", "to ", "the ", "it ", "that ", "- ", "1,", "1:", "/", "'", '"', "(", ")", "%",
    "e.g. ", "$5 ", "km ", "until ", "except ", "from 5 to ", "my ", "list ", "timer ", "called ",
    "and then ", "remind me to ", "add ", "last ", "every other ", "weekend ", "january ", "2026-",
    "é", "🎂 ", "a ", "i mean ", "never mind ", "what ", "5 6 7 ", "point ", "minus ", "am ", "pm ",
    "divided by ", "squared ", "o'clock ", "between ", "before ", "after ", "[", "]", "{x}", "\\",
    "\x1b[31m", "\u202e", "\u200b", "\ud800", "\x00", "ﬁ", "½", "²", "٣", "一", "ß", "İ", "n't ",
    "aaaaaaaaaa", "@", "#", "~", "<b>", "null ", "0x", "1e999 ", "99999999999999999999 ", "--",
)  # fmt: skip
"""What they are filled with."""

SIZES = (20, 100, 300, 800, 2_000, 2_100)
"""Characters of an utterance."""


def utterances(seed: int) -> Iterator[str]:
    """Give utterances without end: a few pieces, in turn or in any order, many times over."""
    chance = random.Random(seed)
    while True:
        pieces = chance.choices(PIECES, k=chance.choice((1, 1, 2, 3, 5, 8)))
        size, text = chance.choice(SIZES), chance.choice(HEADS)
        if chance.random() < 0.6:
            text += "".join(pieces) * (size // max(1, len("".join(pieces))) + 1)
        while len(text) < size:
            text += chance.choice(pieces)
        yield text[:size]


def run(seed: int, rounds: int, *, freely: bool = True) -> tuple[int, int, float]:
    """Say utterances in one home; return how many crashed, how many were slow, and the slowest."""
    from assistant.testing import Conversation

    crashed, slow, slowest = 0, 0, 0.0
    say = Conversation()
    clock = process_time if freely else thread_time
    if freely:
        say.listen_freely()
        for text in ("pencil in the dentist for noon", "how do i get to work", "hello there"):
            say(text)  # what is learnt once is learnt now
    for text in islice(utterances(seed), rounds):
        try:
            took = _seconds(say, text, clock)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
            crashed += 1
            print(f"crashed ({error!r}): {text[:200]!r}")
            continue
        slowest = max(slowest, took)
        if took > SLOW:
            slow += 1
            print(f"{took:.2f} s: {text[:200]!r} ({len(text)})")
    say.close()
    return crashed, slow, slowest


def _seconds(say: Callable[[str], Turn], text: str, clock: Callable[[], float]) -> float:
    """Return what saying it takes, where that seems much the least of a few."""
    took = float("inf")
    for _ in range(TRIES):
        start = clock()
        turn = say(text)
        took = min(took, clock() - start)
        if FAILED in turn.understanding.notes:
            raise AssertionError(FAILED)
        if took <= SLOW:
            break
    return took


def main() -> None:
    """Say as many as are asked for, in a home of their own, and end with 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environ["ASSISTANT_HOME"] = home
        crashed, slow, slowest = run(asked.seed, asked.rounds)
    print(
        f"utterances, seed {asked.seed}: {asked.rounds}; {crashed} crashed, {slow} over "
        f"{SLOW:g} s of the processor, the slowest {slowest:.2f} s"
    )
    sys.exit(bool(crashed or slow))


if __name__ == "__main__":
    main()
