"""Sound from a file or from standard input, as a ``sound.Source``."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from assistant import files
from assistant.errors import SpeechError
from assistant.speech.capture.framing import FULL_SCALE, Framer
from assistant.speech.sound import FRAME_SECONDS, RATE, Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 16_384
"""Samples read at a time: a file of any length takes this much memory."""

RATES = (1_000, 1_000_000)
"""Samples a second below or above which a header must be wrong."""

MOST_CHANNELS = 64
"""Channels above which a header must be wrong."""

UNKNOWN_LENGTH = 0x7FFF0000
"""From here on a wav's length in bytes is that of a pipe."""

UNREADABLE = {
    b"ftyp": "an MP4 or M4A file",
    b"\x1aE\xdf\xa3": "a WebM or Matroska file",
    b"0&\xb2u": "a WMA file",
    b"#!AMR": "an AMR file",
    b"\xff\xf1": "an AAC file",
    b"\xff\xf9": "an AAC file",
    b"FLV": "a Flash video",
}
"""The first bytes of sound that soundfile can't read, and what it is."""


class FileSource:
    """A sound file: wav, flac, ogg, mp3 and what else soundfile reads, of any rate and channels.

    With ``pace`` its frames come as fast as they were spoken, as those of a microphone.
    """

    live = False
    lost = 0

    def __init__(self, path: Path, *, pace: bool = False) -> None:
        """Open the file. Raises SpeechError where it is no sound that can be read."""
        self.name = path.name
        self._path = path
        self._pace = pace
        self._closed = threading.Event()
        self._file = _open(path)

    @property
    def seconds(self) -> float:
        """Return its length as its header tells it."""
        return float(self._file.frames / self._file.samplerate)

    def frames(self) -> Iterator[Frame]:
        """Yield its frames, once; the last one is padded with zeros. Raises SpeechError."""
        frames = _cut(self._blocks(), self._file.samplerate)
        try:
            yield from self._paced(frames) if self._pace else self._until_closed(frames)
        finally:
            self._file.close()

    def close(self) -> None:
        """End it after the frame that is out now."""
        self._closed.set()

    def _until_closed(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            if self._closed.is_set():
                return
            yield frame

    def _paced(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        began = time.monotonic()
        for number, frame in enumerate(frames, start=1):
            ahead = began + number * FRAME_SECONDS - time.monotonic()
            if self._closed.wait(max(ahead, 0.0)):
                return
            yield frame

    def _blocks(self) -> Iterator[NDArray[np.float32]]:
        import soundfile

        read, promised = 0, self._file.frames
        while True:
            try:
                block = self._file.read(BLOCK, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise SpeechError(_truncated(self._path, read / self._file.samplerate)) from error
            if not len(block):
                break
            read += len(block)
            yield block
        if not read:
            raise SpeechError(f"{self._path} holds no sound: record it again.")
        if read < promised and self._file.format == "FLAC":
            raise SpeechError(_truncated(self._path, read / self._file.samplerate))


class PcmSource:
    """Raw samples from a stream such as standard input: 16 bits, one channel, little-endian."""

    live = False
    lost = 0
    name = "standard input"

    def __init__(self, stream: BinaryIO, rate: int = RATE) -> None:
        """Take samples of ``rate`` a second. Raises SpeechError where the rate can't be."""
        if not RATES[0] <= rate <= RATES[1]:
            raise SpeechError(f"A rate of {rate} samples a second can't be: give one from 8000.")
        self._stream = stream
        self._rate = rate
        self._closed = threading.Event()

    def frames(self) -> Iterator[Frame]:
        """Yield frames until the stream ends. Raises SpeechError where it is empty or a wav."""
        for frame in _cut(self._blocks(), self._rate):
            if self._closed.is_set():
                return
            yield frame

    def close(self) -> None:
        """End it after the frame that is out now."""
        self._closed.set()

    def _blocks(self) -> Iterator[NDArray[np.float32]]:
        import numpy as np

        rest, first = b"", True
        while more := _some(self._stream):
            whole = rest + more
            if first and len(whole) < 2:
                rest = whole
                continue
            if first and whole[:4] in (b"RIFF", b"fLaC", b"OggS"):
                raise SpeechError(
                    "Standard input holds a sound file, not raw samples: give the file's path."
                )
            first, even = False, len(whole) & ~1
            rest = whole[even:]
            samples = np.frombuffer(whole[:even], "<i2").astype(np.float32) / np.float32(FULL_SCALE)
            yield samples[:, np.newaxis]
        if first:
            raise SpeechError(
                "No sound came from standard input: send it 16-bit samples, one channel."
            )


def _some(stream: BinaryIO) -> bytes:
    """Return what has come, at least a byte; empty at the end."""
    read = getattr(stream, "read1", stream.read)
    return bytes(read(2 * BLOCK) or b"")


def _cut(blocks: Iterator[NDArray[np.float32]], rate: float) -> Iterator[Frame]:
    framer = Framer(rate)
    for block in blocks:
        yield from framer.feed(block)
    yield from framer.finish()


def _open(path: Path) -> Any:
    """Open the file after the checks that soundfile leaves out. Raises SpeechError."""
    head = _head(path)
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise SpeechError(
            f"Sound files need soundfile ({error}): pip install soundfile."
        ) from error
    try:
        file = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, TypeError) as error:
        raise SpeechError(_why_unreadable(path, head, error)) from error
    if why := _why_unfit(path, head, file):
        file.close()
        raise SpeechError(why)
    return file


def _why_unfit(path: Path, head: bytes, file: Any) -> str:
    """Return what is wrong with an open file; libsndfile reads on where a wav was cut short.

    Sizes near 2 or 4 GiB are what programs write that did not know the length (a pipe).
    """
    promised, there = _data_chunk(path, head)
    if not RATES[0] <= file.samplerate <= RATES[1] or file.channels > MOST_CHANNELS:
        told = f"{file.samplerate} samples a second, {file.channels} channels"
        return f"The header of {path} is wrong ({told}): record it again."
    if there < promised < UNKNOWN_LENGTH:
        return _truncated(path, file.frames / file.samplerate)
    if file.frames:
        return ""
    if there > 0:
        return f"The header of {path} tells no length: sox --ignore-length {path} mended.wav"
    return f"{path} holds no sound: record it again."


def _head(path: Path) -> bytes:
    """Return the first bytes. Raises SpeechError where there is nothing to read."""
    if path.is_dir():
        raise SpeechError(f"{path} is a folder: name a sound file in it.")
    try:
        with files.opened(path) as file:
            head = file.read(4096)
    except FileNotFoundError as error:
        raise SpeechError(f"There is no file {path}: check the path.") from error
    except OSError as error:
        raise SpeechError(f"{path} can't be read ({error.strerror}): check it.") from error
    if not head:
        raise SpeechError(f"{path} is empty: record it again.")
    return head


def _why_unreadable(path: Path, head: bytes, error: Exception) -> str:
    mend = f"convert it: ffmpeg -i {path.name} {path.stem}-16k.wav"
    for magic, kind in UNREADABLE.items():
        if head.startswith(magic) or (magic == b"ftyp" and head[4:8] == magic):
            return f"{path} is {kind}, which can't be read: {mend}"
    if head[:4] in (b"RIFF", b"RIFX", b"fLaC", b"OggS", b"FORM"):
        why = str(getattr(error, "error_string", error)).rstrip(".")
        return f"{path} has a damaged header or a coding that can't be read ({why}): {mend}"
    return f"{path} is no sound file: give a wav, flac, ogg or mp3."


def _truncated(path: Path, seconds: float) -> str:
    return f"{path} breaks off after {seconds:.1f} seconds, before its header says: copy it again."


def _data_chunk(path: Path, head: bytes) -> tuple[int, int]:
    """Return how many bytes a wav's header promises and how many there are; (0, 0) of no wav."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return 0, 0
    at = 12
    while at + 8 <= len(head):
        size = int.from_bytes(head[at + 4 : at + 8], "little")
        if head[at : at + 4] == b"data":
            return size, path.stat().st_size - at - 8
        at += 8 + size + size % 2
    return 0, 0
