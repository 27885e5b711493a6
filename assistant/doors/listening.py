"""What is listened to and how, as the settings and the wishes of the command line say."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import paths
from assistant.doors import devices, terminal
from assistant.doors import opening as doors
from assistant.doors.logs import own_standard_error
from assistant.doors.spoken import Conversation, Manners
from assistant.errors import SpeechError

if TYPE_CHECKING:
    from assistant.doors.spoken import Post
    from assistant.settings import Settings
    from assistant.speech.hearing.listener import Listener, Options
    from assistant.speech.sound import Source

Open = Callable[["Post"], "Source"]
"""Opens what is listened to; notices go to the given place. Raises SpeechError."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line; without ``path`` and ``piped`` the microphone."""

    once: bool = False
    as_json: bool = False
    session: str | None = None
    path: Path | None = None
    piped: bool = False
    speak: bool = True
    wake: bool = False
    skill_files: tuple[Path, ...] = ()


def listen(wishes: Wishes) -> int:
    """Hold a spoken conversation; return the exit code. Raises AssistantError."""
    with own_standard_error():
        chosen = doors.chosen_settings(terminal.aside)
        options = options_of(chosen, wishes)
        open_source = opener(chosen, wishes)
        manners = manners_of(chosen, wishes)
        with (
            doors.open_door(),
            doors.opened(chosen, wishes.skill_files, terminal.aside) as assistant,
        ):
            session = doors.session_of(assistant, wishes.session)
            aloud = manners.speak or manners.beep
            voice = devices.voice_if_any(chosen, terminal.aside) if aloud else None
            ears = _listener(open_source, chosen, options)
            return Conversation(assistant, session.id, ears, voice, manners).run()


def manners_of(chosen: Settings, wishes: Wishes) -> Manners:
    """Return how the conversation goes; a recording runs on while a voice speaks, so none does."""
    return Manners(
        wishes.once,
        wishes.as_json,
        speak=chosen.voice == "on" and wishes.speak and wishes.path is None,
        half_duplex=chosen.headphones == "off",
        beep=chosen.beeps == "on" and wishes.path is None,
    )


def options_of(chosen: Settings, wishes: Wishes) -> Options:
    """Return how to listen. Raises SpeechError where a wake word is wanted and none is set."""
    from assistant.speech.hearing.listener import Options
    from assistant.speech.hearing.marks import FILE as MARKS

    if wishes.wake and not chosen.wake_word:
        raise SpeechError("There is no wake word yet: assistant settings set wake_word PHRASE.")
    return Options(
        patience=chosen.patience,
        wake_word=chosen.wake_word if wishes.wake else "",
        wake_threshold=chosen.wake_threshold,
        marks=paths.home() / MARKS if wishes.wake else None,
    )


def opener(chosen: Settings, wishes: Wishes) -> Open:
    """Return what opens the source; a file is looked at right now. Raises SpeechError."""
    if wishes.path is not None:
        from assistant.speech.capture.source import FileSource

        recording = FileSource(wishes.path)
        return lambda _tell: recording
    if wishes.piped:
        from assistant.speech.capture.source import PcmSource

        # Unbuffered: a thread that still reads when the program ends must hold no lock.
        return lambda _tell: PcmSource(io.FileIO(0, closefd=False))
    from assistant.speech.capture.microphone import Microphone

    return lambda tell: Microphone(chosen.microphone, tell=tell)


def _listener(open_source: Open, chosen: Settings, options: Options) -> Callable[[Post], Listener]:
    from assistant.speech.hearing.listener import Listener

    def listener(post: Post) -> Listener:
        return Listener(
            lambda: open_source(post),
            lambda: devices.speech_model(chosen),
            post,
            options,
            lambda: devices.second_model(chosen, post),
        )

    return listener
