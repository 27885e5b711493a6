"""Sound files become text, whatever their form, and what is no sound is told; with Vosk alone."""

from __future__ import annotations

import json
import os
import pty
import struct
import subprocess
import sys
import tracemalloc
import wave
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from assistant import paths
from assistant.cli import commands
from assistant.speech.capture.source import FileSource
from assistant.speech.hearing.transcription import Alternative, _wordings, transcribe
from assistant.speech.models import trial
from assistant.speech.recognizer import Wording
from assistant.speech.sound import SAMPLES
from assistant.store import Store
from assistant.turn.hearing import Word
from tests.speech_material import is_sentence, speech

soundfile = pytest.importorskip("soundfile")
pytest.importorskip("soxr")

CLIP = paths.bundled() / "data" / "speech" / "what-time-is-it.wav"


def run(*words: str | Path, sound: bytes = b"") -> Result:
    """Run ``assistant transcribe`` as it hears with Vosk alone."""
    given = ["transcribe", "--vosk", *map(str, words)]
    return CliRunner().invoke(commands, given, input=sound)


def samples() -> np.ndarray:
    return soundfile.read(CLIP)[0]


def test_transcribe_prints_text(model_in_use: Path) -> None:
    """One file prints its words alone; several are told apart."""
    assert run(CLIP).output == f"{trial.SENTENCE}\n"
    assert run(CLIP, CLIP).output == f"{CLIP}: {trial.SENTENCE}\n" * 2


def test_transcribe_json_tells_all(model_in_use: Path) -> None:
    """JSON has the words with times and confidences, alternatives, and how fast it was."""
    noisy = speech("assistant_real/dawn_043.flac")
    first, second = map(json.loads, run("--json", CLIP, noisy).output.splitlines())

    assert first["file"] == str(CLIP)
    assert first["text"] == trial.SENTENCE
    assert [word["text"] for word in first["words"]] == trial.SENTENCE.split()
    for word in first["words"] + second["words"]:
        assert 0 <= word["start"] < word["end"] <= second["seconds"]
        assert 0 <= word["confidence"] <= 1
    assert first["seconds"] == pytest.approx(soundfile.info(CLIP).duration, abs=0.04)
    assert first["realtime_factor"] > 0
    texts = [other["text"] for other in second["alternatives"]]
    assert 1 <= len(texts) <= 5
    assert second["text"] not in texts
    scores = [other["score"] for other in second["alternatives"]]
    assert scores == sorted(scores, reverse=True)


def test_transcribe_understands_and_records_nothing(model_in_use: Path) -> None:
    """What the assistant would make of it is told; no turn is kept."""
    told = json.loads(run("--json", "--understand", CLIP).output)
    assert told["understanding"]["intent"] == "clock.now"
    assert told["taken"] == told["text"] == trial.SENTENCE
    assert "clock.now (1.00)" in run("--understand", CLIP).output
    store = Store.open(paths.database())
    assert store.sessions() == []
    store.close()


def test_transcribe_understands_what_all_ears_heard(model_in_use: Path) -> None:
    """As in a conversation: what was misheard is taken for what can be said, and that is told."""
    told = json.loads(run("--json", "--understand", speech("assistant_real/avs_joke.flac")).output)

    assert told["text"] != told["taken"] == "tell me a joke"
    assert told["understanding"]["intent"] == "smalltalk.joke"


@pytest.mark.parametrize("subtype", ["FLOAT", "PCM_24", "PCM_32", "MS_ADPCM", "ULAW"])
@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (48_000, 2)])
def test_transcribe_takes_any_wav(
    model_in_use: Path, tmp_path: Path, subtype: str, rate: int, channels: int
) -> None:
    """Other depths, codings, rates and channels are the same words."""
    import soxr

    path = tmp_path / "other.wav"
    sound = soxr.resample(samples(), 16_000, rate)
    soundfile.write(path, np.repeat(sound[:, None], channels, axis=1), rate, subtype=subtype)

    assert run(path).output == f"{trial.SENTENCE}\n"


