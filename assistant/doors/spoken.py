"""A spoken conversation in a plain terminal, as lines that are only added.

The main thread owns the assistant; the listener hears in a thread of its own and posts events.
"""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.doors import news, terminal
from assistant.doors.news import News
from assistant.doors.ringing import Ringer
from assistant.doors.shell import CODES, tell_turn
from assistant.speech.events import Changed, Event, Heard, Notice, Partial, State, Woken
from assistant.turn import Reply, Turn, Utterance

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.doors.devices import Ears, Speaker
    from assistant.speech.hearing.listener import Listener
    from assistant.turn.hearing import Hearing

Post = Callable[[Event], object]
"""Takes what the listener and the voice tell, in their threads."""

NARROW = 20
"""Columns that are taken for granted where the terminal does not tell its width."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """The voice has ended, or was stopped; ``number`` tells which reply that was."""

    number: int


@dataclass(frozen=True, slots=True)
class Manners:
    """How a conversation goes: one utterance or many; what is heard while a reply is spoken."""

    once: bool = False
    as_json: bool = False
    speak: bool = True
    half_duplex: bool = True
    beep: bool = False


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What was set meanwhile: sentences to tell, other manners, and, where ``anew``, the voice."""

    told: tuple[str, ...]
    manners: Manners
    anew: bool = False
    open_voice: Callable[[Post], Speaker] | None = None


Follow = Callable[["Ears", Post], Meanwhile | None]
"""Lets ears follow what was set meanwhile, and returns what the conversation has to; None for
nothing."""


class Conversation:
    """Hears, answers, and speaks, until the sound or the user ends it."""

    def __init__(
        self,
        assistant: Assistant,
        session_id: int,
        open_ears: Callable[[Post], Listener],
        open_voice: Callable[[Post], Speaker] | None = None,
        manners: Manners = Manners(),
        follow: Follow = lambda _ears, _post: None,
    ) -> None:
        self._assistant = assistant
        self._session_id = session_id
        self._ringer = Ringer(assistant)
        self._events: queue.Queue[Event | Spoke] = queue.Queue()
        self._post: Post = self._events.put
        self._ears = open_ears(self._post)
        self._voice = open_voice(self._post) if open_voice is not None else None
        self._manners = manners
        self._follow_settings = follow
        self._lines = _Lines(manners.as_json)
        self._replies = self._spoken = 0
        self._over = self._trouble = self._warm = False
        self._waits: State = "listening"
        self._code: int | None = None

    def run(self) -> int:
        """Listen until the microphone is closed; return the exit code of the last turn.

        1 when nothing was heard or the listener gave up.
        """
        try:
            self._ears.expect(self._assistant.sayable(self._session_id))
            self._ears.start("once" if self._manners.once else "hands_free")
            self._tell(self._ringer.look(away=True))
            self._loop()
        finally:
            self._lines.wipe()
            if self._voice is not None:
                self._voice.close()
            self._ears.close()
        if self._code is None and not self._trouble:
            terminal.aside(news.HEARD_NOTHING)
        return 1 if self._code is None or self._trouble else self._code

    def _loop(self) -> None:
        looked = time.monotonic()
        while not self._over or self._speaking():
            with suppress(queue.Empty):
                self._take(self._events.get(timeout=news.LOOK / 5))
            if time.monotonic() - looked >= news.LOOK:
                looked = time.monotonic()
                self._look()

    def _take(self, event: Event | Spoke) -> None:
        match event:
            case Changed(state):
                self._change(state)
            case Partial(text):
                self._lines.partial(text)
            case Heard(hearing):
                self._hear(hearing)
            case Woken(phrase):
                self._lines.tell(f"woken: {phrase}")
            case Notice(text, trouble):
                self._trouble = trouble
                self._lines.tell(text if trouble else f"notice: {text}", aside=trouble)
            case Spoke(number):
                self._fall_silent(number)

    def _change(self, state: State) -> None:
        if state == "idle":
            self._over = True
        elif state == "hearing":
            self._trouble = False
            self._interrupt()
        elif state in ("listening", "asleep"):
            self._trouble = False
            self._waits = state
            self._wait()

    def _wait(self) -> None:
        """Show that it listens, unless it is deaf or has what it was to listen to."""
        deaf = self._speaking() and self._manners.half_duplex
        if deaf or self._over or (self._manners.once and self._code is not None):
            return
        self._lines.state(self._waits)
        self._beep("start")
        if not self._warm:
            # While somebody draws breath.
            self._warm = True
            self._assistant.warm()

    def _interrupt(self) -> None:
        """Stop the voice where somebody talks over it; without headphones it would be itself."""
        if self._voice is not None and self._speaking() and not self._manners.half_duplex:
            self._voice.stop()
            self._spoken = self._replies
            self._lines.tell("interrupted")

    def _hear(self, hearing: Hearing) -> None:
        self._follow()
        self._beep("end")
        utterance = self._assistant.heard(hearing, self._session_id)
        self._lines.wipe()
        if not utterance.text:
            return
        if news.not_english(hearing, utterance):
            self._code = CODES["refused"]
            self._tell([News("notice", news.NOT_ENGLISH)])
            return
        self._lines.said(utterance)
        turn = self._assistant.respond(utterance, self._session_id)
        self._code = CODES.get(turn.outcome, 0)
        self._lines.answer(turn)
        self._ears.expect(self._assistant.sayable(self._session_id))
        self._speak(turn.reply)

    def _speak(self, reply: Reply) -> None:
        if self._voice is None or not self._manners.speak:
            return
        self._replies += 1
        spoke = Spoke(self._replies)
        if self._manners.half_duplex:
            self._ears.mute(True)
        self._voice.speak(reply, lambda: self._events.put(spoke))

    def _fall_silent(self, number: int) -> None:
        """Hear again after the newest reply; one that was cut off by another says nothing."""
        if number == self._replies:
            self._spoken = number
            self._ears.mute(False)
            self._wait()

    def _speaking(self) -> bool:
        return self._spoken < self._replies

    def _beep(self, kind: Literal["start", "end"]) -> None:
        if self._voice is not None and self._manners.beep and not self._speaking():
            self._voice.beep(kind)

    def _follow(self) -> None:
        """Go on as was set meanwhile; a reply is spoken to its end as it was begun."""
        meanwhile = None if self._speaking() else self._follow_settings(self._ears, self._post)
        if meanwhile is None:
            return
        self._tell(News("notice", sentence) for sentence in meanwhile.told)
        self._manners = meanwhile.manners
        if meanwhile.anew:
            if self._voice is not None:
                self._voice.close()
            opens = meanwhile.open_voice
            self._voice = opens(self._post) if opens is not None else None

    def _look(self) -> None:
        """Tell what happened by itself: alarms, and skills and settings that changed."""
        self._follow()
        happened = [*self._ringer.look(), *news.reloaded(self._assistant)]
        self._tell(happened)
        if any(each.kind == "notice" for each in happened):
            self._ears.expect(self._assistant.sayable(self._session_id))

    def _tell(self, told: Iterable[News]) -> None:
        for each in told:
            self._lines.tell(each.line, bell=bool(each.aloud))
            if each.aloud:
                self._speak(Reply(each.aloud))
            self._ringer.told([each])


