"""Words that only go on with what was said before, and what they leave."""

from __future__ import annotations

import pytest

from assistant.language.editing import exchanged
from assistant.language.following import followed, names_things, plainly_named


@pytest.mark.parametrize(
    ("text", "rest", "how"),
    [
        ("also eggs", ["eggs"], "more"),
        ("ok, and what about Paris?", ["Paris"], "asked"),
        ("the same for tomorrow", ["for tomorrow", "tomorrow"], "same"),
        ("the same again but for tomorrow", ["for tomorrow", "tomorrow"], "same"),
        ("another one at 9", ["another one at 9", "at 9"], "more"),
        ("eggs as well", ["eggs"], "asked"),
        ("and eggs?", ["eggs"], "asked"),
    ],
)
def test_followed_words(text: str, rest: list[str], how: str) -> None:
    """Words of closed classes lead, and the rest is said anew."""
    found = followed(text)
    assert found is not None
    assert ([each for each, _ in found.texts], found.how) == (rest, how)
    assert all(text[start:].startswith(each) for each, start in found.texts)


@pytest.mark.parametrize("text", ["yes", "eggs", "hello there", "one for ten minutes", "and", "?"])
def test_followed_words_of_none(text: str) -> None:
    """Without a lead, or with nothing behind it, nothing is gone on with."""
    assert followed(text) is None


def test_followed_names() -> None:
    """A name has no word of another class in it; a plain one can be nothing else."""
    assert all(map(names_things, ("eggs", "a bag of flour", "two pies")))
    assert not any(map(names_things, ("he left", "known as bob", "so what", "quick please", "")))
    assert all(map(plainly_named, ("eggs", "two eggs and a pie", "bread, rice")))
    assert not any(map(plainly_named, ("order pizza", "eggs and call bob")))


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("not mum, dad", [("mum", "dad")]),
        ("no, not mum but dad", [("mum", "dad")]),
        ("dad, not mum", [("mum", "dad")]),
        ("I meant dad not mum", [("mum", "dad")]),
        ("dad instead of aunt may", [("aunt may", "dad")]),
        ("not mum dad", [("mum", "dad")]),
        ("not mum", []),
        ("not", []),
        ("no", []),
        ("dad", []),
    ],
)
def test_exchanged_words(text: str, pairs: list[tuple[str, str]]) -> None:
    """What takes the place of what is told by "not" and its like."""
    assert exchanged(text) == pairs
