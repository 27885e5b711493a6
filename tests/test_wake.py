"""The wake word: which phrases will do, what is heard, when it sleeps, and how it is counted."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant import settings as settings_file
from assistant.commands.voice import voice
from assistant.errors import AssistantError, SpeechError
from assistant.measuring.sound.clips import Clip, clips
from assistant.measuring.wake import Tally, quiet, recordings, times_said
from assistant.speech.events import Changed, Event, Heard, Woken
from assistant.speech.hearing import marks
from assistant.speech.hearing.confirming import EVEN, plausible, score_of
from assistant.speech.hearing.gate import Gate
from assistant.speech.hearing.listener import Listener
from assistant.speech.hearing.options import Options
from assistant.speech.hearing.soundalikes import sound_alike, syllables
from assistant.speech.hearing.wake import Wake, checked, marked, risky
from assistant.speech.models.vosk import VoskModel
from assistant.speech.sound import Frame


@pytest.fixture(scope="session")
def model(speech_model: Path) -> VoskModel:
    """Return the speech model."""
    return VoskModel(speech_model)


class Played:
    """A source that is a list of frames."""

    name = "a recording"
    live = False
    lost = 0

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames

    def frames(self) -> Iterator[Frame]:
        yield from self._frames

    def close(self) -> None:
        pass


def clip_of(recordings: Path, group: str, transcript: str) -> Clip:
    """Return the first recording of these words."""
    return next(c for c in clips(recordings, [group]) if c.transcript == transcript)


def played(model: VoskModel, frames: Sequence[Frame], options: Options) -> list[Event]:
    """Return what a hands-free listener tells of frames."""
    events: list[Event] = []
    listener = Listener(lambda: Played(frames), lambda: model, events.append, options)
    listener.start("hands_free")
    thread = listener._thread
    assert thread is not None
    thread.join(timeout=60)
    return events


def scores(model: VoskModel, phrase: str, frames: Sequence[Frame]) -> list[float]:
    """Return the scores of a phrase in frames."""
    gate, waiting = Gate(), Wake(model, phrase)
    found = [waiting.feed(frame, gate(frame)) for frame in frames]
    return [score for score in found if score is not None]


@pytest.mark.parametrize(
    ("phrase", "count"),
    [("hey computer", 4), ("jarvis", 2), ("home", 1), ("go", 1), ("smart mirror", 3), ("the", 1)],
)
def test_wake_counts_syllables(phrase: str, count: int) -> None:
    assert syllables(phrase) == count


def test_wake_suggests_words_that_sound_alike() -> None:
    known = ["computer", "commuter", "table", "sir", "marvelous", "butter", "fly"]

    assert sound_alike("komputer", known)[0] == "computer"
    assert sound_alike("butterfly", known)[0] == "butter fly"
    assert sound_alike("zzyzx", known) == []


def test_wake_tells_a_short_phrase_is_risky() -> None:
    told = risky("go")

    assert told is not None
    assert "two syllables" in told
    assert "two words" in (risky("computer") or "")
    assert risky("hey computer") is None


def test_wake_score_grows_with_the_ratio() -> None:
    assert score_of(EVEN) == score_of(2 * EVEN, words=2) == pytest.approx(0.5)
    assert score_of(-1e9) == pytest.approx(0.0, abs=1e-9)
    assert score_of(30.0) > score_of(3.0) > score_of(-3.0)


def test_wake_refuses_a_phrase_that_lasts_too_long_or_too_short() -> None:
    assert plausible("computer", 0.6)
    assert not plausible("computer", 0.1)
    assert not plausible("computer", 2.4)


def test_wake_marks_move_the_threshold_by_shrinking_steps_within_bounds() -> None:
    lowered = marked(0.5, "missed")
    assert lowered < 0.5 < marked(0.5, "false")
    assert abs(marked(0.5, "missed", before=9) - 0.5) < abs(lowered - 0.5)
    assert 0.0 < marked(0.0, "missed") < 1.0
    assert 0.0 < marked(1.0, "false") < 1.0


@pytest.mark.parametrize(("seen", "bound"), [(0, 2.9957), (1, 4.7439), (5, 10.513)])
def test_wake_bound_is_that_of_a_poisson_mean(seen: int, bound: float) -> None:
    assert marks.most_likely(seen) == pytest.approx(bound, abs=1e-3)


def test_wake_marks_are_counted_by_phrase(tmp_path: Path) -> None:
    path = tmp_path / "home" / marks.FILE
    marks.mark(path, "missed", "jarvis", None, 0.5)
    marks.mark(path, "false", "jarvis", 0.71, 0.5)
    marks.mark(path, "false", "computer", 0.71, 0.5)
    marks.listened(path, "jarvis", 1800)
    with path.open("a") as file:
        file.write('no json\n[]\n{"phrase": "jarvis", "kind": "listened", "hours": "many"}\n')

    told = marks.count(path, " Jarvis")

    assert told == marks.Count(missed=1, false=1, hours=0.5)
    assert told.rate == 2.0
    assert told.bound == pytest.approx(9.488, abs=1e-2)
    assert json.loads(path.read_text().splitlines()[1])["score"] == 0.71


def test_wake_marks_without_a_file_are_none(tmp_path: Path) -> None:
    told = marks.count(tmp_path / "nothing", "jarvis")

    assert told == marks.Count()
    assert told.bound == math.inf


def test_wake_marks_that_cannot_be_written_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SpeechError, match="can't be written"):
        marks.listened(tmp_path / "file" / marks.FILE, "jarvis", 1)


def test_wake_tally_counts_misses_and_false_wakes() -> None:
    tally = Tally("computer")
    tally.take(Clip(Path("set/a.wav"), "hey computer"), 2.0, [0.9])
    tally.take(Clip(Path("set/b.wav"), "computer"), 2.0, [])
    tally.take(Clip(Path("set/c.wav"), "commuter"), 1800.0, [0.6])
    tally.take(Clip(Path("set/d.wav"), "computer"), 2.0, [0.2, 0.7])

    told = tally.figures(0.5)

    assert (told["recordings"], told["missed"], told["false_wakes"]) == (3, 1, 1)
    assert told["seconds"] == 1800.0
    assert told["false_wakes_an_hour_upper"] == pytest.approx(9.488, abs=1e-2)
    assert tally.false(0.65) == 0


def test_wake_phrase_is_counted_word_by_word() -> None:
    assert times_said("alexa", "alexa alexa tell me") == 2
    assert times_said("smart mirror", "a smart mirror") == 1
    assert times_said("art", "a smart mirror") == 0


def test_wake_evaluation_wants_transcripts(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match=r"transcripts\.tsv"):
        recordings(tmp_path)


def test_wake_unknown_word_is_told_with_remedies(model: VoskModel) -> None:
    with pytest.raises(SpeechError, match=r"“komputer”.*computer"):
        Wake(model, "hey komputer")
    with pytest.raises(SpeechError, match="empty"):
        Wake(model, "  ")
    assert checked(model, " Hey  COMPUTER ") == "hey computer"


def test_wake_vocabulary_is_the_models(model: VoskModel) -> None:
    known = model.vocabulary()

    assert len(known) > 10_000
    assert all(model.knows(word) for word in known[::500])


@pytest.mark.parametrize("phrase", ["computer", "smart mirror", "jarvis"])
def test_wake_phrase_is_heard_and_others_are_not(
    model: VoskModel, recordings: Path, phrase: str
) -> None:
    said = clip_of(recordings, "wake_words", phrase).frames()
    others = [c.frames() for c in clips(recordings, ["wake_words"]) if c.transcript != phrase][::6]
    gap = quiet(1.2)

    assert len(scores(model, phrase, [*said, *gap])) == 1
    assert scores(model, phrase, [f for each in others for f in (*each, *gap)]) == []


def test_wake_says_how_long_ago_the_phrase_ended(model: VoskModel, recordings: Path) -> None:
    gate, waiting = Gate(), Wake(model, "computer")
    frames = [*clip_of(recordings, "wake_words", "computer").frames(), *quiet(1.2)]

    for frame in frames:
        if waiting.feed(frame, gate(frame)) is not None:
            break

    assert 0.1 <= waiting.since <= 1.5
    assert len(waiting.after) * 0.032 == pytest.approx(waiting.since, abs=0.04)
    assert waiting.after[-1] == frame


def test_wake_recognizer_never_hears_silence(
    model: VoskModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bytes] = []
    waiting = Wake(model, "computer")

    class Counting:
        def accept(self, sound: bytes) -> None:
            heard.append(sound)

        def __getattr__(self, name: str) -> Any:
            raise AssertionError(name)

    monkeypatch.setattr(waiting, "_recognizer", Counting())
    gate = Gate()
    for frame in quiet(10):
        waiting.feed(frame, gate(frame))

    assert heard == []


def test_wake_listener_hears_the_command_of_the_same_breath(
    model: VoskModel, recordings: Path, tmp_path: Path
) -> None:
    said = clip_of(recordings, "assistant_real", "alexa tell me a joke").frames()
    path = tmp_path / marks.FILE
    options = Options(wake_word="alexa", marks=path)

    events = played(model, [*quiet(2), *said, *quiet(3)], options)

    assert [e.phrase for e in events if isinstance(e, Woken)] == ["alexa"]
    (command,) = [e.hearing.text for e in events if isinstance(e, Heard)]
    assert command.startswith("tell me")
    states = [e.state for e in events if isinstance(e, Changed)]
    assert states[0] == "asleep"
    assert states[-2:] == ["asleep", "idle"]
    assert marks.count(path, "alexa").hours > 0


def test_wake_listener_sleeps_again_where_nobody_speaks(model: VoskModel, recordings: Path) -> None:
    said = clip_of(recordings, "wake_words", "computer").frames()

    events = played(model, [*quiet(1), *said, *quiet(11)], Options(wake_word="computer"))

    states = [e.state for e in events if isinstance(e, Changed)]
    assert states == ["asleep", "listening", "asleep", "idle"]
    assert not [e for e in events if isinstance(e, Heard)]


def test_wake_listener_hears_nothing_without_the_word(model: VoskModel, recordings: Path) -> None:
    said = clip_of(recordings, "espeak_synthetic", "what can you do").frames()

    events = played(model, [*quiet(1), *said, *quiet(3)], Options(wake_word="jarvis"))

    assert not [e for e in events if isinstance(e, Heard | Woken)]


def test_wake_command_tells_threshold_and_rate(
    model_in_use: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    settings_file.save(home / "settings.toml", "wake_word", "hey computer")
    marks.listened(home / marks.FILE, "hey computer", 7200)
    run = CliRunner()

    told = run.invoke(voice, ["wake"], catch_exceptions=False)
    after = run.invoke(voice, ["wake", "--mark", "false", "--json"], catch_exceptions=False)

    assert "In 2.0 hours of waiting" in told.output
    assert "0.00 false wakes an hour, with 95 % certainty fewer than 1.50" in told.output
    figures = json.loads(after.output)
    assert figures["false"] == 1
    assert figures["threshold"] > 0.5
    assert settings_file.load(home / "settings.toml").wake_threshold == figures["threshold"]


def test_wake_command_without_a_phrase_names_one() -> None:
    told = CliRunner().invoke(voice, ["wake"])

    assert isinstance(told.exception, SpeechError)
    assert "hey computer" in str(told.exception)
