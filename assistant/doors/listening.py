"""What is listened to and how, as the settings and the wishes of the command line say."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.doors import devices, terminal
from assistant.doors import opening as doors
from assistant.doors.logs import own_standard_error
from assistant.doors.meanwhile import LISTENING, LOOKS, MANNERS, SPEAKING, Watched
from assistant.doors.spoken import Conversation, Manners, Meanwhile
from assistant.errors import SpeechError

if TYPE_CHECKING:
    from assistant.doors.devices import Ears, Speaker
    from assistant.doors.spoken import Follow, Post
    from assistant.settings import Settings
    from assistant.speech.hearing.listener import Listener
    from assistant.speech.hearing.options import Options
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
        follow = follower(chosen, wishes)
        options = options_of(chosen, wishes)
        open_source = opener(chosen, wishes)
        manners = manners_of(chosen, wishes)
        with (
            doors.open_door(),
            doors.opened(chosen, wishes.skill_files, terminal.aside) as assistant,
        ):
            session = doors.session_of(assistant, wishes.session)
            ears = _listener(open_source, chosen, options)
            voice = _voice(chosen, manners)
            return Conversation(assistant, session.id, ears, voice, manners, follow).run()


def follower(chosen: Settings, wishes: Wishes) -> Follow:
    """Return what lets a conversation go on as was set meanwhile by another program."""
    followed = (*LISTENING, *SPEAKING, *MANNERS, *LOOKS)  # it has no looks
    watched = Watched(chosen, followed)
    word = chosen.wake_word  # without one it would not be waited for

    def follow(ears: Ears, post: Post) -> Meanwhile | None:
        nonlocal word
        change = watched.look()
        if change is None:
            return None
        if wishes.wake and not change.now.wake_word:
            change = replace(change, now=replace(change.now, wake_word=word))
        word = change.now.wake_word
        devices.follow(ears, change, post, wake=wishes.wake)
        manners = manners_of(change.now, wishes)
        if not change.any_of((*SPEAKING, "voice", "beeps")):
            return Meanwhile(change.told, manners)
        return Meanwhile(change.told, manners, True, _voice(change.now, manners))

    return follow


def _voice(chosen: Settings, manners: Manners) -> Callable[[Post], Speaker] | None:
    """Return how to open a voice, where one is needed; where there is none, that is told."""
    aloud = manners.speak or manners.beep
    return devices.voice_if_any(chosen, terminal.aside) if aloud else None


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
    if wishes.wake and not chosen.wake_word:
        raise SpeechError("There is no wake word yet: assistant settings set wake_word PHRASE.")
    return devices.options_of(chosen, wake=wishes.wake)


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
