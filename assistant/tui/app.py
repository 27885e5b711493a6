"""The chat: draws the screen first, then opens the assistant behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from assistant.doors.devices import Devices
from assistant.doors.meanwhile import FOLLOWED, Watched
from assistant.doors.news import News
from assistant.doors.terminal import visible
from assistant.settings import Settings
from assistant.tui import worker as work
from assistant.tui.copying import copied
from assistant.tui.hearing import VoiceDoor
from assistant.tui.inspector import Inspector
from assistant.tui.keys import PALETTE
from assistant.tui.plainly import PlainApp
from assistant.tui.prompt import Prompt
from assistant.tui.status import StatusLine
from assistant.tui.teach import Meant, TeachScreen
from assistant.tui.transcript import Answer, Transcript
from assistant.turn import Turn, Utterance
from assistant.turn.hearing import Hearing

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.turn import Session

Sending = str | Hearing | Turn | Meant
"""What is sent to the assistant: typed, spoken, to be gone back to, or to be learnt."""

GREETING = (
    "Hello. Say what you need in your own words, for example\n"
    "  set a pasta timer for ten minutes\n"
    "  add milk and eggs to my shopping list\n"
    "  what can you do\n"
    "F1 shows the keys."
)


class ChatApp(PlainApp):
    """The conversation on the screen; ``open_assistant`` is called in a thread of its own."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "assistant"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-wide")]  # noqa: RUF012 - as Textual has it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Keys", id="help"),
        Binding("f2", "inspector", "Why", id="inspector"),
        Binding("f3", "sessions", "Sessions", id="sessions"),
        Binding("f4", "talk", "Talk; once more takes it", id="talk"),
        Binding("f5", "hands_free", "Hands-free on or off", id="hands_free"),
        Binding("f8", "mark('missed')", "The wake word was missed", id="missed_wake"),
        Binding("f9", "mark('false')", "Nobody said the wake word", id="false_wake"),
        Binding("ctrl+l", "teach", "That was wrong", id="teach"),
        Binding("ctrl+r", "record", "Record the conversation as a test", id="record"),
        Binding("ctrl+n", "new_session", "New session", id="new_session"),
        Binding("ctrl+z", "rewind", "Go back to before something", id="rewind"),
        Binding("ctrl+y", "copy_reply", "Copy reply", id="copy_reply"),
        Binding("ctrl+t", "toggle_theme", "Light or dark", id="toggle_theme"),
        Binding("pageup", "page(-1)", "Scroll up", show=False, id="page_up"),
        Binding("pagedown", "page(1)", "Scroll down", show=False, id="page_down"),
        Binding("escape", "leave", "Stop or clear", id="leave"),
        Binding("ctrl+q", "quit", "Quit", id="quit", priority=True),
    ]

    def __init__(
        self,
        open_assistant: Callable[[], Assistant],
        settings: Settings,
        session: str | None = None,
        *,
        devices: Devices = Devices(),  # noqa: B008 - frozen
        voice: bool = False,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.table: Session | None = None
        self.transcript = Transcript(id="transcript")
        self.inspector = Inspector(id="inspector")
        self.prompt = Prompt()
        self.door = VoiceDoor(settings, devices, aloud=voice)
        self.status = StatusLine(id="status")
        watched = Watched(settings, FOLLOWED)
        self._worker = work.Worker(open_assistant, session, self.post_message, watched)
        self._waiting: list[Sending] = []
        self._turning: threading.Event | None = None
        self._listens_first = voice

    def compose(self) -> ComposeResult:
        """Lay out the transcript, the panel beside it, the prompt and the status line."""
        with Horizontal(id="main"):
            yield self.transcript
            yield self.inspector
        yield self.prompt
        yield self.door
        yield self.status

    def on_mount(self) -> None:
        """Dress the screen; the assistant is opened after it was drawn."""
        self.dress(self.settings)
        self.prompt.focus()
        self.call_after_refresh(self._worker.start)

    def on_unmount(self) -> None:
        """Let the assistant end its turn and close the database."""
        if self._turning is not None:
            self._turning.set()
        self.door.close()
        self._worker.stop()

    def on_resize(self) -> None:
        """Fit what the frame of the prompt shows."""
        self.call_after_refresh(self.door.draw)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer everything the keys do in the command palette too."""
        for title, told, action in PALETTE:
            yield SystemCommand(title, told, partial(self.run_action, action))

    @on(Prompt.Sent)
    def _say(self, event: Prompt.Sent) -> None:
        self.transcript.add_said(event.text)
        self._send(event.text)

    def _send(self, said: Sending | None) -> None:
        """Send something behind what waits; of a screen that was left without choosing, nothing."""
        if said is not None:
            self._waiting.append(said)
            self._send_next()

    def _send_next(self) -> None:
        """Send the oldest waiting sentence, once the one before is answered."""
        if self.table is None or self._turning is not None or not self._waiting:
            return
        self._turning = threading.Event()
        self.status.busy = "thinking, Esc stops"
        said = self._waiting.pop(0)
        if isinstance(said, Hearing):
            self.door.thinking = True
            self._worker.hear(said, self.table.id, self._turning)
        elif isinstance(said, Turn):
            self._worker.go_back(said, self._turning)
        elif isinstance(said, Meant):
            self._worker.teach(said.turn, said.intent, said.words, self._turning)
        else:
            typed = Utterance(said, datetime.now(UTC).astimezone())
            self._worker.say(typed, self.table.id, self._turning)

    @on(VoiceDoor.Taken)
    def _taken(self, event: VoiceDoor.Taken) -> None:
        self._send(event.hearing)

    @on(work.Chosen)
    def _chosen(self, event: work.Chosen) -> None:
        """Show what was taken of what was heard; when that is nothing the turn is over."""
        if event.utterance.text:
            self.transcript.add_utterance(event.utterance)
            self.prompt.add(event.utterance.text)
            return
        self._end_turn()
        self._send_next()

    @on(work.Expected)
    def _expected(self, event: work.Expected) -> None:
        self.door.expect(event.sayable)

    @on(VoiceDoor.Opened)
    @on(work.StateChanged)
    def _expect(self) -> None:
        """Let the listener know what can be said now."""
        if self.table is not None and self.door.open:
            self._worker.expect(self.table.id)

    @on(VoiceDoor.Told)
    def _voice_told(self, event: VoiceDoor.Told) -> None:
        self._tell(News("trouble" if event.trouble else "notice", event.text))

    def _end_turn(self) -> None:
        self._turning = None
        self.status.busy = ""
        self.door.thinking = False

    @on(work.Opened)
    async def _opened(self, event: work.Opened) -> None:
        self.table = event.session
        self.status.session = event.session.name
        self.status.busy = ""
        self.prompt.sentences.known = [visible(each) for each in event.sentences]
        self.prompt.remember([turn.utterance.text for turn in event.turns])
        self._ask(event.session)
        await self.transcript.show(event.turns)
        if not event.turns:
            self.transcript.add_notice(GREETING)
        for text in self._waiting:
            if isinstance(text, str):
                self.transcript.add_said(text)
        self._send_next()
        self._expect()
        if self._listens_first:
            self._listens_first = False
            self.door.hands_free()

    @on(work.Answered)
    def _answered(self, event: work.Answered) -> None:
        self._end_turn()
        if self.table is None or event.session.id == self.table.id:
            self.table = event.session
            self._ask(event.session)
            self.transcript.add_answer(event.turn)
            self.inspector.show(event.turn)
            spoken = event.turn.utterance.source == "voice"
            self.door.answered(event.turn.reply, spoken=spoken)
        self._expect()
        self._send_next()
        self._explain()

    def _explain(self) -> None:
        """Ask why the turn that is shown was understood so; nothing is where none is looked at."""
        if self.inspector.has_class("shown") and self.inspector.turn is not None:
            self._worker.explain(self.inspector.turn)

    @on(work.Explained)
    def _explained(self, event: work.Explained) -> None:
        if event.turn is self.inspector.turn:
            self.inspector.show(event.turn, event.lines)

    @on(work.Undone)
    def _undone(self, event: work.Undone) -> None:
        self.transcript.mark(event.turns)

    @on(work.Older)
    async def _older(self, event: work.Older) -> None:
        await self.transcript.show_older(event.turns)

    @on(Transcript.WantsOlder)
    def _wants_older(self) -> None:
        if self.table is not None and self.transcript.first is not None:
            self._worker.older(self.table.id, self.transcript.first)

    @on(work.Told)
    def _told(self, event: work.Told) -> None:
        news = event.news
        if news.kind == "trouble":
            if self.status.busy == "starting":
                self.status.busy = ""
            if self._turning is not None:
                self._end_turn()
        if news.kind == "alarm":
            self.bell()
        self._tell(news)
        if news.aloud:
            self.notify(news.aloud, title="Alarm", timeout=20)
            self.door.rang(news.aloud)
        self._worker.told(news)

    def _tell(self, news: News) -> None:
        kind = "" if news.kind == "notice" else news.kind
        self.transcript.add_notice(f"{'⏰ ' if kind == 'alarm' else ''}{news.text}", kind)

    @on(work.SetMeanwhile)
    def _set_meanwhile(self, event: work.SetMeanwhile) -> None:
        """Go on as was set by another program."""
        self.settings = event.change.now
        self.dress(self.settings, event.change.names)
        self.door.follow(event.change)

    @on(work.Progressed)
    def _progressed(self, event: work.Progressed) -> None:
        if self._turning is not None:
            self.status.busy = event.text

    @on(work.StateChanged)
    def _state(self, event: work.StateChanged) -> None:
        self.status.status = event.status

    @on(work.Listed)
    def _listed(self, event: work.Listed) -> None:
        from assistant.tui.sessions import SessionsScreen

        for screen in self.screen_stack:
            if isinstance(screen, SessionsScreen):
                screen.show(event.sessions)

    @on(Answer.Copied)
    def _copied(self, event: Answer.Copied) -> None:
        copied(self, event.text)

    def action_help(self) -> None:
        """Show what the keys do, as they are set now."""
        from assistant.tui.keys import KeysScreen

        if isinstance(self.screen, KeysScreen):
            return
        mapped = self.settings.keys
        bindings = [b for b in self.BINDINGS if isinstance(b, Binding)]
        keys = [(mapped.get(b.id or "", b.key), b.description) for b in bindings]
        self.push_screen(KeysScreen(keys))

    def action_inspector(self) -> None:
        """Show or hide how the last sentence was understood."""
        self.inspector.set_class(not self.inspector.has_class("shown"), "shown")
        self.call_after_refresh(self.transcript.scroll_end, animate=False)
        self._explain()

    def action_sessions(self) -> None:
        """Show the list of conversations."""
        from assistant.tui.sessions import SessionsScreen

        if isinstance(self.screen, SessionsScreen):
            return

        def resume(session_id: int | None) -> None:
            if session_id is not None:
                self._worker.open(session_id)

        self.push_screen(SessionsScreen(self._worker, self.settings.zone()), resume)

    def action_new_session(self) -> None:
        """Start a fresh conversation."""
        self._worker.open(None)

    def action_rewind(self) -> None:
        """Show what was changed, to go back to before one of it."""
        from assistant.tui.rewind import RewindScreen

        if self.table is not None and not isinstance(self.screen, RewindScreen):
            self.push_screen(RewindScreen(self._worker, self.table.id), self._send)

    def action_teach(self) -> None:
        """Choose what was meant by a sentence that was understood wrong: the focused reply's."""
        if self.table is not None and not isinstance(self.screen, TeachScreen):
            turn = self.focused.turn if isinstance(self.focused, Answer) else None
            self.push_screen(TeachScreen(self._worker, self.table.id, turn), self._send)

    def action_record(self) -> None:
        """Write the conversation into a file, as a test of it."""
        if self.table is not None:
            self._worker.record(self.table.id)

    def action_copy_reply(self) -> None:
        """Copy the reply that has the focus, else the newest."""
        focused = self.focused
        newest = next(iter(self.transcript.answers()), None)
        chosen = focused if isinstance(focused, Answer) else newest
        if chosen is None:
            self.notify("There is no reply yet.")
        else:
            copied(self, chosen.text)

    def action_toggle_theme(self) -> None:
        """Change between light and dark."""
        self.theme = "textual-light" if self.theme == "textual-dark" else "textual-dark"

    def action_page(self, direction: int) -> None:
        """Scroll the conversation while one types."""
        if direction < 0:
            self.transcript.scroll_page_up()
        else:
            self.transcript.scroll_page_down()

    def action_leave(self) -> None:
        """Stop what is running, speaking or heard, else clear the line and go back to it."""
        if self._turning is not None:
            self._turning.set()
            self.door.hush()
        elif self.door.leave():
            pass
        elif self.prompt.has_focus:
            self.prompt.value = ""
        else:
            self.prompt.focus()

    def action_talk(self) -> None:
        """Listen for one request; the second time take what was said."""
        self.door.talk()

    def action_hands_free(self) -> None:
        """Listen until told otherwise."""
        self.door.hands_free()

    def action_mark(self, kind: Literal["missed", "false"]) -> None:
        """Move the threshold of the wake word."""
        self.door.mark(kind)

    def _ask(self, session: Session) -> None:
        question = session.open_question
        self.prompt.ask(question.question if question else None)
