"""Teaching on the screen: what was meant is picked or said, and the conversation is recorded."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input, Label, OptionList

from assistant import paths
from assistant.tui.app import ChatApp
from assistant.tui.teach import TeachScreen
from assistant.tui.transcript import Notice, Said
from tests.chats import chat, opened, texts, type_in, until
from tests.taught import lines

BREW = "let the tea brew for ten minutes"


def picker(app: ChatApp) -> TeachScreen:
    """Return the picker that is open."""
    assert isinstance(app.screen, TeachScreen)
    return app.screen


async def test_tui_teaches_what_was_picked() -> None:
    """A meaning is picked: it is done, learnt with its value as a hole, and undone as one."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, BREW)
        await pilot.press("ctrl+l")
        await until(lambda: picker(app).query_one("#meanings", OptionList).option_count)
        meanings = picker(app).query_one("#meanings", OptionList)
        shown = [str(option.prompt) for option in meanings.options]
        assert len(shown) == 5
        meanings.highlighted = next(i for i, text in enumerate(shown) if "ten minutes" in text)
        await pilot.press("enter")
        await until(lambda: len(texts(app)) == 2)
        assert texts(app, Said)[-1].startswith(f"that was wrong: by “{BREW}” I meant")
        assert f"I'll take “{BREW}” so from now on." in texts(app)[-1]
        (line,) = lines()
        assert line.endswith("let the tea brew for {length}")
        assert paths.user_examples().stat().st_mode & 0o777 == 0o600
        await type_in(pilot, "undo")
        assert lines() == []


async def test_tui_teaches_other_words() -> None:
    """What was meant is said in other words, about a reply that has the focus."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, BREW)
        await type_in(pilot, "what time is it")
        [*app.transcript.answers()][-1].focus()
        await pilot.press("ctrl+l")
        sentence = picker(app).query_one("#sentence", Label)
        await until(lambda: str(sentence.content) == f"What did you mean by “{BREW}”?")
        words = picker(app).query_one("#words", Input)
        words.focus()
        words.value = "set a timer for ten minutes"
        await pilot.press("enter")
        await until(lambda: len(texts(app)) == 3)
        assert texts(app)[-1].startswith("Timer set for 10 minutes.")
        assert lines() == ["timer.start: let the tea brew for {length}"]
        app.prompt.focus()
        await type_in(pilot, "let the tea brew for 3 minutes")
        assert texts(app)[-1] == "Timer set for 3 minutes."


async def test_tui_has_nothing_to_teach_yet() -> None:
    """It is said, and Esc goes back with nothing done."""
    app = chat()
    async with opened(app) as pilot:
        await pilot.press("ctrl+l")
        sentence = picker(app).query_one("#sentence", Label)
        await until(lambda: str(sentence.content).startswith("Nothing was said here"))
        await pilot.press("escape")
        assert not isinstance(app.screen, TeachScreen)
        assert texts(app) == []


async def test_tui_records_the_conversation() -> None:
    """The file is named in a line, twice is two files, and nothing else is said."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "set a timer for ten minutes")
        for count in (1, 2):
            await pilot.press("ctrl+r")
            await until(lambda count=count: len(recorded()) == count)
        await until(lambda: sum("Recorded 1 turn in" in t for t in texts(app, Notice)) == 2)
        assert len(texts(app)) == 1


def recorded() -> list[Path]:
    """Return the conversations that were written down."""
    folder = paths.user_conversations()
    return sorted(each for each in folder.glob("*.yaml") if each.stat().st_size)
