"""``assistant chat --plain``: the conversation as lines that are only ever added.

For screen readers, pipes and dumb terminals: no colours, no cursor movement, one line a fact.
"""

from __future__ import annotations

import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from assistant import paths, settings
from assistant.assembly import assemble_anyway
from assistant.conversation.assistant import Assistant
from assistant.doors import opening as doors
from assistant.skill.given import Alarm
from assistant.speech.speaking.voice import Manner, Voice, no_voice
from assistant.turn import Utterance

LOOK = 1.0
"""Seconds between two looks at alarms and changed skills."""

GREETING = "Type a request, or “what can you do”. Ctrl-D ends."


def converse(session: str | None, skill_files: tuple[Path, ...]) -> None:
    """Read requests line by line and print the replies, until the end of the input."""
    assistant = assemble_anyway(settings.load(paths.settings_file()), skill_files)
    for sentence in filter(None, (assistant.notice, *assistant.status().broken)):
        click.echo(sentence)
    try:
        with doors.open_door(), _ended_by_sigterm() as ended:
            _Linear(assistant, session, ended).run()
    finally:
        assistant.close()


class _Linear:
    """One conversation: the main thread owns the assistant, another one waits for lines."""

    def __init__(self, assistant: Assistant, session: str | None, ended: threading.Event) -> None:
        self._assistant = assistant
        self._session = assistant.open_session(session) if session else assistant.resume()
        self._ended = ended
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._prompting = sys.stdin.isatty()
        self._voice = _voice(assistant.settings) if assistant.settings.voice == "on" else None

    def run(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()
        if self._prompting:
            click.echo(GREETING)
        self._ring(missed=True)
        self._prompt()
        while not self._ended.is_set():
            try:
                line = self._lines.get(timeout=LOOK)
            except queue.Empty:
                self._look()
                continue
            if line is None:
                self._hear_out()
                return
            self._answer(line)
            self._prompt()

    def _read(self) -> None:
        for raw in sys.stdin.buffer:
            self._lines.put(raw.decode("utf-8", "replace").rstrip("\r\n"))
        self._lines.put(None)

    def _answer(self, line: str) -> None:
        if not line.strip():
            return
        now = self._assistant.clock.now()
        turn = self._assistant.respond(Utterance(line, now), self._session.id)
        click.echo(f"assistant: {turn.reply.text}")
        if self._voice is not None:
            self._voice.speak(turn.reply)

    def _hear_out(self) -> None:
        """Let the last reply be read to its end."""
        while self._voice is not None and self._voice.speaking and not self._ended.is_set():
            self._ended.wait(0.1)

    def _prompt(self) -> None:
        if self._prompting:
            click.echo("you: ", nl=False)

    def _look(self) -> None:
        """Tell what happened by itself: alarms, and skills that changed."""
        told = self._ring(missed=False)
        for notice in self._assistant.refresh():
            click.echo(f"{'' if told else chr(10)}notice: {notice}")
            told = True
        if told:
            self._prompt()

    def _ring(self, *, missed: bool) -> bool:
        alarms = self._assistant.ring()
        for alarm in alarms:
            lead = "" if missed or not self._prompting else "\n"
            click.echo(f"{lead}{'' if missed else chr(7)}{ringing(alarm, missed=missed)}")
        return bool(alarms)


def _voice(chosen: settings.Settings) -> Voice:
    """Return the voice of the settings; what is wrong with it becomes a line."""
    manner = Manner(chosen.voice_name, chosen.voice_rate, chosen.voice_volume)
    voice = Voice(manner, lambda notice: click.echo(f"notice: {notice.text}"))
    if not voice.found:
        click.echo(f"notice: {no_voice()}")
    return voice


def ringing(alarm: Alarm, *, missed: bool) -> str:
    """Return what is said of an alarm that rings, or rang while nothing was open."""
    if missed:
        return f"missed: {alarm.message} (due {alarm.due:%a %d %b, %H:%M})"
    return f"alarm: {alarm.message}"


@contextmanager
def _ended_by_sigterm() -> Iterator[threading.Event]:
    """Give an event that SIGTERM sets, so that the store is closed properly."""
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    before: Callable[..., object] | int | None = signal.signal(signal.SIGTERM, end)
    try:
        yield ended
    finally:
        signal.signal(signal.SIGTERM, before)
