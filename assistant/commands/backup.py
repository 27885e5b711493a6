"""``assistant backup`` and ``assistant restore``: copies of the database, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from assistant import paths
from assistant.doors import terminal
from assistant.errors import StoreError


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def backup(file: Path | None) -> None:
    """Copy the database to FILE, or beside the copies that are made every day."""
    from assistant.store import backups

    here, day = paths.database(), f"{_now():assistant-%Y-%m-%d-%H%M%S.db}"
    if not here.exists():
        raise StoreError(f"There is nothing to copy yet: {here} is made at the first turn.")
    target = file or backups.folder(here) / day
    if target.exists() and not backups.is_copy(target):
        raise StoreError(f"{target} is there, and is no copy of a database: name another file.")
    backups.back_up(here, target.resolve())
    terminal.tell(f"Copied to {target}.")


@click.command()
@click.argument("which", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(which: str | None, yes: bool) -> None:
    """Go back to a copy: a file, or the day of one (2026-11-29). Without one they are listed.

    The beginning of a name is enough where only one copy begins so.
    """
    from assistant.store import backups

    there = backups.copies(paths.database())
    if which is None:
        for each in there:
            terminal.tell(_name(each))
        terminal.tell("Go back to one of them with assistant restore DAY." if there else NONE)
        return
    source = _meant(which, there)
    if not yes:
        terminal.confirm(
            f"Let everything be as it was in {source.name}? What is now is kept aside.",
            "Nothing was restored.",
        )
    aside = backups.restore(paths.database(), source.resolve(), _now())
    terminal.tell(f"Restored from {source}." + (f" What was is in {aside}." if aside else ""))


def _meant(which: str, there: list[Path]) -> Path:
    """Return the copy of a name, a file, or the only copy whose name begins so."""
    named = {each: _name(each) for each in there}
    whole = [each for each in there if which in (each.name, each.stem, named[each])]
    if whole or Path(which).is_file():
        return whole[0] if whole else Path(which)
    begun = [each for each in there if which and named[each].startswith(which)]
    if len(begun) > 1:
        names = f"{', '.join(map(_name, begun[:-1]))} or {named[begun[-1]]}"
        raise StoreError(f"“{which}” begins the names of several copies: say {names}.")
    if not begun:
        raise StoreError(f"There is no copy “{which}”: assistant restore lists those there are.")
    return begun[0]


def _name(copy: Path) -> str:
    return copy.stem.removeprefix("assistant-")


NONE = "There are no copies yet: one is made each day a chat is opened, or with assistant backup."


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
