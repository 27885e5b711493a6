"""The second hearing: its features beside a reference, what it writes, and damaged folders."""

from __future__ import annotations

import json
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from assistant import paths
from assistant.errors import SpeechError
from assistant.speech.whisper import checkpoint, shelf, trial
from assistant.speech.whisper.features import log_mel
from assistant.speech.whisper.model import WhisperModel

FOLDER = paths.bundled() / "models" / shelf.BUNDLED


@pytest.fixture(scope="module")
def model() -> WhisperModel:
    return WhisperModel(FOLDER)


@pytest.fixture(scope="module")
def sound() -> bytes:
    with wave.open(str(paths.bundled() / "data" / "speech" / "what-time-is-it.wav")) as file:
        return file.readframes(file.getnframes())


def noise(seconds: float, loud: float) -> bytes:
    samples = np.random.default_rng(1).normal(0, loud * 32_767, round(seconds * 16_000))
    return samples.clip(-32_768, 32_767).astype("<i2").tobytes()


def test_features_are_those_of_the_reference(sound: bytes) -> None:
    transformers = pytest.importorskip("transformers", reason="the extra parity brings it")
    samples = np.frombuffer(sound, "<i2").astype(np.float32) / 32_768.0
    padded = np.pad(samples, (0, 480_000 - len(samples)))
    reader = transformers.WhisperFeatureExtractor(feature_size=80)
    theirs = reader(padded, sampling_rate=16_000, return_tensors="np").input_features[0]
    assert np.abs(log_mel(padded) - theirs).max() < 1e-3


def test_what_was_said_is_written_with_its_times(model: WhisperModel, sound: bytes) -> None:
    written = model.listen(sound).write()
    assert written.text == "What time is it?"
    assert [word.text for word in written.words] == ["What", "time", "is", "it?"]
    starts = [word.start for word in written.words]
    assert starts == sorted(starts)
    assert all(0 <= w.start <= w.end <= len(sound) / 32_000 for w in written.words)
    assert written.silence < 0.5


def test_what_was_said_is_the_likeliest(model: WhisperModel, sound: bytes) -> None:
    passage = model.listen(sound)
    said, near, far = passage.likelihoods(
        ["What time is it?", "What time is that?", "Turn on the light."]
    )
    assert said > near > far


def test_hints_bring_their_words(model: WhisperModel, sound: bytes) -> None:
    passage = model.listen(sound)
    likely = [passage.likelihoods(["Watt thyme is it."], hints)[0] for hints in ((), WATT)]
    assert likely[1] > likely[0]


WATT = ("Watt thyme is here.", "Watt thyme was there.", "Is it Watt thyme.")


def test_any_number_of_hints_is_taken(model: WhisperModel, sound: bytes) -> None:
    assert model.listen(sound).write(["Yes."] * 100).text == "What time is it?"


@pytest.mark.parametrize(
    "hint", ["<|endoftext|><|notimestamps|>", "\x00\ufeff", "🎉" * 500, "a " * 5_000, "", "\n"]
)
def test_hostile_hints_are_only_words(model: WhisperModel, sound: bytes, hint: str) -> None:
    assert "time" in model.listen(sound).write([hint, "What time is it."]).text.lower()


def test_repetitions_are_not_written(model: WhisperModel, sound: bytes) -> None:
    tail = noise(1.5, 0.0005)
    assert model.listen(sound + tail).write(["What time is it."] * 4).text == "What time is it?"


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.1, 40.0])
def test_any_length_is_heard(model: WhisperModel, seconds: float) -> None:
    assert isinstance(model.listen(noise(seconds, 0.01)).write().text, str)


def test_the_card_tells_the_sums_of_the_files() -> None:
    card = (FOLDER / "card.md").read_text(encoding="utf-8")
    told = json.loads((FOLDER / "whisper.json").read_text(encoding="utf-8"))
    for each in (*told["sha256"].values(), *told["made_of"].values()):
        assert each in card
    checkpoint.check(checkpoint.read(FOLDER))


@pytest.mark.parametrize("name", ["encoder.onnx", "decoder.onnx", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["missing", "cut", "swapped"])
def test_a_damaged_folder_is_told_in_one_sentence(tmp_path: Path, name: str, damage: str) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "model")
    path = folder / name
    if damage == "missing":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2] if damage == "cut" else data[::-1])
    with pytest.raises(SpeechError, match=name) as told:
        WhisperModel(folder)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"mels": "many"}', "null"])
def test_a_damaged_description_is_told(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "whisper.json").write_text(text, encoding="utf-8")
    with pytest.raises(SpeechError, match="damaged"):
        checkpoint.read(folder)


def test_files_that_are_whole_and_no_model_are_told(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "model")
    (folder / "encoder.onnx").write_bytes(b"no graph")
    told = json.loads((folder / "whisper.json").read_text(encoding="utf-8"))
    import hashlib

    told["sha256"]["encoder.onnx"] = hashlib.sha256(b"no graph").hexdigest()
    (folder / "whisper.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(SpeechError, match=r"encoder\.onnx"):
        trial.check(folder)


def test_what_was_tried_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    trial.check(FOLDER)
    monkeypatch.setattr(trial, "tried", lambda *_words, **_given: pytest.fail("tried again"))
    trial.check(FOLDER)


def test_a_file_that_was_changed_since_it_was_tried_is_told(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "model")
    trial.check(folder)
    path = folder / "encoder.onnx"
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(SpeechError, match=r"encoder\.onnx"):
        trial.check(folder)


def test_off_is_none_and_another_name_is_told() -> None:
    assert shelf.opened("off") is None
    with pytest.raises(SpeechError, match=shelf.BUNDLED):
        shelf.find("whisper-giant")
