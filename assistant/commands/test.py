"""``assistant test``: files of sentences or conversations with what shall come of them, run."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.commands import SKILL
from assistant.doors import terminal
from assistant.errors import AssistantError

FILE = click.Path(dir_okay=False, path_type=Path)

SHOWN = 80
"""Characters of a sentence or a reply that are printed."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@SKILL
@click.option("--wrong", is_flag=True, help="Print every row that is not right.")
@click.option("--json", "as_json", is_flag=True, help="Print figures and rows as JSON.")
@click.option("--save", type=FILE, help="Keep the figures and rows there, as JSON.")
@click.option("--since", type=FILE, help="Tell which rows changed since that was saved.")
def test(
    files: tuple[Path, ...],
    skill_files: tuple[Path, ...],
    wrong: bool,
    as_json: bool,
    save: Path | None,
    since: Path | None,
) -> None:
    """Say the sentences of FILES, and count which do what their rows tell.

    A file is a table of sentences, or (.yaml) a list of conversations.

    Exit code: 0 every row is right, 1 some are not, 2 something could not be read.
    """
    from assistant.measuring import sentences

    try:
        before = _saved(since) if since else None
        chosen = settings_file.load(paths.settings_file())
        found = sentences.as_json(sentences.run(files, chosen, skill_files))
        if save:
            _save(save, found)
    except AssistantError as error:
        terminal.aside(str(error))
        sys.exit(2)
    changed = sentences.changes(before, found) if before else []
    if as_json:
        terminal.tell_json({**found, "changes": changed})
    else:
        _show(found, changed if before else None, wrong=wrong)
    sys.exit(int(found["all"]["right"] < found["all"]["rows"]))


def _saved(path: Path) -> dict[str, Any]:
    """Return an earlier run. Raises AssistantError."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        return {"rows": [{key: row[key] for key in ("file", "key", "verdict")} for row in rows]}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AssistantError(
            f"{path} is no saved run: make one with assistant test … --save {path}."
        ) from error


def _save(path: Path, found: Mapping[str, Any]) -> None:
    try:
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise AssistantError(f"{path} can't be written ({error.strerror}).") from error


def _show(found: Mapping[str, Any], changed: list[str] | None, *, wrong: bool) -> None:
    """Print a table by file and one by what is expected, and the rows that are asked for."""
    for heading in ("files", "conversations", "intents"):
        if not found[heading]:
            continue
        _line(heading, {name: name for name in found["all"]})
        for name, counts in found[heading].items():
            _line(name, counts)
    _line("all", found["all"])
    for row in found["rows"] if wrong else ():
        if row["verdict"] != "right":
            terminal.tell(_told(row))
    for line in changed or ():
        terminal.tell(line)
    if changed == []:
        terminal.tell("No row changed.")


def _line(name: str, counts: Mapping[str, object]) -> None:
    terminal.tell(f"{name[-38:]:38} " + " ".join(f"{count!s:>8}" for count in counts.values()))


def _told(row: Mapping[str, Any]) -> str:
    """Return a row that is not right as a line: where, how, what came of it."""
    slots = " ".join(f"{name}={value}" for name, value in row["slots"].items())
    other = f" (other than expected: {', '.join(row['missed'])})"
    meant = f"{row['intent'] or 'none'} {slots}".strip()
    said = " ".join(row["reply"].split())[:SHOWN]
    return (
        f"{row['file']}:{row['line']} {row['verdict']}: “{row['sentence'][:SHOWN]}” "
        f"[{meant}; {row['outcome']}] {said}{other}"
    )
