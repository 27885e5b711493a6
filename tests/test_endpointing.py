from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.language.floor import breaks_off, keeps_the_floor
from assistant.measuring.sound import playing
from assistant.measuring.sound.clips import SPEECH, clips, model_at, word_times
from assistant.speech.hearing.endpointing import (
    FREE_LIMIT,
    LIMIT,
    Decision,
    Endpointer,
    Moment,
    Preroll,
    replay,
)
from assistant.speech.sound import FRAME_SECONDS
from assistant.turn.hearing import Sayable

COMPLETE = Sayable(complete={"what time is it", "add milk", "turn it on"}.__contains__)


def frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS)


def say(endpointer: Endpointer, words: str, seconds: float = 1.0) -> list[Decision]:
    """Speak for some time; the words are known at once."""
    taken = [endpointer.feed(0.95, words) for _ in range(frames(seconds))]
    return [decision for decision in taken if decision]


def fall_silent(endpointer: Endpointer, words: str, seconds: float = 9.0) -> Decision | None:
    """Be silent until a decision, or for so long."""
    for _ in range(frames(seconds)):
        if decision := endpointer.feed(0.02, words):
            return decision
    return None


def ended(words: str, sayable: Sayable | None = None, patience: float = 1.0) -> Decision:
    endpointer = Endpointer(patience)
    endpointer.expect(sayable or COMPLETE)
    say(endpointer, words)
    decision = fall_silent(endpointer, words)
    assert decision is not None
    return decision


@pytest.mark.parametrize(
    ("probabilities", "starts_at"),
    [
        ((0.9, 0.1, 0.1, 0.1, 0.1, 0.9, 0.1), None),
        ((0.9, 0.9), 1),
        ((0.3, 0.3, 0.3, 0.3, 0.3, 0.3), None),
        ((0.35, 0.35, 0.35, 0.35, 0.35), 4),
        ((0.1, 0.5, 0.5, 0.1, 0.5), 4),
    ],
)
def test_endpointing_start_needs_more_than_a_click(
    probabilities: tuple[float, ...], starts_at: int | None
) -> None:
    endpointer = Endpointer()
    kinds = [each and each.kind for each in (endpointer.feed(p, "") for p in probabilities)]

    assert kinds == ["start" if at == starts_at else None for at in range(len(probabilities))]
    assert endpointer.speaking == (starts_at is not None)


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [
        ("what time is it", 0.48, 0.56),
        ("turn it on", 0.48, 0.56),
        ("play some jazz", 0.9, 1.05),
        ("remind me to", 1.5, 2.4),
        ("add milk and", 1.5, 2.4),
        ("set a timer for um", 1.5, 2.4),
        ("set a timer for twenty five", 1.5, 2.4),
        ("remind me", 1.5, 2.4),
        ("hold on", 5.0, 7.0),
        ("add milk wait", 5.0, 7.0),
    ],
)
def test_endpointing_waits_as_the_words_ask(words: str, least: float, most: float) -> None:
    decision = ended(words)

    assert decision.kind == "end"
    assert least <= decision.silence <= most, decision.reason


@pytest.mark.parametrize(
    ("words", "expects", "least", "most"),
    [
        ("yes", "short", 0.48, 0.56),
        ("twenty", "short", 0.48, 0.56),
        ("and", "short", 1.5, 2.4),
        ("actually set a timer please now", "short", 0.9, 1.05),
        ("dear mum the weather is fine", "free", 2.45, 2.6),
        ("what time is it", "free", 2.45, 2.6),
    ],
)
def test_endpointing_waits_as_the_question_asks(
    words: str, expects: str, least: float, most: float
) -> None:
    decision = ended(words, Sayable(expects=expects, complete=COMPLETE.complete))  # type: ignore[arg-type]

    assert least <= decision.silence <= most, decision.reason


def test_endpointing_patience_stretches_the_wait() -> None:
    assert ended("what time is it", patience=2.0).silence == pytest.approx(1.0, abs=0.05)
    assert ended("play some jazz", patience=0.5).silence == pytest.approx(0.5, abs=0.05)


def test_endpointing_reason_names_the_word_it_hangs_on() -> None:
    assert "“to”" in ended("remind me to").reason
    assert "whole command" in ended("what time is it").reason
    assert "hold on" in ended("hold on").reason


def test_endpointing_speech_within_the_wait_goes_on() -> None:
    endpointer = Endpointer()
    say(endpointer, "remind me to")

    assert fall_silent(endpointer, "remind me to", seconds=1.4) is None
    assert say(endpointer, "remind me to call mum") == []
    decision = fall_silent(endpointer, "remind me to call mum")

    assert decision is not None
    assert decision.kind == "end"


def test_endpointing_waits_for_words_that_lag() -> None:
    """The recognizer still brings words while it is silent: they may yet change what they mean."""
    endpointer = Endpointer()
    endpointer.expect(COMPLETE)
    say(endpointer, "add")
    early = [endpointer.feed(0.0, "add") for _ in range(frames(0.45))]
    late = [endpointer.feed(0.0, "add milk") for _ in range(frames(0.25))]

    assert early + late == [None] * len(early + late)
    assert fall_silent(endpointer, "add milk", seconds=0.2) is not None


@pytest.mark.parametrize(
    ("probability", "words", "kind"),
    [(0.6, "", "noise"), (0.6, "no", "end"), (0.95, "", "end"), (0.95, "no", "end")],
)
def test_endpointing_click_is_noise_and_a_short_word_is_not(
    probability: float, words: str, kind: str
) -> None:
    """A word as short as a click has become words, or is clearly a voice."""
    endpointer = Endpointer()
    for _ in range(4):
        endpointer.feed(probability, "")
    decision = fall_silent(endpointer, words)

    assert decision is not None
    assert decision.kind == kind
    assert decision.silence == pytest.approx(0.98, abs=0.06)


