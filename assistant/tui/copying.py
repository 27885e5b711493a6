"""Copies a reply out of the chat."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from textual.app import App

from assistant import files, paths
from assistant.doors.terminal import visible


def copied(app: App[Any], text: str) -> None:
    """Copy by the terminal (OSC 52), and into a file for terminals that can't.

    What is pasted somewhere must steer nothing there either.
    """
    text = visible(text, lines=True)
    app.copy_to_clipboard(text)
    path = paths.cache() / "copied.txt"
    try:
        files.write(path, text)
    except OSError:
        app.notify("Copied.")
        return
    app.notify(f"Copied; also in {_short(path)}.")


def _short(path: Path) -> str:
    with suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home())}"
    return str(path)
