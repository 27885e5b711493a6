"""How files are read, and written: whole or not at all, for their owner alone, one at a time."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

OWN_FILE, OWN_FOLDER = 0o600, 0o700
"""Rights of what is kept: its owner's alone."""

PATIENCE = 10.0
"""Seconds to wait for another one that is writing a file."""


def opened(path: Path) -> BufferedReader:
    """Open a file to read it, waiting for nobody.

    Raises OSError, also for what is no file: a pipe or a device may never end, or never begin.
    """
    ways = ("O_BINARY", "O_NONBLOCK", "O_NOCTTY")
    number = os.open(path, os.O_RDONLY | sum(getattr(os, way, 0) for way in ways))
    if stat.S_ISREG(os.fstat(number).st_mode):
        return os.fdopen(number, "rb")
    os.close(number)
    raise OSError(errno.EINVAL, "it is no file", str(path))


def read(path: Path, most: int) -> bytes:
    """Return what a file holds. Raises OSError, also where that is more than ``most`` bytes."""
    with opened(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has over {most:,} bytes", str(path))
    return data


def write(path: Path, text: str) -> None:
    """Put a text in the place of a file. Raises OSError; the file is then what it was."""
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give what is written in the place of a file: beside it first, on the disk, then renamed.

    Where the block or the disk fails the file is what it was. A link stays, and leads to it.
    """
    path = _place(path)
    name = part_of(path)
    number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWN_FILE)
    try:
        with os.fdopen(number, "wb") as part:
            yield part
            part.flush()
            os.fsync(part.fileno())
        name.replace(path)
    except BaseException:
        with suppress(OSError):
            name.unlink()
        raise
    settle(path.parent)


def _place(path: Path) -> Path:
    """Return where links lead, with a folder for it. Raises OSError for a pipe or a device."""
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "what is there is no file", str(path))
    folder(path.parent)
    return path


def part_of(path: Path) -> Path:
    """Return where what takes the place of a file is written first.

    What programs left there that were killed goes.
    """
    from glob import escape

    for old in path.parent.glob(f".{escape(path.name)}.*.part"):
        process = old.name.removeprefix(f".{path.name}.").partition(".")[0]
        if process.isdecimal() and _ended(int(process)):
            old.unlink(missing_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")


def _ended(process: int) -> bool:
    """Tell whether a process is surely gone; Windows has no such question."""
    if sys.platform == "win32":
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        return False
    return False


def folder(path: Path) -> None:
    """Make a folder, and those it is in, for its owner alone. Raises OSError."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=OWN_FOLDER, exist_ok=True)


OURS = ("settings.toml", "examples.txt", "backups", "cache", "conversations", "models", "skills")
BEGUN = ("assistant.db", "assistant.log")
"""What lies in a home that we made, and how more of it begins; all else there is somebody's own."""


def keep_private(home: Path) -> None:
    """Take from others the rights to what we made in a home; an older version left them."""
    if not hasattr(os, "getuid"):
        return
    with suppress(OSError):
        for each in home.iterdir():
            if each.name not in OURS and not each.name.startswith(BEGUN):
                continue
            status = each.lstat()
            mine = status.st_uid == os.getuid() and not stat.S_ISLNK(status.st_mode)
            if mine and status.st_mode & 0o077:
                each.chmod(stat.S_IMODE(status.st_mode) & ~0o077)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let no other process change a file meanwhile that asks in the same way.

    Raises OSError where another one does not end in PATIENCE seconds.
    """
    path = _place(path)
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, OWN_FILE)
    try:
        end = time.monotonic() + PATIENCE
        while not _locked(lock):
            if time.monotonic() > end:
                raise TimeoutError(f"another program is writing {path}")
            time.sleep(0.01)
        yield
    finally:
        os.close(lock)  # which lets it go


def _locked(lock: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


PASSING = ".passing-"
"""How folders begin that are being written or deleted; after a crash the next act clears them."""

OLD = ".old"
"""How the hidden name of a folder ends while another one takes its place."""


@contextmanager
def passing(place: Path) -> Iterator[Path]:
    """Give a folder in a place, on the same disk, that is gone afterwards, whatever happens.

    What is made in it is renamed to where it belongs; what is to go is renamed into it. Raises
    OSError.
    """
    from tempfile import mkdtemp

    folder(place)
    sweep(place)
    scratch = Path(mkdtemp(prefix=f"{PASSING}{os.getpid()}-", dir=place))
    try:
        yield scratch
    finally:
        _delete(scratch)


def replace_folder(new: Path, target: Path) -> None:
    """Give a folder the place of another, or a free one. Raises OSError; that is then as it was."""
    old = target.with_name(f".{target.name}{OLD}")
    there = target.exists()
    if there:
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if there:
            old.rename(target)
        raise
    settle(target.parent)
    _delete(old)


def sweep(place: Path) -> None:
    """Delete what processes left in a place that were killed; what they had moved goes back."""
    with suppress(OSError):
        for old in place.glob(f".*{OLD}"):
            target = place / old.name.removeprefix(".").removesuffix(OLD)
            if target.exists():
                _delete(old)
            else:
                old.rename(target)
    for left in place.glob(f"{PASSING}*"):
        number = left.name.removeprefix(PASSING).partition("-")[0]
        if number.isdecimal() and _ended(int(number)):
            _delete(left)


def _delete(place: Path) -> None:
    """Delete a folder as far as one can."""
    from shutil import rmtree

    rmtree(place, ignore_errors=True)


def settle(place: Path) -> None:
    """Put a rename on the disk, where the system lets one."""
    with suppress(OSError):
        number = os.open(place, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
