"""Draws the chat while it listens: ``python -m tests.picture assistant/tui/listening.svg``."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import pytest

from tests.chats import opened
from tests.talks import Talk, choose_simply, converse
from tests.test_screens import steady

SIZE = (80, 20)


async def draw(path: Path) -> None:
    """Hold the conversation and take its picture."""
    talk = Talk(voice=True)
    async with opened(talk.app, SIZE):
        await converse(talk)
        talk.app.save_screenshot(path.name, str(path.parent))


def main(path: Path) -> None:
    """Draw it in a home of its own."""
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "ASSISTANT_HOME", home)
        choose_simply(patch)
        steady(patch)
        asyncio.run(draw(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