def bad_files(folder: Path) -> dict[str, Path]:
    """Write files that can't be read; return them by what is told of each."""
    whole = CLIP.read_bytes()
    contents = {
        "is empty": b"",
        "breaks off": whole[: len(whole) // 2],
        "damaged header": b"RIFF\x10\0\0\0WAVEfmt \xff\xff",
        "no sound file": b"no sound at all, only words " * 9,
        "an MP4 or M4A file": b"\0\0\0\x20ftypM4A " + bytes(99),
        "coding that can't be read": whole[:20] + struct.pack("<H", 0x0161) + whole[22:],
        "holds no sound": whole[:40] + bytes(4),
    }
    files = {told: folder / f"{number}.wav" for number, told in enumerate(contents)}
    for told, path in files.items():
        path.write_bytes(contents[told])
    return {**files, "is a folder": folder, "There is no file": folder / "none.wav"}


def test_transcribe_tells_bad_files_and_goes_on(model_in_use: Path, tmp_path: Path) -> None:
    """Each file that can't be read is one sentence with its name; the others are done."""
    bad = bad_files(tmp_path)
    done = run(CLIP, *bad.values(), CLIP)

    assert done.exit_code == 1
    assert done.stdout == f"{CLIP}: {trial.SENTENCE}\n" * 2
    sentences = done.stderr.splitlines()
    assert len(sentences) == len(bad)
    for (told, path), sentence in zip(bad.items(), sentences, strict=True):
        assert told in sentence
        assert str(path) in sentence
        assert sentence.count(str(path)) == 1


def test_transcribe_reads_raw_samples(model_in_use: Path) -> None:
    """“-” is raw samples of any rate; nothing, or a wav, is told."""
    with wave.open(str(CLIP)) as file:
        raw = file.readframes(file.getnframes())
    assert run("-", sound=raw).output == f"{trial.SENTENCE}\n"
    twice = np.repeat(np.frombuffer(raw, "<i2"), 2).tobytes()
    assert run("-", "--rate", "32000", sound=twice).output == f"{trial.SENTENCE}\n"
    for sound, told in [(b"", "No sound came"), (CLIP.read_bytes(), "holds a sound file")]:
        done = run("-", sound=sound)
        assert done.exit_code == 1
        assert told in done.stderr


def test_transcribe_joins_segments(model_in_use: Path, tmp_path: Path) -> None:
    """A long recording, which Vosk ends several times, is one text with rising times."""
    pause = np.zeros(3 * 16_000)
    path = tmp_path / "long.wav"
    soundfile.write(path, np.concatenate([samples(), pause] * 3), 16_000)
    told = json.loads(run("--json", path).output)

    assert told["text"] == " ".join([trial.SENTENCE] * 3)
    starts = [word["start"] for word in told["words"]]
    assert starts == sorted(starts)
    assert [word["start"] for word in told["words"] if word["text"] == "what"] == pytest.approx(
        [0, 4.3, 8.65], abs=0.3
    )
    assert all(len(other["text"].split()) >= 11 for other in told["alternatives"])


def test_transcribe_hears_with_the_bundled_model_or_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has to be fetched first; a name that is none, and an install without it, are told."""
    assert run(CLIP).output == f"{trial.SENTENCE}\n"
    monkeypatch.setattr("assistant.speech.models.shelf.bundled", list)
    error = run(CLIP).exception
    assert "assistant models get" in str(error)
    assert is_sentence(error)
    assert "no speech model other" in str(run(CLIP, "--model", "other").exception)


def test_transcribe_shows_a_bar_on_a_terminal_only(model_in_use: Path, tmp_path: Path) -> None:
    """Several files on a terminal show a bar, on standard error, and not between the words."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "assistant", "transcribe", "--vosk", str(CLIP), str(CLIP)]
    home = {"ASSISTANT_HOME": str(tmp_path), "TERM": "xterm"}
    done = subprocess.run(
        command, env={**os.environ, **home}, stdout=subprocess.PIPE, stderr=theirs, check=True
    )
    os.close(theirs)

    assert done.stdout.decode() == f"{CLIP}: {trial.SENTENCE}\n" * 2
    assert b"Transcribing" in os.read(ours, 10_000)
    os.close(ours)
    assert "Transcribing" not in run(CLIP, CLIP).stderr


class Deaf:
    """A recognizer that hears nothing, to measure what the rest costs."""

    heard = 0

    def recognizer(self) -> Deaf:
        return self

    def accept(self, sound: bytes) -> None:
        self.heard += len(sound)

    def finish(self) -> list[Wording]:
        return []


def sparse(path: Path, size: int) -> Path:
    """Write a wav of that many bytes of silence, which take no room on the disk."""
    head = CLIP.read_bytes()[:40]
    path.write_bytes(head[:4] + struct.pack("<I", size + 36) + head[8:] + struct.pack("<I", size))
    with path.open("r+b") as file:
        file.truncate(size + 44)
    return path


def test_transcribe_takes_little_memory_for_a_huge_file(tmp_path: Path) -> None:
    """Three hundred megabytes go through in a few; three gigabytes open at once."""
    path = sparse(tmp_path / "huge.wav", 300_000_000)
    deaf = Deaf()
    list(FileSource(CLIP).frames())
    tracemalloc.start()
    heard = transcribe(deaf, FileSource(path).frames())  # type: ignore[arg-type]
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert heard.seconds == pytest.approx(9_375, abs=0.1)
    assert deaf.heard >= 300_000_000
    assert peak < 10_000_000
    source = FileSource(sparse(tmp_path / "more.wav", 3_000_000_000))
    assert source.seconds == pytest.approx(93_750)
    assert next(source.frames()) == bytes(2 * SAMPLES)
    source.close()


def test_wordings_join_segments_best_first() -> None:
    """Alternatives of the segments are joined; the sum of their scores ranks them."""

    def segment(**scores: float) -> list[Wording]:
        return [
            Wording(tuple(Word(w, 0.0, 0.0) for w in text.split()), score)
            for text, score in scores.items()
        ]

    segments = [segment(two=9.0, to=8.5, too=1.0), segment(**{"": 1.0}), segment(six=5.0, sticks=4)]
    assert _wordings(segments, "two six") == [
        Alternative("to six", 13.5),
        Alternative("two sticks", 13.0),
        Alternative("to sticks", 12.5),
        Alternative("too six", 6.0),
        Alternative("too sticks", 5.0),
    ]
    assert _wordings([segment(**{"": 1.0})], "") == []
