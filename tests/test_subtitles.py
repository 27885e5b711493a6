"""Subtitles are read in time, end where sentences do, and are what players take."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import pairwise

import pytest

from assistant.speech.dictation.subtitles import Cue, as_srt, as_vtt, cues
from assistant.turn.hearing import Word

CLOCK = r"(\d\d+):([0-5]\d):([0-5]\d)[,.](\d{3})"


def said(text: str, begin: float = 0.0, each: float = 0.4) -> list[Word]:
    """Return words, one after another."""
    return [
        Word(word, round(begin + i * each, 3), round(begin + (i + 1) * each, 3))
        for i, word in enumerate(text.split())
    ]


def _seconds(parts: Sequence[str]) -> float:
    hours, minutes, seconds, thousandths = map(int, parts)
    return round(hours * 3600 + minutes * 60 + seconds + thousandths / 1000, 3)


def parsed(text: str, point: str) -> list[Cue]:
    """Read the blocks of subtitles strictly."""
    found = []
    for block in text.strip("\n").split("\n\n"):
        head, *lines = block.split("\n")
        times = re.fullmatch(f"{CLOCK} --> {CLOCK}", head)
        assert times, head
        assert lines
        assert all(line and "-->" not in line for line in lines)
        assert head.count(point) == 2
        start, end = (_seconds(times.groups()[i : i + 4]) for i in (0, 4))
        found.append(Cue(start, end, tuple(lines)))
    return found


def of_srt(text: str) -> list[Cue]:
    if not text:
        return []
    numbered = text.rstrip("\n").split("\n\n")
    for number, block in enumerate(numbered, start=1):
        assert block.startswith(f"{number}\n")
    return parsed("\n\n".join(block.partition("\n")[2] for block in numbered), ",")


def of_vtt(text: str) -> list[Cue]:
    head, _, rest = text.partition("\n")
    assert head == "WEBVTT"
    return parsed(rest.lstrip("\n"), ".") if rest.strip() else []


def fit(found: Sequence[Cue], seconds: float) -> bool:
    """Tell whether all can be read, one after another, within the sound."""
    assert all(len(cue.lines) <= 2 and all(len(line) <= 42 for line in cue.lines) for cue in found)
    assert all(0 <= cue.start < cue.end <= seconds for cue in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    return all(0.999 <= cue.end - cue.start <= 7.001 for cue in found)


def test_subtitles_end_with_sentences_and_clauses() -> None:
    """A sentence that fits has its own; one that does not is parted at a comma."""
    words = said(
        "It rained all day. Nobody came to the harbour, which had been closed since the winter, "
        "and the boats lay still."
    )
    texts = [" ".join(cue.lines) for cue in cues(words, 60)]

    assert texts[0] == "It rained all day."
    assert texts[1].endswith((",", "."))
    assert " ".join(texts).split() == [word.text for word in words]


def test_subtitles_of_quick_short_sentences_are_together() -> None:
    """Three shouts in a second are one, for none of them could be read by itself."""
    found = cues(said("No! No! No!", each=0.3), 10)

    assert [cue.lines for cue in found] == [("No! No! No!",)]
    assert fit(found, 10)


@pytest.mark.parametrize("seed", range(12))
def test_subtitles_of_any_words_are_valid(seed: int) -> None:
    """Words of any length, speed and pauses, and signs that mean something to players."""
    dice = random.Random(seed)
    at, words = 0.3, []
    for _ in range(dice.choice((1, 7, 80, 300))):
        text = "x" * dice.choice((1, 3, 5, 9, 14)) + dice.choice(("", "", "", ",", ".", "?", "<&>"))
        length = dice.uniform(0.12, 0.7)
        words.append(Word(text, round(at, 3), round(at + length, 3)))
        at += length + dice.choice((0.0, 0.0, 0.0, 0.1, 0.8, 9.0))
    seconds = at + 1.5
    found = cues(words, seconds)

    assert fit(found, seconds)
    assert " ".join(" ".join(cue.lines) for cue in found).split() == [w.text for w in words]
    rounded = [Cue(round(c.start, 3), round(c.end, 3), c.lines) for c in found]
    assert of_srt(as_srt(found)) == rounded
    unescaped = [
        Cue(c.start, c.end, tuple(re.sub("&lt;&amp;&gt;", "<&>", line) for line in c.lines))
        for c in of_vtt(as_vtt(found))
    ]
    assert unescaped == rounded
    assert not re.search(r"<&|&(?!amp;|lt;|gt;)", as_vtt(found))


def test_subtitles_of_nothing_and_of_too_much() -> None:
    """No words are no subtitles; a word of a hundred signs, or of a minute, is in some."""
    assert cues([], 10) == []
    assert as_srt([]) == ""
    assert of_vtt(as_vtt([])) == []
    long = cues([Word("y" * 100, 1.0, 4.0)], 10)
    assert "".join("".join(cue.lines) for cue in long) == "y" * 100
    assert fit(long, 10)
    assert fit(cues([Word("hummed", 0.0, 60.0), Word("on", 60.0, 61.0)], 70), 70)


def test_subtitles_are_what_a_library_takes() -> None:
    srt = pytest.importorskip("srt")
    found = cues(said("Hello there, and welcome. " * 40), 120)
    read = list(srt.parse(as_srt(found)))

    assert [each.content for each in read] == ["\n".join(cue.lines) for cue in found]
    assert [each.start.total_seconds() for each in read] == pytest.approx([c.start for c in found])


def test_subtitles_have_hours() -> None:
    assert of_srt(as_srt(cues(said("Late.", 3 * 3600 + 61.5), 12_000)))[0].start == 10_861.5
