"""``assistant say``: one utterance a line, answered once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click

from assistant import paths, settings
from assistant.assembly import assemble_anyway
from assistant.conversation.assistant import Assistant
from assistant.doors import opening as doors
from assistant.store.wire import turn_to_json
from assistant.turn import Turn, Utterance

CODES = {"refused": 3, "asked": 4}
"""Exit codes of the outcomes that are not 0."""

NO_DOOR = "No chat is open, so it will ring when you next open one (assistant chat)."


def answer_all(
    lines: Iterable[str], session: str | None, as_json: bool, skill_files: tuple[Path, ...]
) -> int:
    """Answer every line and print it; return the exit code of the last.

    ``session`` None gives every line a session of its own.
    """
    assistant = assemble_anyway(settings.load(paths.settings_file()), skill_files)
    for sentence in filter(None, (assistant.notice, *assistant.status().broken)):
        click.echo(sentence, err=True)
    code = 0
    try:
        for line in lines:
            turn = _answer(assistant, line, session)
            click.echo(
                json.dumps(turn_to_json(turn), ensure_ascii=False) if as_json else turn.reply.text
            )
            code = CODES.get(turn.outcome, 0)
    finally:
        assistant.close()
    return code


def _answer(assistant: Assistant, line: str, session: str | None) -> Turn:
    before = {(alarm.id, alarm.due) for alarm in assistant.store.pending()}
    opened = assistant.open_session(session)
    utterance = Utterance(line, assistant.clock.now(), source="shell")
    turn = assistant.respond(utterance, opened.id)
    after = {(alarm.id, alarm.due) for alarm in assistant.store.pending()}
    if after - before and not assistant.notice and not doors.any_open():
        click.echo(NO_DOOR, err=True)
    return turn
