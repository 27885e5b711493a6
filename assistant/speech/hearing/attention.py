"""Frames of sound one after the other: who sleeps wakes, who speaks is heard to his end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.errors import SpeechError
from assistant.speech.events import Changed, Event, Heard, Level, Notice, Partial, State, Woken
from assistant.speech.hearing import marks
from assistant.speech.hearing.ears import Ears
from assistant.speech.hearing.endpointing import STILL, Decision, Endpointer, Preroll
from assistant.speech.hearing.gate import Gate
from assistant.speech.hearing.sleeping import AWAKE_SECONDS, Sleep, Waking
from assistant.speech.memory import Spare
from assistant.speech.sound import FRAME_SECONDS, Frame
from assistant.turn.hearing import Hearing, Sayable

if TYPE_CHECKING:
    from assistant.speech.hearing.again import Second
    from assistant.speech.hearing.options import Options
    from assistant.speech.recognizer import SpeechModel
    from assistant.speech.second import SecondModel

LEVEL_FRAMES = 3
"""Frames between two levels told: about ten a second."""

PAUSE_FRAMES = 7
"""Frames of silence after which what was said is heard again, as it may be all: 0.22 s."""


class Attention:
    """What one frame after the other makes of the silence; in the listener's thread only."""

    def __init__(
        self,
        model: SpeechModel,
        options: Options,
        post: Callable[[Event], object],
        second: Second | None = None,
    ) -> None:
        """Listen, or wait for the wake word of the options.

        Raises SpeechError where that has words the model doesn't know.
        """
        self._post = post
        self._model = model
        self._options = options
        self._second = second
        self._sleep = _sleep(model, options, second)
        self._gate = Gate()
        self._ears = Ears(model, second=second)
        self._pause = 0
        self._endpointer = Endpointer(options.patience)
        self._preroll = Preroll()
        self._sayable: Sayable | None = None
        self._state: State = "asleep" if self._sleep is not None else "listening"
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
        if self._options.closed:
            self._ears.expect(sayable.sentences, sayable.graph)
            self._ears.expect_again(sayable)
        if self._sleep is not None:
            self._sleep.expect(sayable)
            self._rest()

    def follow(self, options: Options, second: Second | None) -> None:
        """Listen as it was chosen meanwhile, unless somebody is speaking."""
        if self._endpointer.speaking:
            return
        if second is not self._second:
            if self._second is not None:
                self._second.close()
            self._second = second
            self._ears.change(second)
            if self._sleep is not None:
                self._sleep.judge_by(_model_of(second))
            if self._sayable is not None and self._options.closed:
                self._ears.expect_again(self._sayable)
        if options != self._options:
            before, self._options = self._options, options
            self._endpointer.patience = options.patience
            self._follow_wake(before, options)

    def _follow_wake(self, before: Options, options: Options) -> None:
        """Wait for another wake word, for none, or be more or less sure of the same."""
        if options.wake_word == before.wake_word:
            if self._sleep is not None:
                self._sleep.threshold = options.wake_threshold
            return
        try:
            sleep = _sleep(self._model, options, self._second)
            self.tell_slept()
        except SpeechError as error:
            self._post(Notice(str(error), trouble=True))
            return
        self._sleep = sleep
        if sleep is not None and self._sayable is not None:
            sleep.expect(self._sayable)
        self._forget()
        self._rest()

    def tell_slept(self) -> None:
        """Write down for how long the wake word was waited for."""
        if self._sleep is not None and self._options.marks is not None:
            marks.listened(self._options.marks, self._sleep.phrase, self._sleep.seconds)

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


def _sleep(model: SpeechModel, options: Options, second: Second | None) -> Sleep | None:
    """Return what waits for the wake word, where there is one."""
    if not options.wake_word:
        return None
    return Sleep(model, options.wake_word, options.wake_threshold, _model_of(second))


def _model_of(second: Second | None) -> SecondModel | None:
    return second.model if second is not None else None
