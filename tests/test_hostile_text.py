"""One hostile string through every command and every widget of the chat: it is shown as signs."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

import assistant.tui
from assistant import paths
from assistant.doors.news import News
from assistant.settings import Settings
from assistant.tui import worker as work
from assistant.tui.app import ChatApp
from assistant.tui.hearing import VoiceDoor
from assistant.tui.plainly import PlainApp
from tests.chats import chat, opened, type_in, until
from tests.hostile.text import HALF, NAME, SKILL, faults, furnish, leaves, raw_signs, variants

SHOWN = r"x\x1b]52;c;eA==\x07\x9b31m\u202e\u200b[b]"
"""How the hostile name is to be shown."""

CLOSING = "[/ABC-1.]"
"""What would end a chat that takes it for markup."""


@pytest.mark.parametrize(
    "name", [NAME, pytest.param(HALF, marks=pytest.mark.slow)], ids=["name", "half"]
)
def test_hostile_text_steers_no_terminal_from_any_command(name: str) -> None:
    """Whatever command is given it, or finds it in a file, a setting, a session or a skill."""
    home = paths.home()
    furnish(home)
    tried = list(variants(home, (name,)))

    wrong = [f"{each}: {fault}" for each in tried for fault in faults(each, home)]

    assert wrong == []
    words = {each.words[: len(path)] for each in tried for path, _command in leaves()}
    assert {path for path, _command in leaves()} <= words


def shown(app: ChatApp) -> str:
    """Return what is drawn of the screen on top, a line a line."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(part.text for part in line) for line in lines)


def seen(app: ChatApp) -> set[type[Widget]]:
    """Return the classes of the screens and widgets there are now."""
    return {type(w) for screen in app.screen_stack for w in screen.walk_children(with_self=True)}


def own_widgets() -> set[type[Widget]]:
    """Return every screen and widget that is written in the room of the chat."""
    found: set[type[Widget]] = set()
    for module in pkgutil.iter_modules(assistant.tui.__path__):
        inside = vars(importlib.import_module(f"assistant.tui.{module.name}")).values()
        kinds = {each for each in inside if isinstance(each, type) and issubclass(each, Widget)}
        found |= {each for each in kinds if each.__module__.startswith("assistant.tui")}
    return found


async def test_hostile_text_steers_no_terminal_from_any_widget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every screen and widget of the chat is drawn with it; none has a raw sign, all show it."""
    # What is logged goes to nobody: a report of the test can't hold half of a pair.
    monkeypatch.setattr(logging.getLogger("assistant"), "propagate", False)
    skill = tmp_path / "hostile.py"
    skill.write_text(SKILL, encoding="utf-8")
    app = chat(settings=Settings(wake_word=NAME), session=NAME, files=(skill,))
    widgets: set[type[Widget]] = set()
    pictures: list[str] = []

    async with opened(app, (150, 60)) as pilot:

        async def look(*expected: str) -> None:
            await pilot.pause()
            picture = shown(app)
            pictures.append(picture)
            widgets.update(seen(app))
            assert raw_signs(picture) == set()
            joined = "".join(picture.split())
            for each in expected:
                assert "".join(each.split()) in joined, picture

        await _talk(pilot)
        await look(SHOWN, CLOSING, r"\ud800", f"session {SHOWN}")
        app.post_message(work.Told(News("alarm", NAME + CLOSING, aloud=NAME + CLOSING)))
        app.post_message(work.Told(News("trouble", f"understood: {NAME}{CLOSING}")))
        assert app.status.status is not None
        told = replace(app.status.status, model=NAME + CLOSING, engine=NAME)
        app.post_message(work.StateChanged(told))
        app.notify(NAME + CLOSING, title=NAME, markup=True)
        app.post_message(VoiceDoor.Told(NAME + CLOSING, trouble=False))
        await look(f"⏰ {SHOWN}{CLOSING}", f"understood: {SHOWN}{CLOSING}")
        app.prompt.ask(NAME + CLOSING)
        await pilot.press("f2")
        await look(f"answer: {SHOWN}{CLOSING}")
        await pilot.press("up")
        await look(f"{SHOWN} in my words")
        await _through_screens(pilot, look)

    assert own_widgets() - widgets == set()
    assert len(pictures) > 6


async def _talk(pilot: Pilot[None]) -> None:
    for text in ("tell me all of it", "fail at it", f"{NAME} in my words"):
        await type_in(pilot, text)


async def _through_screens(pilot: Pilot[None], look) -> None:  # type: ignore[no-untyped-def]
    """Open what can be opened."""
    app = pilot.app
    assert isinstance(app, ChatApp)
    await pilot.press("f1")
    await look("Keys")
    await pilot.press("escape", "f3")
    await until(lambda: SHOWN in shown(app))
    await look(SHOWN)
    await pilot.press("ctrl+r")
    await look(f"Another name for “{SHOWN}”")
    await pilot.press("escape", "ctrl+x")
    await look(f"Delete “{SHOWN}”")
    await pilot.press("escape", "escape", "ctrl+z")
    await look("Go back to before", SHOWN)
    await pilot.press("escape", "ctrl+l")
    await look("That was wrong", SHOWN)
    await pilot.press("escape", "ctrl+p")
    await look("Keys")


class Failing(PlainApp):
    """A screen that goes wrong at once."""

    def on_mount(self) -> None:
        """Go wrong."""
        raise ValueError(NAME)


def test_hostile_text_an_error_of_the_screen_is_no_traceback(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It is handed to whoever runs the chat, who tells it in a sentence."""
    app = Failing()

    app.run(headless=True)

    assert isinstance(app.failed, ValueError)
    assert "".join(capfd.readouterr()) == ""
