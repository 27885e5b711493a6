"""Going back on the screen: a turn is picked, named, and taken back with what came after it."""

from __future__ import annotations

from textual.widgets import Label, OptionList

from assistant.tui.app import ChatApp
from assistant.tui.rewind import RewindScreen
from assistant.tui.transcript import Answer, Said
from tests.chats import chat, opened, texts, type_in, until

MILK = "add milk to my shopping list"


def picker(app: ChatApp) -> RewindScreen:
    """Return the picker that is open."""
    assert isinstance(app.screen, RewindScreen)
    return app.screen


def undone(app: ChatApp) -> list[str]:
    """Return the answers that are shown as taken back."""
    return [answer.text for answer in app.query(Answer) if answer.has_class("undone")]


async def test_tui_goes_back_to_before_a_turn_that_was_picked() -> None:
    """The picked one of two that were said in the same words; it is asked about, and redone."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "set a timer")
        await type_in(pilot, "5 minutes")
        await type_in(pilot, MILK)
        await type_in(pilot, "what time is it")
        await pilot.press("ctrl+z")
        await until(lambda: picker(app).query_one("#changes", OptionList).option_count == 2)
        await pilot.press("down")
        taken = picker(app).query_one("#taken", Label)
        await until(
            lambda: str(taken.content) == "2 changes are taken back: this and all above it."
        )
        await pilot.press("enter")
        await until(lambda: len(texts(app)) == 5)
        assert texts(app, Said)[-1] == "go back to before “5 minutes”"
        asked = f"Undo “{MILK}” and “set a timer”, to go back to before “5 minutes”?"
        assert texts(app)[-1] == asked
        assert undone(app) == []
        await type_in(pilot, "yes")
        assert texts(app)[-1].endswith("I had asked: For how long?")
        await until(lambda: len(undone(app)) == 2)
        assert app.table is not None
        assert app.table.open_question is not None
        await type_in(pilot, "redo")
        await until(lambda: undone(app) == [texts(app)[-2]])


async def test_tui_has_nothing_to_go_back_to() -> None:
    """It is said, and Esc goes back to the prompt with nothing done."""
    app = chat()
    async with opened(app) as pilot:
        await pilot.press("ctrl+z")
        taken = picker(app).query_one("#taken", Label)
        await until(lambda: str(taken.content) == "Nothing was changed here.")
        await pilot.press("enter")
        await pilot.press("escape")
        assert not isinstance(app.screen, RewindScreen)
        assert texts(app) == []
