"""The one thread that owns the assistant and its database; the screen sends it jobs."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.message import Message

from assistant.doors import news
from assistant.doors.explaining import looked_up
from assistant.doors.meanwhile import Change, Watched
from assistant.doors.news import LOOK, News
from assistant.doors.opening import session_of
from assistant.doors.ringing import Ringer
from assistant.turn import Session, Turn, Utterance
from assistant.turn.hearing import Hearing, Sayable

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.conversation.status import Status
    from assistant.store import SessionSummary

RECENT = 50
"""Turns shown when a session is opened; older ones come as one scrolls up."""

Job = Callable[["Assistant"], None]


@dataclass
class Opened(Message):
    """A session is on the table, with its newest turns, oldest first."""

    session: Session
    turns: list[Turn]
    sentences: list[str]


@dataclass
class Older(Message):
    """Turns from before those shown, oldest first."""

    turns: list[Turn]


@dataclass
class Chosen(Message):
    """What was taken of what was heard; its text is empty when that is nothing."""

    utterance: Utterance


@dataclass
class Expected(Message):
    """What can be said now."""

    sayable: Sayable


@dataclass
class Answered(Message):
    """A turn is done and saved."""

    turn: Turn
    session: Session


@dataclass
class Explained(Message):
    """Why a turn was understood as it was, in lines."""

    turn: Turn
    lines: list[str]


@dataclass
class Undone(Message):
    """Whether each of the newest turns is taken back."""

    turns: dict[int, bool]


@dataclass
class Told(Message):
    """Something to tell that nobody asked for."""

    news: News


@dataclass
class SetMeanwhile(Message):
    """Another program has changed settings."""

    change: Change


@dataclass
class Progressed(Message):
    """What takes long, while it does."""

    text: str


@dataclass
class StateChanged(Message):
    """The status line has something new to show."""

    status: Status


@dataclass
class Listed(Message):
    """The sessions a search found."""

    sessions: list[SessionSummary]


class Worker:
    """Builds the assistant in its own thread, then does one job after another."""

    def __init__(
        self,
        build: Callable[[], Assistant],
        session: str | None,
        post: Callable[[Message], object],
        watched: Watched,
    ) -> None:
        self._build = build
        self._watched = watched
        self._name = session
        self._post = post
        self._jobs: queue.Queue[Job | None] = queue.Queue()
        self._status: Status | None = None
        self._ringer: Ringer | None = None
        self._wondered: Turn | None = None
        self._thread = threading.Thread(target=self._run, name="assistant", daemon=True)

    def start(self) -> None:
        """Begin to build the assistant."""
        self._thread.start()

    def stop(self) -> None:
        """Let the current job end, close the assistant, and wait for that."""
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def submit(self, job: Job) -> None:
        """Let a job be done when those before it are."""
        self._jobs.put(job)

    def say(self, utterance: Utterance, session_id: int, cancel: threading.Event) -> None:
        """Let the assistant respond; ``Answered`` follows."""

        self.submit(lambda assistant: self._respond(assistant, utterance, session_id, cancel))

    def hear(self, hearing: Hearing, session_id: int, cancel: threading.Event) -> None:
        """Let the assistant choose what was said and respond; ``Chosen`` and ``Answered`` follow.

        Of an empty choice only ``Chosen`` follows.
        """

        def respond(assistant: Assistant) -> None:
            self._look_at_settings()
            utterance = assistant.heard(hearing, session_id)
            if news.not_english(hearing, utterance):
                self._post(Told(News("notice", news.NOT_ENGLISH)))
                utterance = replace(utterance, text="")
            self._post(Chosen(utterance))
            if utterance.text:
                self._respond(assistant, utterance, session_id, cancel)

        self.submit(respond)

    def explain(self, turn: Turn) -> None:
        """Find out why a turn was understood as it was; ``Explained`` follows.

        Whatever else is to be done goes first, and another turn takes its place.
        """
        self._wondered = turn

        def look(assistant: Assistant) -> None:
            if self._wondered is not turn:
                return
            found = assistant.why(turn, stop=lambda: not self._jobs.empty())
            if self._jobs.empty():
                self._post(Explained(turn, [*looked_up(found)]))
            else:
                self.submit(look)

        self.submit(look)

    def go_back(self, turn: Turn, cancel: threading.Event) -> None:
        """Let the assistant go back to before a turn; ``Chosen`` and ``Answered`` follow."""

        def respond(assistant: Assistant) -> None:
            utterance = assistant.to_before(turn)
            self._post(Chosen(utterance))
            self._respond(assistant, utterance, turn.session_id, cancel)

        self.submit(respond)

    def teach(self, turn: Turn, intent: str, words: str, cancel: threading.Event) -> None:
        """Let the assistant learn what a turn meant; ``Chosen`` and ``Answered`` follow."""

        def respond(assistant: Assistant) -> None:
            utterance = assistant.was_wrong(turn, intent, words)
            self._post(Chosen(utterance))
            self._respond(assistant, utterance, turn.session_id, cancel)

        self.submit(respond)

    def record(self, session_id: int) -> None:
        """Write a conversation into a file; ``Told`` follows, with its name."""

        def write(assistant: Assistant) -> None:
            if assistant.teacher is not None:
                self._post(Told(News("notice", assistant.teacher.record(session_id))))

        self.submit(write)

    def expect(self, session_id: int) -> None:
        """Find out what can be said now; ``Expected`` follows."""
        self.submit(lambda assistant: self._tell(Expected(assistant.sayable(session_id))))

    def open(self, session_id: int | None) -> None:
        """Put a session on the table; a fresh one without a number. ``Opened`` follows."""

        def show(assistant: Assistant) -> None:
            opened = (
                assistant.open_session() if session_id is None else assistant.session(session_id)
            )
            self._show(assistant, opened)

        self.submit(show)

    def older(self, session_id: int, before: int) -> None:
        """Fetch turns from before a turn; ``Older`` follows."""
        self.submit(
            lambda assistant: self._tell(Older(assistant.store.turns(session_id, RECENT, before)))
        )

    def told(self, news: News) -> None:
        """Settle what the screen has told."""
        if news.alarm:
            self.submit(lambda _: self._ringer.told([news]) if self._ringer else None)

    def find(self, search: str) -> None:
        """Look for sessions; ``Listed`` follows."""
        self.submit(lambda assistant: self._tell(Listed(assistant.store.sessions(search=search))))

    def _respond(
        self, assistant: Assistant, utterance: Utterance, session_id: int, cancel: threading.Event
    ) -> None:
        turn = assistant.respond(utterance, session_id, cancel)
        self._post(Answered(turn, assistant.session(session_id)))
        turns = assistant.store.turns(session_id, RECENT)
        self._post(Undone({each.id: each.outcome == "undone" for each in turns}))

    def _tell(self, message: Message) -> None:
        self._post(message)

    def _run(self) -> None:
        try:
            assistant = self._build()
        except Exception as error:  # noqa: BLE001 - it is logged where it is worded
            self._post(Told(news.trouble(error, "The assistant can't be opened")))
            return
        try:
            self._begin(assistant)
            self._loop(assistant)
        finally:
            assistant.close()

    def _begin(self, assistant: Assistant) -> None:
        assistant.progress = lambda text: self._post(Progressed(text))
        self._tell_all(news.at_opening(assistant))
        self._guarded(lambda a: self._show(a, session_of(a, self._name)), assistant)
        self._ringer = Ringer(assistant)
        self._guarded(lambda _: self._tell_all(self._ring(away=True)), assistant)
        self._guarded(self._look, assistant)
        self.submit(lambda a: a.warm(wait=False))

    def _loop(self, assistant: Assistant) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=LOOK)
            except queue.Empty:
                job = self._look
            if job is None:
                return
            self._guarded(job, assistant)
            if job != self._look:
                self._guarded(self._look, assistant)

    def _guarded(self, job: Job, assistant: Assistant) -> None:
        """Do a job; whatever goes wrong is told in a sentence, and the thread goes on."""
        try:
            job(assistant)
        except Exception as error:  # noqa: BLE001 - it is logged where it is worded
            self._post(Told(news.trouble(error)))

    def _look(self, assistant: Assistant) -> None:
        """Ring what is due, take what was set or changed, and refresh the status."""
        self._tell_all(self._ring())
        self._look_at_settings()
        self._tell_all(news.reloaded(assistant))
        status = assistant.status()
        if status != self._status:
            self._status = status
            self._post(StateChanged(status))

    def _look_at_settings(self) -> None:
        if (change := self._watched.look()) is not None:
            self._tell_all(News("notice", sentence) for sentence in change.told)
            self._post(SetMeanwhile(change))

    def _ring(self, *, away: bool = False) -> list[News]:
        return self._ringer.look(away=away) if self._ringer else []

    def _tell_all(self, told: Iterable[News]) -> None:
        for each in told:
            self._post(Told(each))

    def _show(self, assistant: Assistant, session: Session) -> None:
        turns = assistant.store.turns(session.id, RECENT)
        self._post(Opened(session, turns, assistant.suggestions("", 1_000)))
