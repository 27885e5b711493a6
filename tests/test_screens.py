"""Pictures of the chat, compared with those that somebody looked at and found good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from assistant.settings import Settings
from assistant.tui.app import ChatApp
from assistant.understanding.learning.model import IntentModel
from tests.chats import chat, type_in, until
from tests.talks import Talk, choose_simply, converse

Compare = Callable[..., bool]


def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing on the screen depend on the moment: no blinking, no milliseconds, no weights."""
    monkeypatch.setattr(IntentModel, "load", lambda self: setattr(self, "state", "ready"))
    monkeypatch.setattr(IntentModel, "prepare", lambda self, *given: False)
    monkeypatch.setattr(IntentModel, "ready", True)
    monkeypatch.setattr(IntentModel, "engine", "numpy")
    for bound in ("SECONDS", "PATIENCE"):
        monkeypatch.setattr(f"assistant.conversation.flipping.{bound}", 30.0)
    for module in ("conversation.assistant", "understanding.parsers.chain"):
        monkeypatch.setattr(f"assistant.{module}.since", lambda start: 1.0)
    monkeypatch.setattr("assistant.tui.prompt.Prompt.cursor_blink", False)


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> None:
    steady(monkeypatch)


def talk(*sentences: str, keys: tuple[str, ...] = ()) -> Callable[[Pilot[Any]], Any]:
    """Return what is typed before the picture is taken."""

    async def run(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, ChatApp)
        await until(lambda: app.table is not None and app.status.status is not None)
        for sentence in sentences:
            await type_in(pilot, sentence)
        for key in keys:
            await pilot.press(key)
        if app.inspector.has_class("shown"):
            await until(lambda: "I would have" in str(app.inspector.query_one("#why").content))
        await pilot.pause(0.3)

    return run


CASES = {
    "first": ((80, 24), talk(), {}),
    "turns": (
        (80, 24),
        talk("set a pasta timer for ten minutes", "what's 15 % of 80", "play the violin"),
        {},
    ),
    "question": ((80, 24), talk("set a timer"), {}),
    "inspector": ((100, 28), talk("set a pasta timer for ten minutes", keys=("f2",)), {}),
    "markdown": ((80, 24), talk("help with timers"), {}),
    "narrow": ((40, 16), talk("set a pasta timer for ten minutes", keys=("f2",)), {}),
    "light": ((80, 24), talk("add milk and eggs to my shopping list"), {"theme": "light"}),
    "help": ((100, 30), talk(keys=("f1",)), {}),
}


@pytest.mark.parametrize("name", CASES)
def test_screens_look_as_they_should(snap_compare: Compare, name: str) -> None:
    """The screen is what it was when it was last looked at."""
    size, run, settings = CASES[name]

    assert snap_compare(chat(settings=Settings(**settings)), terminal_size=size, run_before=run)


def test_screens_sessions(snap_compare: Compare, tmp_path: Path) -> None:
    """The list of sessions, with its search and its keys."""

    async def run(pilot: Pilot[Any]) -> None:
        await talk("what time is it")(pilot)
        await pilot.press("f3")
        await until(lambda: pilot.app.screen.query("#found"))
        found = pilot.app.screen.query_one("#found")
        await until(lambda: found.option_count == 1)  # type: ignore[attr-defined]
        await pilot.pause(0.2)

    assert snap_compare(chat(), terminal_size=(80, 24), run_before=run)


@pytest.mark.parametrize("size", [(80, 24), (40, 16)], ids=["wide", "narrow"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_screens_listening(
    snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], theme: str
) -> None:
    """The chat while somebody speaks: state, meter, the words so far, the silence still to pass."""
    choose_simply(monkeypatch)
    talk = Talk(voice=True, settings=Settings(theme=theme))

    assert snap_compare(talk.app, terminal_size=size, run_before=lambda _pilot: converse(talk))


@pytest.mark.parametrize("size", [(80, 24), (40, 16)], ids=["wide", "narrow"])
def test_screens_rewind(snap_compare: Compare, size: tuple[int, int]) -> None:
    """What was changed, newest first, and how much of it goes with the one that is picked."""

    async def run(pilot: Pilot[Any]) -> None:
        said = ("add milk and eggs to my shopping list", "set a pasta timer for ten minutes")
        await talk(*said, "note that the bins go out on monday", "undo", "what time is it")(pilot)
        await pilot.press("ctrl+z")
        await until(lambda: pilot.app.screen.query("#changes"))
        changes = pilot.app.screen.query_one("#changes")
        await until(lambda: changes.option_count == 2)  # type: ignore[attr-defined]
        await pilot.press("down")
        await pilot.pause(0.2)

    assert snap_compare(chat(), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", [(80, 24), (40, 16)], ids=["wide", "narrow"])
def test_screens_teach(snap_compare: Compare, size: tuple[int, int]) -> None:
    """What a sentence may have meant instead, and the line for other words."""

    async def run(pilot: Pilot[Any]) -> None:
        await talk("add let the tea brew for ten minutes to my shopping list")(pilot)
        await pilot.press("ctrl+l")
        await until(lambda: pilot.app.screen.query("#meanings"))
        meanings = pilot.app.screen.query_one("#meanings")
        await until(lambda: meanings.option_count)  # type: ignore[attr-defined]
        await pilot.pause(0.2)

    assert snap_compare(chat(), terminal_size=size, run_before=run)


FORM = ("send money to Joe", "no, Alex", "yes", "what is left in the bank", "20")
"""A form with a correction, and with something else between."""


@pytest.mark.parametrize("size", [(80, 24), (40, 16)], ids=["wide", "narrow"])
def test_screens_form(snap_compare: Compare, size: tuple[int, int]) -> None:
    """A form after a correction, gone back to after something else, with its last question open."""
    app = chat(files=(Path(__file__).with_name("bank_skill.py"),))

    assert snap_compare(app, terminal_size=size, run_before=talk(*FORM))
