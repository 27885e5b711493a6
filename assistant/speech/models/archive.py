"""Zip files from strangers: looked through before anything is written, then unpacked with care."""

from __future__ import annotations

import errno
import io
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from assistant import files
from assistant.errors import SpeechError

MOST_FILES = 2_000
"""Files a model may have; published ones have under 50."""

MOST_BYTES = 12_000_000_000
"""Bytes a model may have unpacked; the largest published one has 5.2 GB."""

MOST_RATIO = 40
"""How many times its packed size a model may unpack to; published ones stay under 3."""

RATIO_FROM = 10_000_000
"""Bytes up to which the ratio is of no matter."""

IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What programs that pack leave behind."""

CHUNK = 1 << 20

DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, LookupError, OverflowError,
)  # fmt: skip
"""What zipfile raises of a damaged file."""

MOST_AT_ONCE = 2 * CHUNK
"""Bytes that are read at once, at most: a directory of ten times the most files."""

Progress = Callable[[int, int], object]
"""Is told how many bytes are done, and of how many."""


class _Careful(io.BufferedReader):
    """A file of which nothing is read at once that is longer than any model's directory.

    A zip is opened by reading its directory, of which each of a million entries costs a kilobyte.
    """

    def __init__(self, file: io.BufferedReader) -> None:
        super().__init__(file.detach())

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_AT_ONCE:
            raise zipfile.BadZipFile("its directory is far longer than that of a speech model")
        return super().read(size)


class Archive:
    """A zip file that holds one model, at its top or in one folder."""

    def __init__(self, path: Path) -> None:
        """Look through it. Raises SpeechError where it is no zip, or one that must not be opened.

        Nothing is written.
        """
        self.path = path
        with _refusals(path):
            self._file = _Careful(files.opened(path))
            try:
                self._zip = zipfile.ZipFile(self._file)
                self._entries = _checked(path, self._zip.infolist())
            except BaseException:
                self._file.close()
                raise
        self._top = _top(list(self._entries))

    @property
    def name(self) -> str:
        """Return the name of its one folder, else that of the file."""
        return self._top.rstrip("/") or self.path.stem

    @property
    def names(self) -> set[str]:
        """Return the paths of the files, relative to the model."""
        return {name.removeprefix(self._top) for name in self._entries}

    @property
    def size(self) -> int:
        """Return the bytes it unpacks to."""
        return sum(info.file_size for info in self._entries.values())

    def unpack(self, folder: Path, progress: Progress) -> None:
        """Write the model's files below an empty folder. Raises SpeechError, also when full."""
        check_room(folder, self.size)
        done = 0
        with _refusals(self.path):
            for name, info in self._entries.items():
                target = folder / name.removeprefix(self._top)
                target.parent.mkdir(parents=True, exist_ok=True)
                with self._zip.open(info) as packed, target.open("xb") as file:
                    while chunk := packed.read(CHUNK):
                        file.write(chunk)
                        done += len(chunk)
                        progress(done, self.size)

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()


def check_room(folder: Path, size: int) -> None:
    """Raise SpeechError where the disk has not that many bytes left."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise SpeechError(
            f"{folder} has {free / 1e6:.0f} MB left and the model needs {size / 1e6:.0f} MB: "
            "free some disk space."
        )


def check_amount(what: Path, files: int, size: int) -> None:
    """Raise SpeechError where these are more files or bytes than any model has."""
    if files > MOST_FILES:
        raise SpeechError(f"{what} holds {files:,} files, far more than a speech model: not added.")
    if size > MOST_BYTES:
        raise SpeechError(
            f"{what} holds {size / 1e9:.0f} GB, far more than a speech model: not added."
        )


def _checked(path: Path, entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the files by name. Raises SpeechError naming the first that must not be unpacked."""
    size = sum(entry.file_size for entry in entries)
    check_amount(path, len(entries), size)
    if size > RATIO_FROM and size > MOST_RATIO * path.stat().st_size:
        raise SpeechError(
            f"{path} would unpack to {size / 1e6:,.0f} MB, {size // path.stat().st_size:,} times "
            "its size: that is a trap, not a speech model."
        )
    files: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        trouble = _trouble(entry)
        if not trouble and entry.filename.casefold() in files:
            trouble = "is in it twice"
        if trouble:
            raise SpeechError(f"{path} is refused: “{entry.filename:.100}” {trouble}.")
        if not entry.is_dir() and not _ignored(entry.filename):
            files[entry.filename.casefold()] = entry
    return {entry.filename: entry for entry in files.values()}


def _trouble(entry: zipfile.ZipInfo) -> str:
    """Return why an entry must not be unpacked; empty where it may be."""
    name = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device, not a file"
    if not entry.filename:
        return "has no name"
    if "\0" in name or "\\" in name or ":" in name:
        return "has a name that leads elsewhere on some systems"
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute():
        return "would be written outside the model's folder"
    if ".." in PurePosixPath(name).parts:
        return "would be written outside the model's folder"
    return "is encrypted" if entry.flag_bits & 1 else ""


def _ignored(name: str) -> bool:
    return name.startswith(IGNORED[0]) or PurePosixPath(name).name in IGNORED[1:]


def _top(names: list[str]) -> str:
    """Return the one folder everything is in, with its slash; empty where there is none."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) == 1 and all("/" in name for name in names):
        return f"{tops.pop()}/"
    return ""


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Turn what zipfile and the disk raise into sentences."""
    try:
        yield
    except DAMAGED as error:
        raise SpeechError(
            f"{path} is no zip file, or a damaged one ({error!s:.200}): get it again."
        ) from error
    except NotImplementedError as error:
        raise SpeechError(
            f"{path} is packed in a way that can't be read ({error!s:.200})."
        ) from error
    except OSError as error:
        raise told(path, error) from error


def told(path: Path, error: OSError) -> SpeechError:
    """Return an error of the disk as a sentence."""
    if error.errno == errno.ENOSPC:
        return SpeechError(f"The disk is full ({path}): free some space and try again.")
    return SpeechError(
        f"{error.filename or path} can't be used ({error.strerror}): check its rights."
    )
