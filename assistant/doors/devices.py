"""What a door needs of a microphone and a loudspeaker, and how it comes by them when asked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from assistant import paths
from assistant.doors.meanwhile import LISTENING, Change
from assistant.settings import Settings
from assistant.speech.events import Notice

if TYPE_CHECKING:
    from assistant.speech.events import Event
    from assistant.speech.hearing.listener import Mode
    from assistant.speech.hearing.options import Options
    from assistant.speech.recognizer import SpeechModel
    from assistant.speech.second import SecondModel
    from assistant.speech.sound import Source
    from assistant.turn import Reply
    from assistant.turn.hearing import Sayable

log = logging.getLogger(__name__)

Post = Callable[["Event"], object]
"""Takes what a listener tells; called in the listener's thread."""


class Ears(Protocol):
    """A ``Listener``, as far as the chat knows it."""

    @property
    def mode(self) -> Mode | None:
        """Tell how it listens; None while it does not."""

    def start(self, mode: Mode) -> None:
        """Open the microphone."""

    def finish(self) -> None:
        """Take what was said so far."""

    def stop(self) -> None:
        """Drop what was said and close the microphone."""

    def expect(self, sayable: Sayable) -> None:
        """Hear what can be said now better."""

    def change(
        self, options: Options, open_second: Callable[[], SecondModel | None] | None = None
    ) -> None:
        """Listen otherwise from the next stretch of speech on."""

    def mute(self, on: bool) -> None:
        """Hear nothing while a reply is spoken."""

    def close(self) -> None:
        """Stop, and wait for the thread."""


class Speaker(Protocol):
    """A ``Voice``, as far as the chat knows it."""

    @property
    def found(self) -> bool:
        """Tell whether this system has a voice."""

    @property
    def speaking(self) -> bool:
        """Tell whether a reply is being read aloud."""

    def warm(self) -> None:
        """Begin to load the voice, so that the first reply is soon heard."""

    def speak(self, reply: Reply, done: Callable[[], object] | None = None) -> None:
        """Begin to read a reply aloud; ``done`` is called in a thread when that is over."""

    def stop(self) -> None:
        """Be silent at once."""

    def beep(self, kind: Literal["start", "end"]) -> None:
        """Give a short tone."""

    def close(self) -> None:
        """Be silent, and end what is kept warm."""


def listener(settings: Settings, post: Post, open_model: Callable[[], SpeechModel]) -> Ears:
    """Return a listener to the microphone of the settings; nothing is opened yet."""
    from assistant.speech.capture.microphone import Microphone
    from assistant.speech.hearing.listener import Listener

    def open_source() -> Source:
        return Microphone(settings.microphone, tell=post)

    second = partial(second_model, settings, post)
    return Listener(open_source, open_model, post, options_of(settings), second)


def options_of(settings: Settings, *, wake: bool = True) -> Options:
    """Return how to listen; ``wake`` lets it wait for the wake word where there is one."""
    from assistant.speech.hearing.marks import FILE as MARKS
    from assistant.speech.hearing.options import Options

    return Options(
        patience=settings.patience,
        wake_word=settings.wake_word if wake else "",
        wake_threshold=settings.wake_threshold,
        marks=paths.home() / MARKS if wake else None,
    )


def follow(ears: Ears, change: Change, post: Post, *, wake: bool = True) -> None:
    """Let a listener listen as was set meanwhile; another second hearing is loaded beside it."""
    if not change.any_of(LISTENING):
        return
    second = partial(second_model, change.now, post) if "second_hearing" in change.names else None
    ears.change(options_of(change.now, wake=wake), second)


def speech_model(settings: Settings) -> SpeechModel:
    """Load the speech model of the settings, or a package's. Raises SpeechError with the mend."""
    import os

    from assistant.speech import recognizers
    from assistant.speech.models.shelf import find
    from assistant.speech.models.vosk import VoskModel

    if settings.recognizer != recognizers.OURS:
        return recognizers.brought(settings.recognizer, settings)
    return VoskModel(find(settings.speech_model, os.environ, paths.user_models()))


def second_model(settings: Settings, post: Post) -> SecondModel | None:
    """Load what hears an utterance again; where it can't be used that is posted, and there is none.

    A package's recognizer is heard as it is.
    """
    from assistant.errors import SpeechError
    from assistant.speech import recognizers
    from assistant.speech.events import Notice
    from assistant.speech.whisper import shelf

    if settings.recognizer != recognizers.OURS:
        return None
    try:
        return shelf.opened(settings.second_hearing)
    except SpeechError as error:
        post(Notice(f"I hear less well: {error}", trouble=True))
    except Exception as error:  # without it one still hears
        log.exception("no second hearing")
        told = f"the second hearing can't be loaded ({type(error).__name__}): see the log."
        post(Notice(f"I hear less well: {told}", trouble=True))
    return None


def voice(settings: Settings, post: Post) -> Speaker:
    """Return the voice of the settings, which posts what goes wrong."""
    from assistant.speech.speaking.voice import Manner, Voice

    manner = Manner(settings.voice_name, settings.voice_rate, settings.voice_volume)
    return Voice(manner, post, folder=settings.voice_folder)


def voice_if_any(
    settings: Settings, tell: Callable[[str], object]
) -> Callable[[Post], Speaker] | None:
    """Return how to open the voice of the settings; where there is none, None, and that is told."""
    if not voice(settings, lambda _event: None).found:
        tell(no_voice())
        return None
    return lambda post: _warmed(settings, post)


def _warmed(settings: Settings, post: Post) -> Speaker:
    """Return the voice of the settings, which loads while nothing is said yet."""
    opened = voice(settings, post)
    opened.warm()
    return opened


def aloud(settings: Settings, text: str) -> str:
    """Speak a text to its end with the settings; return what went wrong, empty if nothing did."""
    from assistant.turn import Reply

    troubles: list[Event] = []
    speaker = voice(settings, troubles.append)
    if not speaker.found:
        return no_voice()
    over = threading.Event()
    try:
        speaker.speak(Reply(text), over.set)
        while not over.wait(0.2):  # in pieces, so that Ctrl-C is seen
            pass
    finally:
        speaker.close()
    return " ".join(event.text for event in troubles if isinstance(event, Notice))


def no_voice() -> str:
    """Return the sentence for a system without a voice."""
    from assistant.speech.speaking.voice import no_voice as sentence

    return sentence()


@dataclass(frozen=True)
class Devices:
    """How the chat opens them, each on first use."""

    ears: Callable[[Settings, Post, Callable[[], SpeechModel]], Ears] = field(default=listener)
    model: Callable[[Settings], SpeechModel] = field(default=speech_model)
    voice: Callable[[Settings, Post], Speaker] = field(default=voice)
