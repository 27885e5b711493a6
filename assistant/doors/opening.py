"""How every door is opened: the assistant behind it, its session, and a note that it is open.

A chat leaves its name in the home while it runs, so that others know who rings alarms.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import files, paths
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.settings import Settings
    from assistant.turn import Session


log = logging.getLogger(__name__)


@contextmanager
def opened(
    chosen: Settings, skill_files: tuple[Path, ...], tell: Callable[[str], object]
) -> Iterator[Assistant]:
    """Give an assistant, closed at the end of the block; what is wrong from the start is told.

    At the end what is wrong with the weights is, where they were needed.
    """
    from assistant.assembly import assemble_anyway
    from assistant.doors.news import at_opening, weights

    assistant = assemble_anyway(chosen, skill_files)
    try:
        for news in at_opening(assistant):
            tell(news.line)
        yield assistant
        for news in weights(assistant):
            tell(news.line)
    finally:
        assistant.close()


def chosen_settings(tell: Callable[[str], object]) -> Settings:
    """Return the settings of the home; what is wrong with them is told, and has its default."""
    from assistant.settings import load_anyway

    chosen, told = load_anyway(paths.settings_file())
    for sentence in told:
        tell(sentence)
    return chosen


def session_of(assistant: Assistant, name: str | None) -> Session:
    """Return the session of a name, else the one that is gone on with."""
    return assistant.open_session(name) if name else assistant.resume()


def folder() -> Path:
    """Return where open doors are noted."""
    return paths.cache() / "doors"


@contextmanager
def open_door() -> Iterator[None]:
    """Note this process as one that rings alarms, for as long as the block runs.

    Meanwhile the day's copy of the database is made, where there is none yet.
    """
    threading.Thread(target=_copy_of_the_day, name="copying", daemon=True).start()
    note = folder() / str(os.getpid())
    # A home that can't be written still lets one chat; then `say` just can't see the door.
    with suppress(OSError):
        files.write(note, this_door())
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink()


def _copy_of_the_day() -> None:
    from datetime import UTC, datetime

    from assistant.store import backups

    try:
        backups.back_up_daily(paths.database(), datetime.now(UTC).astimezone().date())
    except AssistantError:
        log.warning("no copy of the database was made", exc_info=True)


def any_open() -> bool:
    """Tell whether a chat is open now that will ring what is due."""
    if not folder().is_dir():
        return False
    for note in folder().iterdir():
        with suppress(OSError):
            if not gone(note.read_text(encoding="utf-8", errors="replace")):
                return True
            note.unlink()
    return False


def this_door() -> str:
    """Return the name of this process: its number, and when it was started."""
    return f"{os.getpid()} {_started(os.getpid())}"


def gone(door: str) -> bool:
    """Tell whether the process of a door has ended; another may have its number by now."""
    import psutil

    number, _, started = door.partition(" ")
    try:
        return not number.isdigit() or _started(int(number)) != started
    except psutil.Error:
        return True


def _started(process: int) -> str:
    """Return when a process was started: since which boot, for the clock may be set meanwhile.

    Raises psutil.Error where there is none.
    """
    import psutil

    with suppress(OSError, IndexError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        status = Path(f"/proc/{process}/stat").read_bytes()
        # proc(5): behind the name, in brackets, which may hold anything, field 22 is in ticks.
        return f"{boot} {int(status.rpartition(b')')[2].split()[19])}"
    return f"{psutil.Process(process).create_time():.2f}"
