"""No text makes the readers of values slow: their work grows with it, and no pattern blows up."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

import pytest

from assistant.language import tokens
from assistant.language.values import KNOWN, slot_type
from assistant.testing import WEDNESDAY

PIECES = (
    "12 ", "1 and ", "half of ", "minus ", "a ", "may ", "the first ", "an hour before ", "5:30:",
    "1/2 ", "on ", "monday ", "next ", "of the ", "the day after ", "in 5 minutes ", "twenty ",
    "every ", "to 5 ", "- ", "2+", "add 3 and ", "2(", "week of ", "quarter of ",
    "from 5 to ", "at night ", "and a half ",
)  # fmt: skip

READERS = [kind for kind in KNOWN.values() if not kind.greedy]

PATTERNS = """
import importlib, pkgutil, re
import assistant.language
from tests.test_values_hostile import PIECES

texts = [piece * (5_000 // len(piece)) for piece in PIECES]
texts += [sign * 5_000 for sign in "1a'.,:/-{[( é½"]
texts += ["1" * 2_000 + "x", "'a" * 2_000, "1,000" * 900]
found = 0
for module in pkgutil.walk_packages(assistant.language.__path__, "assistant.language."):
    for value in vars(importlib.import_module(module.name)).values():
        if isinstance(value, re.Pattern):
            found += 1
            for text in texts:
                sum(1 for _ in value.finditer(text))
                value.fullmatch(text)
print(found)
"""


def calls(work: Callable[[], object]) -> int:
    """Return how many functions a piece of work calls, C's too."""
    count = 0

    def seen(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def reading(text: str) -> Callable[[], object]:
    """Return the work of looking for values of all types in a text that is new."""

    def read() -> None:
        tokens._split.cache_clear()
        for kind in READERS:
            kind.find(text, WEDNESDAY)
            kind.parse(text, WEDNESDAY)

    return read


@pytest.mark.parametrize("piece", PIECES)
def test_values_work_grows_as_the_text_does(piece: str) -> None:
    """Twice the text is about twice the work, whatever is said over and over."""
    words = len(tokens.split(piece))
    reading(piece * 3)()  # what is made when first needed is made
    short, long = (calls(reading(piece * (count // words))) for count in (120, 240))

    assert long < 2.6 * short
    assert short / 120 < 5_000


def test_values_of_endless_digits_are_refused_at_once() -> None:
    """Two thousand digits are one word, and no value of any type."""
    assert calls(reading("7" * 2_000)) < 2_000
    assert all(kind.parse("7" * 100_000, WEDNESDAY) is None for kind in READERS)


def test_values_patterns_never_blow_up() -> None:
    """Every compiled pattern of the language gets through hostile texts; a runaway never does."""
    done = subprocess.run(
        [sys.executable, "-c", PATTERNS], capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 10


def test_values_are_read_alike_in_several_threads() -> None:
    """What one thread is still reading of a text is not taken for unreadable by another."""
    kind, text = slot_type(datetime), "remind me tomorrow at seven to water the plants"
    alone = [found.text for found in kind.find(text, WEDNESDAY)]
    read: list[list[str]] = []

    def work() -> None:
        for n in range(20):
            moment = WEDNESDAY + timedelta(minutes=n)
            read.append([found.text for found in kind.find(text, moment)])

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)

    assert read == [alone] * 80
