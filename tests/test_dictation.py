"""Recordings of any length become text as people write it, once, in order, and nothing besides."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from assistant import paths
from assistant.speech.dictation import dictation as dictating
from assistant.speech.dictation.dictation import dictate
from assistant.speech.dictation.joining import in_order, joined
from assistant.speech.dictation.keeping import Kept
from assistant.speech.dictation.said import as_spoken
from assistant.speech.dictation.windows import MOST, OVERLAP, windows
from assistant.speech.second import LONGEST, Writing
from assistant.speech.sound import FRAME_SECONDS, SAMPLES
from assistant.turn.hearing import Word

soundfile = pytest.importorskip("soundfile")

CLIP = paths.bundled() / "data" / "speech" / "what-time-is-it.wav"
SILENCE, VOICE = bytes(2 * SAMPLES), b"\1\0" * SAMPLES


def frames_of(*parts: tuple[bool, float]) -> Iterator[bytes]:
    """Yield frames in which somebody speaks, or not, for so many seconds each."""
    for speaks, seconds in parts:
        for _ in range(round(seconds / FRAME_SECONDS)):
            yield VOICE if speaks else SILENCE


def gate(frame: bytes) -> float:
    return float(frame == VOICE)


class Counting:
    """Writes "w12" for the twelfth second of a recording made by ``numbered``, from its sound."""

    name = "counting"

    def __init__(self) -> None:
        self.heard = 0.0

    def listen(self, sound: bytes) -> Counted:
        self.heard += len(sound) / 32_000
        assert len(sound) / 32_000 <= LONGEST
        return Counted(np.frombuffer(sound, "<i2"))


class Counted:
    def __init__(self, samples: np.ndarray) -> None:
        self._samples = samples

    def write(self, hints: Sequence[str] = ()) -> Writing:
        words = []
        for number in dict.fromkeys(int(n) for n in self._samples[::SAMPLES] if n):
            places = np.flatnonzero(self._samples == number) / 16_000
            words.append(Word(f"w{number}", float(places[0]), float(places[-1]), 0.9))
        return Writing(" ".join(w.text for w in words), tuple(words), -0.2, 0.0)

    def likelihoods(self, texts: Sequence[str], hints: Sequence[str] = ()) -> list[float]:
        raise NotImplementedError


def numbered(seconds: int, still: Sequence[int] = ()) -> Iterator[bytes]:
    """Yield frames whose samples are the number of their second, from 1; 0 where it is still."""
    for number in range(round(seconds / FRAME_SECONDS)):
        second = int(number * FRAME_SECONDS) + 1
        yield np.full(SAMPLES, 0 if second in still else second, "<i2").tobytes()


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the gate hear speech wherever there is sound."""
    monkeypatch.setattr(dictating, "Gate", lambda: lambda frame: float(any(frame[:2])))


def numbers(words: Sequence[Word]) -> list[int]:
    return [int(word.text.removeprefix("w")) for word in words]


def test_windows_end_at_pauses_and_leave_silence_out() -> None:
    """A long pause parts two windows, and what lies between them is in neither."""
    found = list(windows(frames_of((False, 5), (True, 3), (False, 9), (True, 4)), gate))

    assert [(round(w.begin, 1), round(w.end, 1)) for w in found] == [(4.6, 8.4), (16.6, 21.0)]
    assert not any(window.overlaps for window in found)


def test_windows_are_cut_at_the_longest_breath_where_they_are_full() -> None:
    parts = ((True, 12), (False, 0.3), (True, 6), (False, 0.6), (True, 4), (False, 0.25), (True, 9))
    first, second = windows(frames_of(*parts), gate)

    assert first.end == second.begin == pytest.approx(18.6, abs=0.05)


def test_windows_overlap_where_nobody_pauses() -> None:
    """No window is longer than can be heard at once, and each sound is in one of them."""
    found = list(windows(frames_of((True, 100)), gate))

    assert all(len(window.speech) <= MOST for window in found)
    for before, after in pairwise(found):
        assert after.overlaps
        assert after.begin == pytest.approx(before.end - OVERLAP * FRAME_SECONDS)
    assert found[-1].end == pytest.approx(100, abs=0.1)


def test_windows_leave_a_click_out() -> None:
    assert list(windows(frames_of((False, 3), (True, 0.1), (False, 5)), gate)) == []


def words(text: str, begin: float = 0.0) -> list[Word]:
    return [Word(each, begin + i, begin + i + 0.9) for i, each in enumerate(text.split())]


def test_joined_has_each_word_once() -> None:
    """What both windows heard is there once, though the edges of both are wrong."""
    before = words("we went down to the old harbour an")
    after = words("own to the old harbour and sailed", 2)

    told = [word.text for word in joined(before, after, 2, 8)]

    assert told == "we went down to the old harbour and sailed".split()


def test_joined_keeps_what_is_said_twice() -> None:
    """A word that comes again at another time is another one."""
    told = joined(words("no no no no"), words("no no no no", 2), 2, 4)

    assert [word.text for word in told] == ["no"] * 6


