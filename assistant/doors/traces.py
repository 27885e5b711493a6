"""What is left of words outside of the database: in copies of it, in caches, in the log."""

from __future__ import annotations

import glob
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import paths
from assistant.teaching.examples import Examples

if TYPE_CHECKING:
    from assistant.store import Spelling

STAYS = (".ready", ".lock")
"""How names end beside the database that are no copies of it: what takes its place, and a lock."""

LOOKS = 3
"""How often copies are looked for: one may be made just then."""


def forget(says: Spelling | None) -> list[str]:
    """Drop what may say a word, or anything there was said; return in words what was dropped.

    Copies of the database go as a whole, for they hold what was forgotten, as do recorded
    conversations and caches that have the word; lines of the log go one by one.
    """
    told = []
    if names := copies():
        for _ in range(LOOKS):
            for each in _copies():
                _drop(each)
        told.append(counted(names))
    for each in [each for each in _cached() if says is None or _has(each, says)]:
        _drop(each)
    if recorded := _recorded(says):
        told.append(_counted_recorded(recorded))
        for each in recorded:
            _drop(each)
    cleared = [_forget_lines(log, says) for log in _logs()]
    if any(cleared):
        told.append("lines of the log")
    return told


def forget_examples(says: Spelling) -> list[str]:
    """Take the lines that say a word out of the user's own examples; return that in words.

    Raises AssistantError where that file can't be read or written.
    """
    gone = Examples(paths.user_examples()).forget(says.text)
    return ["lines of your examples"] if gone else []


def going(says: Spelling | None) -> list[str]:
    """Return in words the files that go as a whole where something is forgotten."""
    names, recorded = copies(), _recorded(says)
    return [
        *([counted(names)] if names else []),
        *([_counted_recorded(recorded)] if recorded else []),
    ]


def copies() -> list[str]:
    """Return the names of the copies of the database there are."""
    return sorted(each.name for each in _copies() if not each.name.startswith("."))


def counted(names: list[str]) -> str:
    """Return copies in words."""
    kind = "copy" if len(names) == 1 else "copies"
    return f"{len(names)} older {kind} of the database ({', '.join(names)})"


def _copies() -> Iterator[Path]:
    """Give the copies, whole or not, and what they are made in."""
    database = paths.database()  # which may be a link to one elsewhere
    places = {(each.parent.resolve(), each.name) for each in (database, database.resolve())}
    for folder, plain in places:
        name = glob.escape(plain)
        beside = [*folder.glob(f"{name}.*"), *folder.glob(f".{name}.*")]
        yield from (each for each in beside if not each.name.endswith(STAYS))
    yield from (paths.home() / "backups").glob("*")


def _cached() -> Iterator[Path]:
    """Give the files that may be made anew at any time, but for the notes of open doors."""
    found = paths.cache().rglob("*") if paths.cache().is_dir() else ()
    yield from (each for each in found if each.is_file() and each.parent.name != "doors")


def _recorded(says: Spelling | None) -> list[Path]:
    """Return the conversations recorded as tests that say something, all without a word."""
    found = sorted(each for each in paths.user_conversations().glob("*") if each.is_file())
    return [each for each in found if says is None or _has(each, says)]


def _counted_recorded(recorded: list[Path]) -> str:
    kind = "conversation" if len(recorded) == 1 else "conversations"
    return f"{len(recorded)} recorded {kind} ({', '.join(each.name for each in recorded)})"


def _logs() -> Iterator[Path]:
    yield from paths.home().glob(f"{paths.log_file().name}*")


def _has(file: Path, says: Spelling) -> bool:
    with suppress(OSError):
        return says.bytes(file.read_bytes())
    return False


def _forget_lines(log: Path, says: Spelling | None) -> bool:
    """Take the lines with a word out of a log, all without one; tell whether there were any."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        left = [line for line in lines if says and not says.text(line)]
        if says and says.text("".join(left)):  # over the end of a line
            left = []
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
