"""``assistant say``: one utterance a line, answered once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import paths, settings
from assistant.doors import opening as doors
from assistant.doors.news import newly_set
from assistant.store.wire import turn_to_json
from assistant.turn import Turn, Utterance

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant

CODES = {"refused": 3, "asked": 4}
"""Exit codes of the outcomes that are not 0."""

NO_DOOR = "No chat is open, so it will ring when you next open one (assistant chat)."


def answer_all(
    lines: Iterable[str], session: str | None, as_json: bool, skill_files: tuple[Path, ...]
) -> int:
    """Answer every line and print it; return the exit code of the last.

    ``session`` None gives every line a session of its own.
    """
    code = 0
    chosen = settings.load(paths.settings_file())
    with doors.opened(chosen, skill_files, lambda line: click.echo(line, err=True)) as assistant:
        for line in lines:
            turn = _answer(assistant, line, session)
            click.echo(as_line(turn) if as_json else turn.reply.text)
            code = CODES.get(turn.outcome, 0)
    return code


def as_line(turn: Turn) -> str:
    """Return a turn as a line of JSON."""
    return json.dumps(turn_to_json(turn), ensure_ascii=False)


def _answer(assistant: Assistant, line: str, session: str | None) -> Turn:
    before = assistant.store.pending()
    opened = assistant.open_session(session)
    utterance = Utterance(line, assistant.clock.now(), source="shell")
    turn = assistant.respond(utterance, opened.id)
    rings = newly_set(before, assistant.store.pending())
    if rings and not assistant.notice and not doors.any_open():
        click.echo(NO_DOOR, err=True)
    return turn
