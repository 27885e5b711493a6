"""``assistant skills suggest``: drafts of skills for what was refused again and again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import files, paths
from assistant import settings as settings_file
from assistant.doors import terminal
from assistant.errors import SkillLoadError

if TYPE_CHECKING:
    from assistant.teaching.drafting import Draft

SHOWN = 3
"""Sentences of a group that are told."""


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=30,
    show_default=True,
    help="Of the last so many days.",
)
@click.option(
    "--most",
    type=click.IntRange(1, 50),
    default=5,
    show_default=True,
    help="At most so many drafts.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write them into this folder, never over a file.",
)
def suggest(days: int, most: int, out: Path | None) -> None:
    """Draft skills for sentences that nothing understood, grouped by their meaning."""
    from assistant.assembly import assemble
    from assistant.teaching.suggesting import suggested

    assistant = assemble(settings_file.load(paths.settings_file()))
    try:
        found = suggested(assistant, datetime.now(UTC) - timedelta(days=days), most)
    finally:
        assistant.close()
    if not found:
        terminal.tell(
            f"Nothing to suggest: in the last {days} days nothing was refused again and again."
        )
    for count, each in found:
        told = ", ".join(f"“{text}”" for text in each.sentences[:SHOWN])
        more = len(each.sentences) - SHOWN
        terminal.tell(f"Said {count} times: {told}{f' and {more} more' if more > 0 else ''}")
        if out is None:
            terminal.tell(f"\n{each.text}", lines=True)
        else:
            terminal.tell(f"  {_written(each, out)} is written: fill it in.")


def _written(draft: Draft, folder: Path) -> Path:
    """Write a draft into a file of its own. Raises SkillLoadError."""
    path = folder / f"{draft.name}.py"
    try:
        files.folder(folder)
        path.touch(mode=files.OWN_FILE, exist_ok=False)
        files.write(path, draft.text)
    except FileExistsError as error:
        raise SkillLoadError(
            f"{path} is there already: name another folder with --out, or move that file."
        ) from error
    except OSError as error:
        raise SkillLoadError(f"{path} can't be written: {error.strerror}.") from error
    return path