class _Lines:
    """What is printed: one line a fact; with JSON one turn a line, all else on standard error."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._terminal = sys.stdout.isatty() and not as_json
        self._partial = 0
        self._state = ""

    def tell(self, line: str, *, aside: bool = False, bell: bool = False) -> None:
        """Add a line; ``aside`` puts it on standard error, ``bell`` rings."""
        self.wipe()
        self._state = ""
        terminal.tell(line, aside=aside or self._as_json, bell=bell)

    def state(self, state: State) -> None:
        """Add the state as a line, unless it is the last one already."""
        if self._state == state:
            return
        self.tell(state)
        self._state = state

    def said(self, utterance: Utterance) -> None:
        """Add the words that were taken, and what was heard where that differs."""
        if self._as_json:
            return
        self.tell(f"you: {utterance.text}")
        if utterance.heard and utterance.heard != utterance.text:
            self.tell(f"heard: {utterance.heard}")

    def answer(self, turn: Turn) -> None:
        """Add the reply, or the whole turn as JSON."""
        self.wipe()
        self._state = ""
        tell_turn(turn, as_json=self._as_json, lead="assistant: ")

    def partial(self, text: str) -> None:
        """Show the words so far on the last line of a terminal; elsewhere nothing."""
        if not self._terminal:
            return
        shown = f"… {text}"[-max(_columns() - 1, NARROW) :]
        self._partial = terminal.draw(shown, width=self._partial)

    def wipe(self) -> None:
        """Take the words so far off the screen."""
        if self._partial:
            self._partial = terminal.draw("", width=self._partial)


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size((NARROW + 1, 1)).columns
