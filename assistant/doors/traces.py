"""What is left of words outside of the database: in copies of it, in caches, in the log."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from assistant import paths


def forget(word: str = "") -> list[str]:
    """Drop what may hold a word, or anything that was said; return in words what was dropped.

    Copies of the database go as a whole, for they hold what was forgotten, as do caches that have
    the word; lines of the log go one by one.
    """
    told = []
    if copies := [*_copies()]:
        for each in copies:
            _drop(each)
        told.append(f"{len(copies)} older cop{'y' if len(copies) == 1 else 'ies'} of the database")
    cache = [each for each in _cached() if not word or _has(each, word)]
    for each in cache:
        _drop(each)
    if any(_forget_lines(log, word) for log in _logs()):
        told.append("lines of the log")
    return told


def _copies() -> Iterator[Path]:
    home, name = paths.home(), paths.database().name
    yield from home.glob(f"{name}.*")
    yield from (home / "backups").glob("*")


def _cached() -> Iterator[Path]:
    """Give the files that may be made anew at any time, but for the notes of open doors."""
    found = paths.cache().rglob("*") if paths.cache().is_dir() else ()
    yield from (each for each in found if each.is_file() and each.parent.name != "doors")


def _logs() -> Iterator[Path]:
    yield from paths.home().glob(f"{paths.log_file().name}*")


def _has(file: Path, word: str) -> bool:
    with suppress(OSError):
        return word.casefold() in file.read_bytes().decode("utf-8", "replace").casefold()
    return False


def _forget_lines(log: Path, word: str) -> bool:
    """Take the lines with a word out of a log, all without one; tell whether there were any."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        left = [line for line in lines if word and word.casefold() not in line.casefold()]
        if len(left) == len(lines):
            return False
        with log.open("r+", encoding="utf-8") as file:  # open doors go on writing to this file
            file.writelines(left)
            file.truncate()
    except OSError:
        return False
    return True


def _drop(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
