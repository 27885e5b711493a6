"""The chat screen, driven by keys on a real assistant and a real database."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from assistant.conversation.assistant import Assistant
from assistant.conversation.status import Status
from assistant.doors.news import News
from assistant.errors import StoreError
from assistant.settings import Settings
from assistant.testing import StandingClock
from assistant.tui.app import ChatApp
from assistant.tui.inspector import Inspector
from assistant.tui.sessions import SessionsScreen
from assistant.tui.transcript import Notice, Said
from assistant.tui.worker import StateChanged, Told
from tests.chats import chat, opened, texts, type_in, until

SLOW = '''
import time

from assistant import Skill

skill = Skill("slow")


@skill.intent("be slow")
def wait() -> str:
    """Take long."""
    time.sleep(60)
    return "Done at last."
'''


async def test_tui_answers_and_inspects() -> None:
    """A sentence is shown, answered, and explained in the panel."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "set a pasta timer for ten minutes")
        await pilot.press("f2")

        assert texts(app, Said) == ["set a pasta timer for ten minutes"]
        assert texts(app) == ["Pasta timer set for 10 minutes."]
        shown = str(app.query_one(Inspector).query_one("#why").content)
        assert "timer.start" in shown
        assert "label = pasta" in shown
        assert app.query_one(Inspector).display


async def test_tui_reply_that_comes_while_the_chat_closes_breaks_nothing() -> None:
    """Closing takes the panel's text away first; a reply may still be on its way then."""
    app = chat()
    async with opened(app) as pilot:
        await app.inspector.query_one("#why").remove()
        await type_in(pilot, "what time is it")

        assert texts(app) == ["It is 10:00."]


async def test_tui_first_screen_comes_before_the_assistant() -> None:
    """The prompt is there and takes words while the assistant is still being opened."""
    app = chat()
    async with app.run_test() as pilot:
        app.prompt.value = "what time is it"
        await pilot.press("enter")
        await until(lambda: texts(app))

        assert texts(app) == ["It is 10:00."]


async def test_tui_open_question_marks_the_prompt() -> None:
    """While an answer is waited for the prompt says so, and afterwards no more."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "set a timer")
        assert "For how long?" in app.prompt.placeholder
        await type_in(pilot, "ten minutes")
        assert "Say something" in app.prompt.placeholder


async def test_tui_escape_stops_a_slow_skill(tmp_path: Path) -> None:
    """Esc while a skill runs stops it, and the next sentence is answered."""
    path = tmp_path / "slow.py"
    path.write_text(SLOW, encoding="utf-8")
    app = chat(files=(path,))
    async with opened(app) as pilot:
        app.prompt.value = "be slow"
        await pilot.press("enter")
        await until(lambda: "thinking" in app.status.busy)
        await pilot.press("escape")
        await until(lambda: texts(app))
        await type_in(pilot, "what time is it")

        assert texts(app) == ["Stopped. Nothing was changed.", "It is 10:00."]


async def test_tui_history_by_arrow_keys() -> None:
    """Up brings back what was said, Down the draft."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "what time is it")
        await type_in(pilot, "flip a coin")
        await pilot.press("h", "up", "up")
        assert app.prompt.value == "what time is it"
        await pilot.press("down", "down")
        assert app.prompt.value == "h"
        await pilot.press("escape")
        assert app.prompt.value == ""


async def test_tui_completes_by_examples() -> None:
    """Tab takes the sentence that goes on from what was typed."""
    app = chat()
    async with opened(app) as pilot:
        await pilot.press(*"heads")
        await until(lambda: app.prompt._suggestion)
        await pilot.press("tab")

        assert app.prompt.value == "heads or tails"