def test_joined_goes_over_in_the_middle_where_nothing_is_the_same() -> None:
    told = joined(words("a b c d e f"), words("x y z u", 4), 4, 6)

    assert [word.text for word in told] == ["a", "b", "c", "d", "e", "y", "z", "u"]


def test_in_order_never_goes_back() -> None:
    crossed = [Word("a", 1.0, 3.0), Word("b", 2.5, 2.5), Word("c", 2.0, 9.0), Word("d", 9, 9)]
    told = in_order(crossed, 5.0)

    for before, after in pairwise(told):
        assert before.start < before.end <= after.start or after.end == 5.0
    assert all(0 <= word.start < word.end <= 5.0 for word in told)


@pytest.mark.usefixtures("loud")
@pytest.mark.parametrize("still", [(), (9, 10, 11), (30, 31, 32, 60, 61, 62, 63)])
def test_dictate_writes_all_of_it_once(still: Sequence[int]) -> None:
    """With pauses or without, each second is there once and where it was."""
    found = dictate(Counting(), numbered(150, still))

    assert numbers(found.words) == [n for n in range(1, 151) if n not in still]
    assert found.seconds == pytest.approx(150, abs=0.1)
    for word, number in zip(found.words, numbers(found.words), strict=True):
        assert word.start == pytest.approx(number - 1, abs=0.1)


@pytest.mark.slow
@pytest.mark.usefixtures("loud")
def test_dictate_takes_no_more_memory_for_more_sound() -> None:
    """An hour of speech without a pause takes hardly more than three minutes."""
    peaks = []
    for seconds in (180, 3600):
        sound = numbered(seconds)
        tracemalloc.start()
        found = dictate(Counting(), sound)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(found.words) == seconds

    assert peaks[1] - peaks[0] < 2_000_000


@pytest.mark.usefixtures("loud")
def test_dictate_goes_on_where_it_was_ended(tmp_path: Path) -> None:
    """What was kept is not heard again, also where its last line is broken off, or damaged."""
    recording = tmp_path / "talk.wav"
    recording.write_bytes(b"as long as it stays the same")
    kept = Kept(tmp_path / "kept", recording, "model")

    class EndedError(Exception):
        pass

    def end(at: float, _begun: float) -> None:
        if at > 100:
            raise EndedError

    with pytest.raises(EndedError):
        dictate(Counting(), numbered(150), kept, end)
    (file,) = (tmp_path / "kept").iterdir()
    for damage in (b"", b'{"frames": [12', b"\xff\n", b"[]\n", b'{"frames": [1, 2]}\n'):
        content = file.read_bytes()
        file.write_bytes(content + damage)
        model = Counting()
        found = dictate(model, numbered(150), Kept(tmp_path / "kept", recording, "model"))
        assert numbers(found.words) == list(range(1, 151))
        assert model.heard < 110
        file.write_bytes(content)

    Kept(tmp_path / "kept", recording, "other").drop()
    assert kept.begun
    recording.write_bytes(b"another recording of the same name")
    assert not Kept(tmp_path / "kept", recording, "model").begun
    kept.drop()
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.usefixtures("loud")
def test_dictate_goes_on_where_nothing_can_be_kept(tmp_path: Path) -> None:
    """What lies in the place of the folder costs the keeping, not the words."""
    recording = tmp_path / "talk.wav"
    recording.write_bytes(b"sound")
    (tmp_path / "kept").write_bytes(b"a file")
    kept = Kept(tmp_path / "kept", recording, "model")

    assert numbers(dictate(Counting(), numbered(60), kept).words) == list(range(1, 61))
    assert not kept.begun


def test_kept_of_two_at_once_is_still_whole(tmp_path: Path) -> None:
    """Two runs that write at the same time leave nothing out and nothing twice."""
    recording = tmp_path / "talk.wav"
    recording.write_bytes(b"sound")
    one, two = (Kept(tmp_path, recording, "model") for _ in range(2))
    model = Counting()
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patch:
        patch.setattr(dictating, "Gate", lambda: lambda frame: float(any(frame[:2])))
        whole = dictate(model, numbered(90), one)
        dictate(model, numbered(90), two)
        for line in next(tmp_path.glob("*.jsonl")).read_bytes().splitlines(keepends=True):
            with next(tmp_path.glob("*.jsonl")).open("ab") as file:
                file.write(line)
        again = dictate(model, numbered(90), one)
    assert again.words == whole.words


def test_as_spoken_has_every_word_with_its_time() -> None:
    """Figures, clock times and marks become the words that were said, in order."""
    written = words("Wake me at 7:30 p.m. on the 21st, please. It costs $5.50 - or 6,439?")
    said = list(as_spoken(written))

    assert " ".join(word.text for word in said) == (
        "wake me at seven thirty p m on the twenty first please it costs five dollars and "
        "fifty cents or six thousand four hundred and thirty nine"
    )
    for before, after in pairwise(said):
        assert before.start < before.end <= after.start + 0.001
    assert said[-1].end <= written[-1].end
