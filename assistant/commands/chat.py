"""``assistant chat``: opens the screen at once; the assistant is built behind it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands import SKILL

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant


@click.command()
@click.option("--plain", is_flag=True, help="A linear, append-only conversation without a screen.")
@click.option("--session", help="Go on with the session of this name.")
@click.option("--voice", is_flag=True, help="Listen at once, and answer aloud what is spoken.")
@SKILL
def chat(plain: bool, session: str | None, voice: bool, skill_files: tuple[Path, ...]) -> None:
    """Open the chat.

    F4 talks, F5 listens hands-free. Every reply is read aloud when the setting voice is on; with
    --voice those to spoken requests are in any case.
    """
    if plain and voice:
        raise click.UsageError("--plain does not listen: assistant listen does.")
    if plain or not _screen():
        from assistant.doors.plain import converse

        converse(session, skill_files)
        return
    show(session, skill_files, voice)


def show(session: str | None, skill_files: tuple[Path, ...], voice: bool = False) -> None:
    """Run the chat until it is closed; ``voice`` lets it listen from the start."""
    from assistant.doors.ending import Ended, nobody_reads
    from assistant.doors.logs import own_standard_error
    from assistant.doors.opening import chosen_settings, open_door
    from assistant.tui.app import ChatApp

    wrong: list[str] = []
    chosen = chosen_settings(wrong.append)

    def build() -> Assistant:
        from assistant.assembly import assemble_anyway

        assistant = assemble_anyway(chosen, skill_files)
        assistant.notice = " ".join(each for each in (*wrong, assistant.notice) if each)
        return assistant

    with open_door(), own_standard_error():
        app = ChatApp(build, chosen, session, voice=voice)
        try:
            app.run()
            if app.failed is not None and not app.ended:
                raise app.failed
        except OSError as error:
            nobody_reads(error)
    if app.ended:
        raise Ended(app.ended)


def _screen() -> bool:
    """Tell whether there is a terminal that can be drawn on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
