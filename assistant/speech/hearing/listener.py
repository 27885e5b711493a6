"""Listens: sound, gate, ears and endpoint joined in one thread, which tells doors by events."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Literal

from assistant.errors import AssistantError
from assistant.speech.events import Changed, Event, Notice
from assistant.speech.hearing.attention import Attention
from assistant.speech.hearing.options import Options
from assistant.speech.hearing.seconds import Seconds
from assistant.speech.sound import FRAME_SECONDS, Frame, Source
from assistant.system.memory import give_back
from assistant.turn.hearing import Sayable

if TYPE_CHECKING:
    from assistant.speech.recognizer import SpeechModel
    from assistant.speech.second import SecondModel

Mode = Literal["once", "hands_free"]

PATIENCE_ONCE = 10.0
"""Seconds in which somebody must begin to speak where one utterance is waited for."""

TAIL_SECONDS = 0.25
"""Sound that is passed over after a reply was spoken: its last echo."""

log = logging.getLogger(__name__)


class Listener:
    """Opens the source when it is started, in a thread of its own; ``post`` is called there."""

    def __init__(
        self,
        open_source: Callable[[], Source],
        open_model: Callable[[], SpeechModel],
        post: Callable[[Event], object],
        options: Options = Options(),  # noqa: B008 - frozen
        open_second: Callable[[], SecondModel | None] = lambda: None,
    ) -> None:
        self.options = options
        self._open_source = open_source
        self._open_model = open_model
        self._seconds = Seconds(open_second)
        self._post = post
        self._model: SpeechModel | None = None
        self._sayable = Sayable()
        self._lock = threading.Lock()
        self._listening: _Stretch | None = None
        self._thread: threading.Thread | None = None
        self._muted = threading.Event()

    @property
    def mode(self) -> Mode | None:
        """Return how it listens now, None while it does not."""
        listening = self._listening
        return listening.mode if listening is not None else None

    def start(self, mode: Mode) -> None:
        """Begin to listen: for one utterance, or for one after the other."""
        self.stop()
        listening = _Stretch(mode)
        self._listening = listening
        self._thread = threading.Thread(
            target=self._run, args=(listening, self._thread), name="listener", daemon=True
        )
        self._thread.start()

    def finish(self) -> None:
        """Take what was said so far as finished."""
        if self._listening is not None:
            self._listening.take.set()

    def stop(self) -> None:
        """Drop what was said and close the source."""
        listening = self._listening
        if listening is not None:
            listening.end()

    def expect(self, sayable: Sayable) -> None:
        """Set what can be said from the next stretch of speech on; from any thread."""
        with self._lock:
            self._sayable = sayable

    def change(
        self, options: Options, open_second: Callable[[], SecondModel | None] | None = None
    ) -> None:
        """Listen otherwise from the next stretch of speech on; from any thread.

        Another second hearing, where one is given, is loaded meanwhile.
        """
        with self._lock:
            self.options = options
        if open_second is not None:
            self._seconds.change(open_second)

    def mute(self, on: bool) -> None:
        """Hear nothing while a reply is spoken."""
        if on:
            self._muted.set()
        else:
            self._muted.clear()

    def close(self) -> None:
        """Stop, and wait until the thread has ended."""
        self.stop()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)
        self._thread = None
        self._seconds.close()
        self._model = None

    def _run(self, listening: _Stretch, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        try:
            self._listen(listening)
        except AssistantError as error:
            self._post(Notice(str(error), trouble=True))
        except Exception as error:
            log.exception("listening failed")
            kind = type(error).__name__
            self._post(Notice(f"Listening failed ({kind}: {error}): see the log.", trouble=True))
        finally:
            listening.end()
            if self._listening is listening:
                self._listening = None
            self._post(Changed("idle"))

    def _listen(self, listening: _Stretch) -> None:
        """Take frames until the end of the source, ``stop``, or the one utterance.

        The source is opened before the model is loaded: what is said meanwhile waits there.
        """
        source = self._open_source()
        listening.source = source
        hearing: Attention | None = None
        try:
            frames = self._frames(source, listening)
            first = next(frames, None)
            if listening.ended.is_set():
                return
            options = self._options(listening)
            post = listening.unless_ended(self._post)
            post(Changed("asleep" if options.wake_word else "listening"))
            self._seconds.load()
            if self._model is None:
                self._model = self._open_model()
            hearing = Attention(self._model, options, post, self._seconds.now)
            for frame in chain([first], frames):
                if self._take(hearing, frame, listening) and listening.mode == "once":
                    return
            if not listening.ended.is_set():
                hearing.end_of_sound()
        finally:
            source.close()
            self._seconds.drop()
            give_back()
            if hearing is not None:
                hearing.tell_slept()

    def _options(self, listening: _Stretch) -> Options:
        """Return how to listen now: for one utterance it sleeps never."""
        with self._lock:
            options = self.options
        return options if listening.mode == "hands_free" else replace(options, wake_word="")

    def _frames(self, source: Source, listening: _Stretch) -> Iterator[Frame | None]:
        """Yield the frames, None instead of those that are not to be heard."""
        deaf = 0
        for frame in source.frames():
            if listening.ended.is_set():
                return
            if self._muted.is_set():
                deaf = round(TAIL_SECONDS / FRAME_SECONDS)
            yield None if deaf else frame
            deaf = max(deaf - 1, 0)

    def _take(self, hearing: Attention, frame: Frame | None, listening: _Stretch) -> bool:
        """Hear a frame; tell whether an utterance was taken."""
        if frame is None:
            hearing.drop()
            return False
        with self._lock:
            sayable = self._sayable
        hearing.follow(self._options(listening), self._seconds.now)
        hearing.expect(sayable)
        if listening.take.is_set():
            listening.take.clear()
            return hearing.take("the key was pressed")
        taken = hearing.feed(frame)
        if not taken and listening.mode == "once" and hearing.idle_seconds > PATIENCE_ONCE:
            return hearing.take(f"nobody spoke for {PATIENCE_ONCE:.0f} seconds")
        return taken


class _Stretch:
    """One time of listening, as both threads see it."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.take = threading.Event()
        self.ended = threading.Event()
        self.source: Source | None = None

    def unless_ended(self, post: Callable[[Event], object]) -> Callable[[Event], object]:
        """Return what posts until it is ended: of what was dropped nothing is told."""
        return lambda event: None if self.ended.is_set() else post(event)

    def end(self) -> None:
        """Let it end soon; from any thread, and as often as one likes."""
        self.ended.set()
        source = self.source
        if source is not None:
            source.close()
