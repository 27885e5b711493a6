"""One and several of a thing, on two hundred nouns."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import plural, singular


def pairs() -> list[tuple[str, str]]:
    """Return the nouns of the table: one, several."""
    text = (Path(__file__).parent / "plurals.txt").read_text(encoding="utf-8")
    words = [pair.split() for pair in text.replace("\n", " ").split(",")]
    halves = [(pair[: len(pair) // 2], pair[len(pair) // 2 :]) for pair in words]
    return [(" ".join(one), " ".join(several)) for one, several in halves]


@pytest.mark.parametrize(("one", "several"), pairs())
def test_plurals_both_ways(one: str, several: str) -> None:
    """One makes several, several make one, and one stays one."""
    assert plural(one) == several
    assert singular(several) == one
    assert singular(one) == one


@given(st.text())
def test_plurals_take_any_text(text: str) -> None:
    """Whatever is said, what comes out is a text."""
    assert isinstance(singular(plural(text)), str)