async def test_tui_pasted_lines_are_requests_of_their_own() -> None:
    """Pasted lines are told apart and answered one by one; a megabyte is refused in a sentence."""
    from textual.events import Paste

    app = chat()
    async with opened(app) as pilot:
        app.prompt.post_message(Paste("set a tea timer for 5 minutes\r\n\n  my   timers\n"))
        await until(lambda: app.prompt.value)
        assert app.prompt.value == "set a tea timer for 5 minutes ⏎ my timers"
        await pilot.press("enter")
        await until(lambda: len(texts(app)) == 2)
        assert texts(app) == ["Tea timer set for 5 minutes.", "- Tea timer: 5 minutes left"]
        await pilot.press("up", "up")
        assert app.prompt.value == "set a tea timer for 5 minutes"
        await pilot.press("escape")
        app.prompt.post_message(Paste("word " * 200_000))
        await until(lambda: app.prompt.value)
        await pilot.press("enter")
        await until(lambda: len(texts(app)) == 3)

        assert "too long" in texts(app)[-1]


async def test_tui_pasted_lines_are_never_cut_in_two() -> None:
    """A line that has no room is left out whole: half a request is another one."""
    from textual.events import Paste

    app = chat()
    async with opened(app):
        line = "add a very long thing to my shopping list"
        app.prompt.post_message(Paste("\n".join([line] * 100)))
        await until(lambda: app.prompt.value)

        assert set(app.prompt.value.split(" ⏎ ")) == {line}


async def test_tui_alarm_rings_in_the_chat() -> None:
    """A timer rings as a line and a bell; one missed while closed is told at the next start."""
    clock = StandingClock()
    app = chat(clock)
    async with opened(app) as pilot:
        rung: list[bool] = []
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        await type_in(pilot, "set a tea timer for 4 minutes")
        clock.advance(minutes=5)
        await until(lambda: any("tea timer is done" in t for t in texts(app, Notice)))
        await type_in(pilot, "set an egg timer for 4 minutes")
    assert rung

    clock.advance(hours=1)
    app = chat(clock)
    async with opened(app):
        await until(lambda: any("While you were away" in t for t in texts(app, Notice)))
        assert any("egg timer is done" in told for told in texts(app, Notice))


async def test_tui_history_is_there_after_a_restart() -> None:
    """A chat opened without a name goes on with the last session."""
    app = chat(session=None)
    async with opened(app) as pilot:
        await type_in(pilot, "what time is it")
    app = chat(session=None)
    async with opened(app):
        await until(lambda: texts(app))
        assert texts(app) == ["It is 10:00."]


async def test_tui_older_turns_come_when_scrolled_up() -> None:
    """Of a long session the newest turns are shown at once, the rest on the way up."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "what time is it")
        filler = ManyTurns(60)
        app._worker.submit(filler)
        await until(lambda: filler.done)
    app = chat()
    async with opened(app) as pilot:
        await until(lambda: len(texts(app)) == 50)
        await pilot.pause()

        def all_there() -> bool:
            # Asked for again: on a busy machine the first wish may come before the layout.
            app.transcript.scroll_home(animate=False)
            return len(texts(app)) == 61

        await until(all_there)


class ManyTurns:
    """A job that says one sentence many times."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.done = False

    def __call__(self, assistant: Assistant) -> None:
        """Say it."""
        from assistant.turn import Utterance

        session = assistant.open_session("demo")
        for _ in range(self.count):
            said = Utterance("flip a coin", assistant.clock.now())
            assistant.respond(said, session.id)
        self.done = True


async def test_tui_sessions_resume_rename_delete() -> None:
    """The list of sessions finds, renames, resumes and deletes."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "what time is it")
        await pilot.press("ctrl+n")
        await until(lambda: app.table is not None and app.table.name != "demo")
        await pilot.press("f3")
        await until(lambda: isinstance(app.screen, SessionsScreen))
        found = app.screen.query_one("#found", OptionList)
        await until(lambda: found.option_count == 2)

        app.screen.query_one("#search", Input).value = "time"
        await until(lambda: found.option_count == 1)
        await pilot.press("ctrl+r")
        await pilot.pause()
        app.screen.query_one("#answer", Input).value = "clock talk"
        await pilot.press("enter")
        await until(lambda: found.option_count and "clock talk" in str(found.options[0].prompt))

        await pilot.press("enter")
        await until(lambda: app.table is not None and app.table.name == "clock talk")
        await until(lambda: texts(app) == ["It is 10:00."])


async def test_tui_sessions_delete_asks_first() -> None:
    """A session is deleted after typing yes, and not otherwise."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "what time is it")
        await pilot.press("f3")
        await until(lambda: isinstance(app.screen, SessionsScreen))
        screen = app.screen
        found = screen.query_one("#found", OptionList)
        await until(lambda: found.option_count == 1)
        await pilot.press("ctrl+x")
        await pilot.pause()
        await pilot.press(*"no", "enter")
        await pilot.pause(0.1)
        assert found.option_count == 1
        await pilot.press("ctrl+x")
        await pilot.pause()
        await pilot.press(*"yes", "enter")
        await until(lambda: found.option_count == 0)


