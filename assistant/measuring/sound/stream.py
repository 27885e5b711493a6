"""Recordings played to a listener as if somebody spoke, but faster: for measurements.

The listener's thread waits while one answers, as it waits for a microphone in life.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, cycle, islice

from assistant.errors import SpeechError
from assistant.speech.events import Changed, Event, Heard, Notice, State
from assistant.speech.hearing.listener import Listener
from assistant.speech.hearing.options import Options
from assistant.speech.recognizer import SpeechModel
from assistant.speech.second import SecondModel
from assistant.speech.sound import FRAME_SECONDS, SAMPLES, Frame
from assistant.turn.hearing import Hearing, Sayable

BEFORE, AFTER, LONGEST = 0.6, 1.2, 12.0
"""Seconds of a quiet room before a recording, after it, and at most until all of it is taken."""

LIVELY = 0.5
"""Seconds at the end of a recording from which on it is as slow as life, where that is asked for:
what is worked out in the silence has the time for it that it has there."""

HISS = 8
"""The greatest sample of a quiet room."""

Answer = Callable[[Hearing], object]


class Stream:
    """A listener that stays open; ``hear`` plays it one recording and returns when it is done."""

    def __init__(
        self,
        model: SpeechModel,
        options: Options | None = None,
        second: SecondModel | None = None,
    ) -> None:
        """Begin to listen; what was said is heard a second time where there is something to."""
        self._source = _Playlist(self._is_settled)
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._answered = threading.Event()
        self._state: State = "idle"
        self._listener = Listener(
            lambda: self._source,
            lambda: model,
            self._post,
            options or Options(),
            lambda: second,
        )
        self._listener.start("hands_free")

    @property
    def frames(self) -> int:
        """Return how many frames were played, those of the quiet room included."""
        return self._source.count

    @property
    def seconds(self) -> float:
        """Return their seconds."""
        return self._source.count * FRAME_SECONDS

    @property
    def lost(self) -> int:
        """Return how many of them the listener was told to be lost."""
        return self._source.lost

    def expect(self, sayable: Sayable) -> None:
        """Set what can be said from the next recording on."""
        self._listener.expect(sayable)

    def hear(self, sound: Sequence[Frame], answer: Answer, *, lively: bool = False) -> None:
        """Play a recording; ``answer`` is called here with each utterance. Raises SpeechError.

        ``lively``: its end and the silence after it last as long as they do.
        """
        self._source.play(sound, self._events, lively=lively)
        while (event := self._events.get()) is not None:
            if isinstance(event, Heard):
                answer(event.hearing)
                self._answered.set()
            elif isinstance(event, Notice) and event.trouble:
                raise SpeechError(event.text)
            elif isinstance(event, Changed) and event.state == "idle":
                raise SpeechError("The listener has ended: see the log.")

    def close(self) -> None:
        """Stop listening."""
        self._answered.set()
        self._listener.close()

    def _is_settled(self) -> bool:
        """Tell whether nothing is being said."""
        return self._state in ("listening", "asleep", "idle")

    def _post(self, event: Event) -> None:
        if isinstance(event, Changed):
            self._state = event.state
        self._events.put(event)
        if isinstance(event, Heard):
            self._answered.wait()
            self._answered.clear()


class _Playlist:
    """What is played, as a ``sound.Source``; in the listener's thread but for ``play``."""

    live = False
    lost = 0
    name = "recordings"

    def __init__(self, is_settled: Callable[[], bool]) -> None:
        self._is_settled = is_settled
        self._sounds: queue.Queue[tuple[Sequence[Frame], queue.Queue[Event | None], bool] | None]
        self._sounds = queue.Queue()
        self._room = cycle(quiet(2.0))
        self.count = 0

    def play(
        self, sound: Sequence[Frame], done: queue.Queue[Event | None], *, lively: bool
    ) -> None:
        """Let a recording be the next; None is put into ``done`` after it."""
        self._sounds.put((sound, done, lively))

    def frames(self) -> Iterator[Frame]:
        """Yield the recordings with a quiet room between."""
        while (wanted := self._sounds.get()) is not None:
            sound, done, lively = wanted
            for frame in self._with_room(sound, lively):
                self.count += 1
                yield frame
            done.put(None)

    def close(self) -> None:
        """End it."""
        self._sounds.put(None)

    def _with_room(self, sound: Sequence[Frame], lively: bool) -> Iterator[Frame]:
        yield from islice(self._room, round(BEFORE / FRAME_SECONDS))
        end = len(sound) - round(LIVELY / FRAME_SECONDS) if lively else len(sound)
        yield from sound[: max(end, 0)]
        last = chain(sound[max(end, 0) :], islice(self._room, round(AFTER / FRAME_SECONDS)))
        yield from _as_it_lasts(last) if lively else last
        for frame in islice(self._room, round((LONGEST - AFTER) / FRAME_SECONDS)):
            if self._is_settled():
                return
            yield frame


def _as_it_lasts(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Yield frames when a microphone would have them."""
    began = time.monotonic()
    for number, frame in enumerate(frames, start=1):
        time.sleep(max(began + number * FRAME_SECONDS - time.monotonic(), 0.0))
        yield frame


def quiet(seconds: float) -> list[Frame]:
    """Return the sound of a quiet room, the same every time."""
    chance = random.Random(0)
    samples = [chance.randint(-HISS, HISS) for _ in range(SAMPLES * round(seconds / FRAME_SECONDS))]
    sound = b"".join(each.to_bytes(2, "little", signed=True) for each in samples)
    return [sound[at : at + 2 * SAMPLES] for at in range(0, len(sound), 2 * SAMPLES)]
