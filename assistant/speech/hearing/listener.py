"""Listens: sound, gate, ears and endpoint joined in one thread, which tells doors by events."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.errors import AssistantError
from assistant.speech.events import Changed, Event, Heard, Level, Notice, Partial, State, Woken
from assistant.speech.hearing import marks
from assistant.speech.hearing.again import Second
from assistant.speech.hearing.ears import Ears
from assistant.speech.hearing.endpointing import STILL, Decision, Endpointer, Preroll
from assistant.speech.hearing.gate import Gate
from assistant.speech.hearing.sleeping import AWAKE_SECONDS, Sleep, Waking
from assistant.speech.memory import Spare
from assistant.speech.sound import FRAME_SECONDS, Frame, Source
from assistant.turn.hearing import Hearing, Sayable

if TYPE_CHECKING:
    from assistant.speech.recognizer import SpeechModel
    from assistant.speech.second import SecondModel

Mode = Literal["once", "hands_free"]

LEVEL_FRAMES = 3
"""Frames between two levels told: about ten a second."""

PATIENCE_ONCE = 10.0
"""Seconds in which somebody must begin to speak where one utterance is waited for."""

PAUSE_FRAMES = 7
"""Frames of silence after which what was said is heard again, as it may be all: 0.22 s."""

TAIL_SECONDS = 0.25
"""Sound that is passed over after a reply was spoken: its last echo."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """How to listen. ``closed`` is whether to listen for what can be said now beside every word.

    Hands-free it sleeps until the wake word, where there is one; for how long is written to
    ``marks`` (see marks.py).
    """

    patience: float = 1.0
    wake_word: str = ""
    wake_threshold: float = 0.5
    closed: bool = True
    marks: Path | None = None


class Listener:
    """Opens the source when it is started, in a thread of its own; ``post`` is called there."""

    def __init__(
        self,
        open_source: Callable[[], Source],
        open_model: Callable[[], SpeechModel],
        post: Callable[[Event], object],
        options: Options = Options(),
        open_second: Callable[[], SecondModel | None] = lambda: None,
    ) -> None:
        self.options = options
        self._open_source = open_source
        self._open_model = open_model
        self._open_second = open_second
        self._second: Second | None = None
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
        if self._second is not None:
            self._second.close()
        self._model = self._second = None

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
        sleep: Sleep | None = None
        try:
            frames = self._frames(source, listening)
            first = next(frames, None)
            if listening.ended.is_set():
                return
            sleeps = listening.mode == "hands_free" and bool(self.options.wake_word)
            post = listening.unless_ended(self._post)
            post(Changed("asleep" if sleeps else "listening"))
            if self._model is None:
                second = self._open_second()
                self._second = Second(second) if second is not None else None
                self._model = self._open_model()
            sleep = self._sleep(self._model) if sleeps else None
            hearing = _Hearing(self._model, self.options, post, sleep, self._second)
            for frame in chain([first], frames):
                if self._take(hearing, frame, listening) and listening.mode == "once":
                    return
            if not listening.ended.is_set():
                hearing.end_of_sound()
        finally:
            source.close()
            if self._second is not None:
                self._second.drop()
            if sleep is not None and self.options.marks is not None:
                marks.listened(self.options.marks, sleep.phrase, sleep.seconds)

    def _sleep(self, model: SpeechModel) -> Sleep:
        """Return what waits for the wake word. Raises SpeechError where it has unknown words."""
        return Sleep(model, self.options.wake_word, self.options.wake_threshold)

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

    def _take(self, hearing: _Hearing, frame: Frame | None, listening: _Stretch) -> bool:
        """Hear a frame; tell whether an utterance was taken."""
        if frame is None:
            hearing.drop()
            return False
        with self._lock:
            sayable = self._sayable
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


class _Hearing:
    """What one frame after the other makes of the silence; in the listener's thread only."""

    def __init__(
        self,
        model: SpeechModel,
        options: Options,
        post: Callable[[Event], object],
        sleep: Sleep | None,
        second: Second | None,
    ) -> None:
        self._post = post
        self._sleep = sleep
        self._closed = options.closed
        self._gate = Gate()
        self._ears = Ears(model, second=second)
        self._pause = 0
        self._endpointer = Endpointer(options.patience)
        self._preroll = Preroll()
        self._sayable: Sayable | None = None
        self._state: State = "asleep" if sleep is not None else "listening"
        self._words = ""
        self._count = 0
        self._idle = 0
        self._spare = Spare()

    @property
    def _asleep(self) -> bool:
        return self._sleep is not None and self._sleep.asleep

    @property
    def idle_seconds(self) -> float:
        """Return for how long nobody has spoken."""
        return self._idle * FRAME_SECONDS

    def expect(self, sayable: Sayable) -> None:
        """Set what can be said, unless somebody is speaking."""
        if sayable is self._sayable or self._endpointer.speaking:
            return
        self._sayable = sayable
        self._endpointer.expect(sayable)
        if self._closed:
            self._ears.expect(sayable.sentences, sayable.graph)
            self._ears.expect_again(sayable)
        if self._sleep is not None:
            self._sleep.expect(sayable)
            self._rest()

    def feed(self, frame: Frame) -> bool:
        """Hear a frame; tell whether an utterance was taken."""
        self._spare.frame()
        speaking = self._endpointer.speaking
        probability = self._gate(frame)
        if self._sleep is not None and self._sleep.asleep:
            self._tell_level()
            waking = self._sleep.feed(frame, probability)
            return self._woken(self._sleep.phrase, waking) if waking is not None else False
        if speaking:
            self._hear(frame, spoken=probability >= STILL)
        else:
            self._preroll.push(frame)
            self._idle += 1
            self._tire()
        decision = self._endpointer.feed(probability, self._words)
        self._tell_level()
        return self._decided(decision) if decision is not None else False

    def take(self, reason: str) -> bool:
        """Take what was heard so far; tell whether it was listened to: asleep it wakes only."""
        if self._sleep is not None and self._sleep.asleep:
            self._sleep.wake()
            self._forget()
            self._rest()
            return False
        for frame in self._preroll.take() if not self._endpointer.speaking else ():
            self._ears.accept(frame, spoken=False)
        self._taken(reason)
        return True

    def end_of_sound(self) -> None:
        """Take what was being said when the sound ended."""
        if self._endpointer.speaking:
            self._taken("the sound ended")

    def drop(self) -> None:
        """Forget what is being said."""
        if self._endpointer.speaking or self._state not in ("asleep", "listening"):
            self._forget()
            self._rest()
        if self._sleep is not None:
            self._sleep.drop()
        self._preroll.take()
        self._idle = 0

    def _decided(self, decision: Decision) -> bool:
        if decision.kind == "start":
            self._change("hearing")
            for frame in self._preroll.take():
                self._hear(frame)
            return False
        if decision.kind == "noise":
            self._forget()
            self._rest()
            return False
        if decision.kind == "limit":
            self._post(Notice(f"I took what you said up to here: {decision.reason}."))
        self._taken(decision.reason)
        return True

    def _hear(self, frame: Frame, *, spoken: bool = True) -> None:
        words = self._ears.accept(frame, spoken=spoken)
        self._pause = 0 if spoken else self._pause + 1
        if self._pause >= PAUSE_FRAMES and words:
            self._ears.pause()
        if words != self._words:
            self._words = words
            self._post(Partial(words))

    def _taken(self, reason: str) -> None:
        hearing: Hearing = self._ears.finish(datetime.now(UTC).astimezone(), reason)
        self._forget()
        self._post(Heard(hearing))
        self._spare.used()
        if self._sleep is not None:
            self._sleep.sleep()
        self._rest()

    def _woken(self, phrase: str, waking: Waking) -> bool:
        """Wake, and hear what was said in the same breath; tell whether that is an utterance."""
        self._post(Woken(phrase, waking.score))
        self._forget()
        self._preroll.take()
        self._gate.reset()
        self._rest()
        return sum(self.feed(frame) for frame in waking.after) > 0

    def _tire(self) -> None:
        """Sleep again where nobody has spoken for long."""
        if self._sleep is not None and self.idle_seconds > AWAKE_SECONDS:
            self._sleep.sleep()
            self._rest()

    def _rest(self) -> None:
        """Wait for the wake word, or for speech."""
        self._change("asleep" if self._asleep else "listening")

    def _forget(self) -> None:
        self._ears.reset()
        self._endpointer.reset()
        self._words = ""
        self._idle = 0

    def _tell_level(self) -> None:
        self._count += 1
        if self._count % LEVEL_FRAMES == 0:
            self._post(Level(self._gate.decibels, self._endpointer.left))

    def _change(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self._post(Changed(state))