async def test_tui_copy_without_a_mouse(tmp_path: Path) -> None:
    """A key copies the newest reply to the terminal's clipboard and to a file."""
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "what time is it")
        await pilot.press("ctrl+y")

        assert app.clipboard == "It is 10:00."
        copied = tmp_path / "home" / "cache" / "copied.txt"
        assert copied.read_text(encoding="utf-8") == "It is 10:00."


async def test_tui_keys_can_be_remapped() -> None:
    """A setting moves an action to another key."""
    app = chat(settings=Settings(keys={"inspector": "f6"}))
    async with opened(app) as pilot:
        await pilot.press("f2")
        assert not app.query_one(Inspector).display
        await pilot.press("f6")
        assert app.query_one(Inspector).display


async def test_tui_assistant_that_cannot_open_is_one_sentence() -> None:
    """A failure to open is told in the transcript, without a traceback."""

    def build() -> Assistant:
        raise StoreError("The database x is damaged: move it away.")

    app = ChatApp(build, Settings())
    async with app.run_test():
        await until(lambda: texts(app, Notice))

        assert texts(app, Notice) == ["The database x is damaged: move it away."]


async def test_tui_new_skill_is_live_in_the_running_chat(tmp_path: Path) -> None:
    """A file saved in the skills folder is told and answers without a restart."""
    app = chat()
    async with opened(app) as pilot:
        folder = tmp_path / "home" / "skills"
        folder.mkdir(parents=True)
        text = SLOW.replace("slow", "fast").replace("time.sleep(60)", "pass")
        (folder / "fast.py").write_text(text, encoding="utf-8")
        await until(lambda: any("fast is ready" in t for t in texts(app, Notice)))
        await type_in(pilot, "be fast")

        assert texts(app) == ["Done at last."]


async def test_tui_ctrl_d_leaves_only_an_empty_prompt() -> None:
    """Ctrl-D deletes while there is text, and ends the chat on an empty line."""
    app = chat()
    async with opened(app) as pilot:
        await pilot.press("a", "home", "ctrl+d")
        assert app.prompt.value == ""
        assert app.is_running
        await pilot.press("ctrl+d")
        await until(lambda: app._exit)


async def test_tui_takes_news_while_it_closes() -> None:
    """What the assistant tells when the screen is being taken down is no trouble."""
    app = chat()
    async with opened(app) as pilot:
        await until(lambda: app.status.status and app.status.status.model != "loading")
        await app.query("*").remove()
        app.post_message(StateChanged(Status("gone", False, "", 0, (), 0)))
        app.post_message(Told(News("trouble", "The disk is full.")))
        app.post_message(Told(News("notice", "Tea is ready.")))
        await pilot.pause()

        assert app.status.status is not None
        assert app.status.status.model == "gone"


async def test_tui_command_palette_offers_every_key() -> None:
    """Everything the keys do can be chosen from the palette too."""
    app = chat()
    async with opened(app):
        offered = {command.title for command in app.get_system_commands(app.screen)}

        assert {"Keys", "Why", "Sessions", "New session", "Copy reply", "Quit"} <= offered


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (30, 10)])
async def test_tui_is_usable_when_narrow(size: tuple[int, int]) -> None:
    """Prompt, reply and status are on the screen at every size, with the panel open too."""
    app = chat()
    async with opened(app, size) as pilot:
        await type_in(pilot, "what time is it")
        await pilot.press("f2")
        await pilot.pause()
        for widget in (app.prompt, app.status, app.query_one(Inspector), app.transcript):
            assert widget.region.width > 0
            assert widget.region.height > 0
            assert widget.region.bottom <= size[1]
