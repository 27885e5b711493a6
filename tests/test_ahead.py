"""A reply is cut into sentences; the next is made while one is heard, and none after the cut."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from assistant.errors import SpeechError
from assistant.speech.speaking.ahead import AHEAD, BrokeOffError, read
from assistant.speech.speaking.player import Cut, LoudspeakerError, Player, Sound
from assistant.speech.speaking.sentences import LONG, OPENING, pieces, sentences
from tests.loudspeakers import PATIENCE, Ear

ONE_SENTENCE = (
    "It is 3.5 kilometres, 5.25 miles or 1.5 hours.",
    "Mr. Miller and Dr. Brown meet at 6 p.m. on Monday.",
    "Fruit, e.g. apples, i.e. what grows on trees.",
    "The file is on example.org and called notes.v2.txt.",
    "J. S. Bach wrote it.",
    "1. Mix the eggs",
    "Wait... what",
    "So he asked “is it?” and left",
)
SENTENCES = (
    ("No. That is wrong.", ["No.", "That is wrong."]),
    ("It is 5. The rest is 7.", ["It is 5.", "The rest is 7."]),
    ("So do I. You too?", ["So do I.", "You too?"]),
    ("Done! Anything else? Yes.", ["Done!", "Anything else?", "Yes."]),
    ("Say it (once.) Then wait.", ["Say it (once.)", "Then wait."]),
    ("Due 21 November 2026. At six thirty.", ["Due 21 November 2026.", "At six thirty."]),
    ("It rings at six. the other at ten.", ["It rings at six.", "the other at ten."]),
    ("Well ... !! Ah.", ["Well ... !!", "Ah."]),
    ("... ! ?", []),
    ("", []),
)


@pytest.mark.parametrize("text", ONE_SENTENCE)
def test_what_is_no_end_of_a_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(("text", "found"), SENTENCES)
def test_what_is_one(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_a_long_sentence_begins_with_a_short_piece() -> None:
    """It is cut at pauses only, early first; joined, the pieces are the text."""
    things = ", ".join(f"{number} bags of things" for number in range(40))
    text = f"On your shopping list are these: {things}. That is all."
    found = pieces(text)

    assert " ".join(found) == text
    assert len(found[0]) <= OPENING
    assert max(map(len, found)) <= LONG
    assert all(each[-1] in ",:." for each in found)


@pytest.mark.parametrize("text", ["endless " * 100, "a, " * 300, "One, two. " * 50, "word"])
def test_pieces_lose_nothing(text: str) -> None:
    assert " ".join(pieces(text)) == " ".join(text.split())


def sound_of(piece: str) -> Sound:
    return Sound(8000, piece.encode().ljust(2))


def test_the_next_sentence_is_made_while_one_is_heard() -> None:
    """The first is handed over before the second is made; a few are made ahead, no more."""
    made: list[str] = []
    ahead = threading.Event()
    heard: list[bytes] = []
    least: list[int] = []

    def make(piece: str) -> Sound:
        made.append(piece)
        if len(made) == AHEAD:
            ahead.set()
        return sound_of(piece)

    def listen(sounds: Iterator[Sound], cut: Cut) -> None:
        for sound in sounds:
            assert ahead.wait(PATIENCE)
            heard.append(sound.samples)
            least.append(len(made) - len(heard))

    text = " ".join(f"Number {number} is next." for number in range(12))
    read(make, text, Player([("ear", listen)]), Cut())

    assert heard == [sound_of(each).samples for each in sentences(text)]
    assert max(least) <= AHEAD


def test_a_cut_between_sentences_ends_it_for_good() -> None:
    """While the second is being made it is cut: that one is not heard, the third never made."""
    cut, making, made = Cut(), threading.Event(), list[str]()
    go_on, began, heard = threading.Event(), threading.Event(), list[bytes]()

    def make(piece: str) -> Sound:
        made.append(piece)
        if len(made) == 2:
            making.set()
            assert go_on.wait(PATIENCE)
        return sound_of(piece)

    def stop() -> None:
        assert making.wait(PATIENCE)
        assert began.wait(PATIENCE)
        cut.cut()

    def listen(sounds: Iterator[Sound], cut: Cut) -> None:
        for sound in sounds:
            heard.append(sound.samples)
            began.set()

    threading.Thread(target=stop).start()
    read(make, "One. Two. Three.", Player([("ear", listen)]), cut)
    ended = list(heard)
    go_on.set()
    for thread in threading.enumerate():
        if thread.daemon and thread.name.endswith("(_run)"):
            thread.join(PATIENCE)

    assert ended == [sound_of("One.").samples]
    assert heard == ended
    assert made == ["One.", "Two."]


def test_a_sentence_that_fails_is_told_after_what_was_made_is_heard() -> None:
    def make(piece: str) -> Sound:
        if piece == "Three.":
            raise SpeechError("It is hoarse.")
        return sound_of(piece)

    ear = Ear()
    with pytest.raises(BrokeOffError, match="It is hoarse") as told:
        read(make, "One. Two. Three. Four.", Player([("ear", ear)]), Cut())

    assert told.value.rest == "Three. Four."
    assert len(ear.heard) == 2


def test_a_fault_of_ours_is_no_failure_of_a_voice() -> None:
    def make(piece: str) -> Sound:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read(make, "One.", Player([("ear", Ear())]), Cut())


def test_a_loudspeaker_that_fails_ends_the_making() -> None:
    """The thread does not wait for room for ever."""

    def broken(sounds: Iterator[Sound], cut: Cut) -> None:
        next(sounds)
        raise LoudspeakerError("no server")

    before = threading.active_count()
    with pytest.raises(LoudspeakerError):
        read(sound_of, "One. Two. Three. Four. Five. Six.", Player([("a", broken)]), Cut())
    for thread in threading.enumerate():
        if thread.name.endswith("(_run)"):
            thread.join(PATIENCE)

    assert threading.active_count() <= before
