"""Chats for the tests: real ones, on the test's own home, understanding by examples alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from assistant.assembly import assemble, templates_only
from assistant.conversation.assistant import Assistant
from assistant.settings import Settings
from assistant.skill.given import Clock
from assistant.testing import BERLIN, StandingClock
from assistant.tui.app import ChatApp
from assistant.tui.transcript import Answer


def chat(
    clock: StandingClock | None = None,
    settings: Settings | None = None,
    session: str | None = "demo",
    files: tuple[Path, ...] = (),
) -> ChatApp:
    """Return a chat that understands by examples alone, on the test's own home."""
    settings = replace(settings or Settings(), timezone="Europe/Berlin")
    standing = Clock(BERLIN, clock or StandingClock())

    def build() -> Assistant:
        return assemble(
            settings, clock=standing, skill_files=files, model=templates_only(), packages=False
        )

    return ChatApp(build, settings, session)


@asynccontextmanager
async def opened(app: ChatApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """Run the chat without a terminal until its session is on the table."""
    async with app.run_test(size=size) as pilot:
        await until(lambda: app.table is not None and app.status.status is not None)
        yield pilot


async def until(true: Callable[[], Any]) -> None:
    """Wait for something to become true; it must within half a minute."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


async def type_in(pilot: Pilot[None], text: str) -> None:
    """Type a sentence, send it, and wait for its answer."""
    app = pilot.app
    assert isinstance(app, ChatApp)
    before = len(app.query(Answer))
    app.prompt.value = text
    await pilot.press("enter")
    await until(lambda: len(app.query(Answer)) > before)


def texts(app: ChatApp, kind: type[Any] = Answer) -> list[str]:
    """Return what the widgets of a kind show."""
    return [w.text if isinstance(w, Answer) else str(w.content) for w in app.query(kind)]
