from __future__ import annotations

import io
import struct
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SpeechError
from assistant.speech.capture.source import FileSource, PcmSource
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES

soundfile = pytest.importorskip("soundfile")
pytest.importorskip("soxr")


def tone(rate: int, seconds: float = 1.0, channels: int = 1) -> np.ndarray:
    """A tone of 440 Hz at half of full scale, the same in each channel."""
    at = np.arange(round(rate * seconds)) / rate
    one = 0.5 * np.sin(2 * np.pi * 440 * at)
    return np.repeat(one[:, np.newaxis], channels, axis=1)


def heard(path: Path) -> np.ndarray:
    frames = list(FileSource(path).frames())
    assert {len(frame) for frame in frames} == {2 * SAMPLES}
    return np.frombuffer(b"".join(frames), "<i2") / 32768


def pitch(samples: np.ndarray) -> float:
    """The strongest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(samples[:RATE] * np.hanning(len(samples[:RATE]))))
    return float(spectrum.argmax() * RATE / len(samples[:RATE]))


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_source_takes_wav_of_any_rate_and_depth(tmp_path: Path, rate: int, subtype: str) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(rate), rate, subtype=subtype)
    samples = heard(path)

    assert len(samples) == pytest.approx(RATE, abs=SAMPLES)
    assert pitch(samples) == pytest.approx(440, abs=2)
    assert np.sqrt((samples[2000:14000] ** 2).mean()) == pytest.approx(0.5 / 2**0.5, rel=0.03)


@pytest.mark.parametrize("channels", range(1, 9))
def test_source_mixes_channels_down(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "many.wav"
    sound = tone(48_000, channels=channels)
    sound[:, 1:] = 0
    soundfile.write(path, sound, 48_000)
    samples = heard(path)

    assert pitch(samples) == pytest.approx(440, abs=2)
    assert samples.max() == pytest.approx(0.5 / channels, rel=0.05)


@pytest.mark.parametrize("kind", ["flac", "ogg", "mp3", "aiff", "w64", "caf"])
def test_source_takes_other_formats(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"tone.{kind}"
    soundfile.write(path, tone(44_100, channels=2), 44_100)

    assert pitch(heard(path)) == pytest.approx(440, abs=2)


def test_source_keeps_16_bits_as_they_are_and_pads_the_last_frame(tmp_path: Path) -> None:
    path = tmp_path / "exact.wav"
    samples = np.random.default_rng(1).integers(-32768, 32768, SAMPLES + 7).astype("<i2")
    soundfile.write(path, samples, RATE)
    frames = list(FileSource(path).frames())

    assert b"".join(frames) == samples.tobytes().ljust(4 * SAMPLES, b"\0")


def test_source_clips_floats_above_full_scale(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    sound = np.full(SAMPLES, 3.0, np.float32)
    sound[::2], sound[5] = -3.0, np.nan
    soundfile.write(path, sound, RATE, subtype="FLOAT")
    samples = np.frombuffer(b"".join(FileSource(path).frames()), "<i2")

    assert samples.max() == 32767
    assert samples.min() == -32768
    assert samples[5] == 0


def wav(
    data: bytes, *, channels: int = 1, rate: int = RATE, bits: int = 16, says: int = -1
) -> bytes:
    """A wav whose data chunk says it has ``says`` bytes."""
    size = len(data) if says < 0 else says
    width = channels * bits // 8
    head = struct.pack("<HHIIHH", 1, channels, rate, rate * width, width, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", min(4 + len(body), 2**32 - 1)) + body


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello, this is no sound at all\n" * 50, "is no sound file"),
        (
            b"\0\0\0\x20ftypM4A mp42" + bytes(99),
            "M4A file, which can't be read: convert it: ffmpeg",
        ),
        (b"\x1aE\xdf\xa3" + bytes(99), "a WebM or Matroska file"),
        (b"RIFF\x10\0\0\0WAVEjunk", "damaged header"),
        (wav(b""), "holds no sound"),
        (wav(bytes(3200), says=0), "tells no length: sox --ignore-length"),
        (wav(bytes(3200), says=64_000), "breaks off after 0.1 seconds"),
        (wav(bytes(3200), channels=0), "damaged header"),
        (wav(bytes(3200), rate=0), "header"),
        (wav(bytes(3200), rate=3), "header of"),
        (wav(bytes(3200), bits=0), "damaged header"),
    ],
    ids="empty text m4a webm header silent killed truncated channels rate slow bits".split(),
)
def test_source_bad_file_is_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)

    with pytest.raises(SpeechError) as caught:
        list(FileSource(path).frames())

    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_source_truncated_flac_tells_where(tmp_path: Path) -> None:
    path = tmp_path / "cut.flac"
    soundfile.write(path, np.random.default_rng(1).normal(0, 0.1, 3 * RATE), RATE)
    path.write_bytes(path.read_bytes()[:40_000])

    with pytest.raises(SpeechError, match="breaks off after"):
        list(FileSource(path).frames())


def test_source_folder_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="is a folder"):
        FileSource(tmp_path)
    with pytest.raises(SpeechError, match="There is no file"):
        FileSource(tmp_path / "none.wav")


@pytest.mark.parametrize("says", [0xFFFFFFFF, 0x7FFFFFFF])
def test_source_takes_a_wav_written_to_a_pipe(tmp_path: Path, says: int) -> None:
    """Its length was not known when the header was written."""
    path = tmp_path / "piped.wav"
    path.write_bytes(wav(b"\x01\x10" * RATE, says=says))

    assert len(heard(path)) == pytest.approx(RATE, abs=SAMPLES)


def test_source_three_gigabytes_do_not_fill_memory(tmp_path: Path) -> None:
    """A sparse file; the first frames come at once, and the rest is not read."""
    path = tmp_path / "long.wav"
    size = 3 * 2**30
    with path.open("wb") as file:
        file.write(wav(b"", says=size))
        file.truncate(44 + size)
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    source = FileSource(path)
    frames = source.frames()
    for _ in range(1000):
        assert len(next(frames)) == 2 * SAMPLES
    source.close()

    assert list(frames) == []
    assert source.seconds == pytest.approx(size / 2 / RATE)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_source_pace_is_that_of_speech_and_close_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(RATE, 30.0), RATE)
    source = FileSource(path, pace=True)
    began = time.monotonic()
    frames = source.frames()
    for _ in range(8):
        next(frames)
    took = time.monotonic() - began
    threading.Timer(0.05, source.close).start()
    rest = list(frames)
    source.close()

    assert took >= 8 * FRAME_SECONDS - 0.01
    assert len(rest) < 100


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_source_pcm_is_resampled(rate: int) -> None:
    sound = (tone(rate)[:, 0] * 32767).astype("<i2").tobytes()
    samples = np.frombuffer(b"".join(PcmSource(io.BytesIO(sound), rate).frames()), "<i2")

    assert len(samples) == pytest.approx(RATE, abs=SAMPLES)
    assert pitch(samples / 32768) == pytest.approx(440, abs=2)


class Dribble(io.RawIOBase):
    """A stream that gives three bytes at a time."""

    def __init__(self, content: bytes) -> None:
        self.rest = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        some, self.rest = self.rest[:3], self.rest[3:]
        buffer[: len(some)] = some
        return len(some)


def test_source_pcm_comes_in_odd_pieces() -> None:
    sound = np.arange(2 * SAMPLES).astype("<i2").tobytes()

    assert b"".join(PcmSource(Dribble(sound)).frames()) == sound
    assert b"".join(PcmSource(Dribble(sound + b"x")).frames()) == sound


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "No sound came"), (b"x", "No sound came"), (wav(bytes(99)), "give the file's path")],
)
def test_source_pcm_bad_input(content: bytes, said: str) -> None:
    with pytest.raises(SpeechError, match=said):
        list(PcmSource(io.BytesIO(content)).frames())


def test_source_pcm_of_no_rate() -> None:
    with pytest.raises(SpeechError, match="0 samples a second"):
        PcmSource(io.BytesIO(b""), 0)
