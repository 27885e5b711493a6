"""``assistant chat``: opens the screen at once; the assistant is built behind it."""

from __future__ import annotations

from pathlib import Path

from assistant import paths, settings
from assistant.commands.logs import own_standard_error
from assistant.conversation.assistant import Assistant
from assistant.tui.app import ChatApp


def show(session: str | None, skill_files: tuple[Path, ...], voice: bool = False) -> None:
    """Run the chat until it is closed; ``voice`` lets it listen from the start."""
    chosen = settings.load(paths.settings_file())

    def build() -> Assistant:
        from assistant.assembly import assemble_anyway

        return assemble_anyway(chosen, skill_files)

    with own_standard_error():
        ChatApp(build, chosen, session, voice=voice).run()
