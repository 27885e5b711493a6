"""``assistant chat --plain``: the conversation as lines that are only ever added.

For screen readers, pipes and dumb terminals: no colours, no cursor movement, one line a fact.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.doors import devices, news, terminal
from assistant.doors import opening as doors
from assistant.doors.meanwhile import FOLLOWED, SPEAKING, Watched
from assistant.doors.news import News
from assistant.doors.ringing import Ringer
from assistant.doors.shell import tell_turn
from assistant.speech.events import Event, Notice
from assistant.turn import Utterance

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.doors.devices import Speaker
    from assistant.settings import Settings

PIECE = 65_536
"""Bytes read at once."""

GREETING = "Type a request, or “what can you do”. Ctrl-D ends."


def converse(session: str | None, skill_files: tuple[Path, ...]) -> None:
    """Read requests line by line and print the replies, until the end of the input."""
    chosen = doors.chosen_settings(terminal.tell)
    watched = Watched(chosen, FOLLOWED)
    with (
        doors.opened(chosen, skill_files, terminal.tell) as assistant,
        doors.open_door(),
    ):
        _Linear(assistant, session, watched).run()


class _Linear:
    """One conversation: the main thread owns the assistant, another one waits for lines."""

    def __init__(self, assistant: Assistant, session: str | None, watched: Watched) -> None:
        self._assistant = assistant
        self._session = doors.session_of(assistant, session)
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._ringer = Ringer(assistant)
        self._prompting = sys.stdin.isatty()
        self._prompted = False
        self._voice = self._speaker(assistant.settings)
        self._watched = watched

    def run(self) -> None:
        try:
            self._converse()
        finally:
            if self._voice is not None:
                self._voice.close()

    def _converse(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()
        if self._prompting:
            terminal.tell(GREETING)
        self._tell(self._ringer.look(away=True))
        self._prompt()
        while True:
            try:
                line = self._lines.get(timeout=news.LOOK)
            except queue.Empty:
                self._tell([*self._follow(), *self._ringer.look()])
                self._tell(news.reloaded(self._assistant))
                continue
            if line is None:
                self._hear_out()
                return
            self._prompted = False
            self._answer(line)
            self._prompt()

    def _follow(self) -> list[News]:
        """Go on as was set meanwhile by another program; return what is to be told of that."""
        change = self._watched.look()
        if change is None:
            return []
        if change.any_of(("voice", *SPEAKING)):
            if self._voice is not None:
                self._voice.close()
            self._voice = self._speaker(change.now)
        return [News("notice", sentence) for sentence in change.told]

    def _speaker(self, chosen: Settings) -> Speaker | None:
        """Return the voice of the settings; what is wrong with it becomes a line."""
        if chosen.voice != "on":
            return None

        def notice(text: str) -> None:
            terminal.tell(News("notice", text).line)

        def post(event: Event) -> None:
            if isinstance(event, Notice):
                notice(event.text)

        opened = devices.voice_if_any(chosen, notice)
        return opened(post) if opened is not None else None

    def _read(self) -> None:
        rest = b""
        while more := _piece():
            *lines, rest = (rest + more).split(b"\n")
            for line in lines:
                self._take(line)
        if rest:
            self._take(rest)
        self._lines.put(None)

    def _take(self, line: bytes) -> None:
        self._lines.put(line.decode("utf-8", "replace").rstrip("\r"))

    def _answer(self, line: str) -> None:
        if not line.strip():
            return
        self._tell(self._follow())
        now = self._assistant.clock.now()
        turn = self._assistant.respond(Utterance(line, now), self._session.id)
        tell_turn(turn, as_json=False, lead="assistant: ")
        self._tell(news.weights(self._assistant))
        if self._voice is not None:
            self._voice.speak(turn.reply)

    def _hear_out(self) -> None:
        """Let the last reply be read to its end."""
        while self._voice is not None and self._voice.speaking:
            time.sleep(0.1)

    def _prompt(self) -> None:
        if self._prompting:
            terminal.prompt("you: ")
            self._prompted = True

    def _tell(self, told: list[News]) -> None:
        """Tell what nobody asked for, below the prompt that waits, and prompt once more."""
        waits = self._prompted
        for each in told:
            if waits:
                terminal.tell()
            terminal.tell(each.line, bell=bool(each.aloud))
            waits = False
        self._ringer.told(told)
        if told and self._prompted:
            self._prompt()


def _piece() -> bytes:
    """Return what comes next; nothing at the end, also that of a terminal that was closed.

    No lock is held while it waits: a program that ends meanwhile would abort for want of it.
    """
    try:
        return os.read(sys.stdin.fileno(), PIECE)
    except OSError:
        return b""
