"""``assistant say``: one utterance a line, answered once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.doors import opening as doors
from assistant.doors import terminal
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
    chosen = doors.chosen_settings(terminal.aside)
    with doors.opened(chosen, skill_files, terminal.aside) as assistant:
        for line in lines:
            turn = _answer(assistant, line, session)
            tell_turn(turn, as_json=as_json)
            code = CODES.get(turn.outcome, int(turn.id < 0 and turn.outcome == "failed"))
    return code


def tell_turn(turn: Turn, *, as_json: bool, lead: str = "") -> None:
    """Print the reply of a turn, or the whole turn as a line of JSON."""
    if as_json:
        terminal.tell_json(turn_to_json(turn))
    else:
        terminal.tell(f"{lead}{turn.reply.text}", lines=True)


def _answer(assistant: Assistant, line: str, session: str | None) -> Turn:
    before = assistant.store.pending()
    opened = assistant.open_session(session)
    utterance = Utterance(line, assistant.clock.now(), source="shell")
    turn = assistant.respond(utterance, opened.id)
    rings = newly_set(before, assistant.store.pending())
    if rings and not assistant.notice and not doors.any_open():
        terminal.aside(NO_DOOR)
    return turn
