"""``assistant why``: why a turn was understood as it was, and what would have changed it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from assistant.commands import SKILL
from assistant.doors import terminal
from assistant.errors import AssistantError


@click.command()
@click.argument("number", type=int, required=False)
@click.option("--session", help="Of the session of this name.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with the whole turn.")
@SKILL
def why(
    number: int | None, session: str | None, as_json: bool, skill_files: tuple[Path, ...]
) -> None:
    """Tell why turn NUMBER, as history shows it, was understood as it was; else the last one.

    Other wordings are tried for two seconds; nothing is acted upon.
    """
    from assistant.doors import explaining, opening
    from assistant.store.wire import turn_to_json

    chosen = opening.chosen_settings(terminal.aside)
    with opening.opened(chosen, skill_files, terminal.aside) as assistant:
        turn = assistant.store.turn(number, session)
        if turn is None:
            raise AssistantError(_lacking(number, session))
        found = assistant.why(turn)
        if not as_json:
            terminal.tell("\n".join(explaining.lines(found)), lines=True)
            return
        told = {k: v for k, v in asdict(found).items() if k != "turn"}
        terminal.tell_json({**turn_to_json(turn), "why": {**told, "margin": found.margin}})


def _lacking(number: int | None, session: str | None) -> str:
    which = "turn" if number is None else f"turn {number}"
    where = f" in a session called “{session}”" if session else ""
    return f"There is no {which}{where} that can be told of; see assistant history list."