@pytest.mark.parametrize(("expects", "most"), [("request", LIMIT), ("free", FREE_LIMIT)])
def test_endpointing_limit_is_told(expects: str, most: float) -> None:
    endpointer = Endpointer()
    endpointer.expect(Sayable(expects=expects))  # type: ignore[arg-type]
    decisions = [
        decision
        for number in range(frames(most + 1))
        if (decision := endpointer.feed(0.9, f"word {number // 60}"))
    ]

    assert [each.kind for each in decisions[:2]] == ["start", "limit"]
    assert f"{most:.0f} seconds" in decisions[1].reason
    assert decisions[1].at == pytest.approx(most, abs=0.2)


def test_endpointing_voice_without_new_words_is_given_up() -> None:
    """A television, a song: the voice never stops."""
    words, nothing = Endpointer(), Endpointer()

    assert [each.kind for each in say(words, "play jazz", 6.3)[:2]] == ["start", "end"]
    assert [each.kind for each in say(nothing, "", 6.3)[:2]] == ["start", "noise"]


def test_endpointing_left_shrinks_and_springs_back() -> None:
    endpointer = Endpointer()
    assert endpointer.left == 1.0
    say(endpointer, "play some jazz")
    assert endpointer.left == 1.0
    shares = []
    for _ in range(frames(0.8)):
        endpointer.feed(0.0, "play some jazz")
        shares.append(endpointer.left)

    assert shares == sorted(shares, reverse=True)
    assert 0.0 < shares[-1] < 0.25
    endpointer.feed(0.9, "play some jazz")
    assert endpointer.left == 1.0


def test_endpointing_asks_once_for_each_wording() -> None:
    asked: list[str] = []

    def complete(words: str) -> bool:
        asked.append(words)
        return False

    endpointer = Endpointer()
    endpointer.expect(Sayable(complete=complete))
    say(endpointer, "add")
    say(endpointer, "add milk")

    assert asked == ["add", "add milk"]


def test_endpointing_record_replays_to_the_same_decisions() -> None:
    endpointer = Endpointer()
    endpointer.expect(COMPLETE)
    fall_silent(endpointer, "", seconds=3.0)
    say(endpointer, "add")
    fall_silent(endpointer, "add", seconds=1.0)
    say(endpointer, "add milk")
    fall_silent(endpointer, "add milk")
    fall_silent(endpointer, "", seconds=1.0)
    through_json = [Moment(*each) for each in json.loads(json.dumps(endpointer.record))]

    assert [each.kind for each in endpointer.decisions] == ["start", "end"]
    assert replay(through_json) == list(endpointer.decisions)


def test_endpointing_record_of_silence_does_not_grow() -> None:
    endpointer = Endpointer()
    for _ in range(10_000):
        endpointer.feed(0.6 if _ % 5 == 0 else 0.1, "")

    assert len(endpointer._record) < 10


def test_endpointing_reset_drops_the_stretch() -> None:
    endpointer = Endpointer()
    say(endpointer, "play")
    endpointer.reset()

    assert not endpointer.speaking
    assert fall_silent(endpointer, "", seconds=3.0) is None


@pytest.fixture(scope="module")
def timed(recordings: Path, speech_model: Path) -> playing.Timed:
    """One recording of each set with the times of its words."""
    model = model_at(speech_model)
    return {
        clip: word_times(model, clip.transcript, clip.frames())
        for clip in clips(recordings, SPEECH, most=1)
    }


def measured(timed: playing.Timed) -> dict[str, Any]:
    folder = next(iter(timed)).path.parent.parent
    model = model_at(next(folder.glob("vosk-model*")))
    return playing.measure_clipping(model, timed, COMPLETE)


def test_endpointing_clips_no_word_of_recordings_in_a_stream(timed: playing.Timed) -> None:
    found = measured(timed)

    assert found["recordings"] == len(SPEECH)
    assert found["words"] > 10
    assert (found["words_clipped"], found["recordings_clipped"]) == (0, 0), found["which"]


def test_endpointing_without_preroll_clips_words(
    timed: playing.Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measurement sees what it is to see."""
    monkeypatch.setattr(playing, "Preroll", lambda: Preroll(FRAME_SECONDS))
    found = measured(timed)

    assert found["words_clipped"] > 0
    assert found["recordings_clipped"] > 0


def test_preroll_keeps_the_last_half_second_and_more() -> None:
    preroll = Preroll()
    sounds = [number.to_bytes(2, "little") for number in range(100)]
    for each in sounds:
        preroll.push(each)
    kept = preroll.take()

    assert kept == sounds[-len(kept) :]
    assert len(kept) * FRAME_SECONDS >= 0.5
    assert preroll.take() == []


@pytest.mark.parametrize(
    "words",
    ["remind me to", "and", "um", "add milk and", "put it on", "set an alarm for", "in ten", "the"],
)
def test_phrases_that_break_off(words: str) -> None:
    assert breaks_off(words.split())


@pytest.mark.parametrize("words", ["", "stop", "in ten minutes", "ten", "add milk", "call mum"])
def test_phrases_that_do_not(words: str) -> None:
    assert not breaks_off(words.split())


def test_phrases_whole_command_may_end_with_a_particle_not_with_an_article() -> None:
    assert not breaks_off(["turn", "it", "on"], complete=True)
    assert not breaks_off(["play"], complete=True)
    assert breaks_off(["remind", "me", "to"], complete=True)


def test_phrases_hold_on_only_at_the_end() -> None:
    assert keeps_the_floor("set a timer hold on".split())
    assert not keeps_the_floor("wait for the bus".split())
