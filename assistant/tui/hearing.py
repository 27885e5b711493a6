"""Voice in the chat: a widget nobody sees, which owns the microphone's listener and the voice.

The listener's thread posts messages; everything here happens in the thread of the screen.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from textual import on
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from assistant.doors.devices import Devices, Ears, follow
from assistant.doors.meanwhile import OPENING, SPEAKING, Change
from assistant.doors.news import HEARD_NOTHING
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.speech.events import Changed, Event, Heard, Level, Notice, Partial, State, Woken
from assistant.tui import meter, wakemarks
from assistant.tui.loudspeaker import Loudspeaker
from assistant.tui.prompt import Prompt
from assistant.turn import Reply
from assistant.turn.hearing import Hearing, Sayable

if TYPE_CHECKING:
    from assistant.speech.hearing.listener import Mode

LEVELS = 10
"""Levels the meter shows: a second."""

NO_WAKE_WORD = 'There is no wake word: assistant settings set wake_word "hey computer".'


@dataclass
class Came(Message):
    """A listener told something."""

    event: Event
    run: int


@dataclass
class Silent(Message):
    """The voice has ended a reply, or was stopped."""

    number: int


class VoiceDoor(Widget):
    """Listens and speaks for the chat, and shows in the prompt's frame what it does."""

    @dataclass
    class Taken(Message):
        """Somebody has finished speaking; the words want an answer."""

        hearing: Hearing

    @dataclass
    class Told(Message):
        """Something to tell in one sentence."""

        text: str
        trouble: bool

    @dataclass
    class Opened(Message):
        """The microphone is being opened: the listener wants to know what can be said."""

    shown: reactive[meter.Shown] = reactive("idle")
    """What the frame of the prompt says."""

    thinking: reactive[bool] = reactive(False)
    """Whether something that was spoken is being answered."""

    def __init__(self, settings: Settings, devices: Devices, aloud: bool) -> None:
        """Open nothing yet; ``aloud`` lets spoken requests be answered so in any case."""
        super().__init__(id="voice")
        self._settings = settings
        self._devices = devices
        self._aloud = aloud
        self._ears: Ears | None = None
        self._run = 0
        self._model = cache(lambda: devices.model(self._settings))
        self._anew = False
        self._mode: Mode | None = None
        self._state: meter.Shown = "idle"
        self._paused = False
        self._beep_due = False
        self._score: float | None = None
        self._levels = deque([meter.QUIET] * LEVELS, maxlen=LEVELS)
        self._left = 1.0
        self._drawn = Content(""), Content("")
        self.loudspeaker = Loudspeaker(
            lambda: devices.voice(self._settings, self._post), self._ended, self._trouble
        )

    @property
    def prompt(self) -> Prompt:
        """Return the line the words appear in."""
        return self.screen.query_one(Prompt)

    @property
    def open(self) -> bool:
        """Tell whether there is a listener that wants to know what can be said."""
        return self._ears is not None

    def on_mount(self) -> None:
        """Watch what is typed while somebody speaks."""
        self.prompt.when_touched = self.touched
        self.prompt.when_entered = self.entered
        self.draw()

    def close(self) -> None:
        """Be silent, and let go of the microphone."""
        self.loudspeaker.close()
        self._mode = None
        if self._ears is not None:
            self._ears.close()
            self._ears = None

    def talk(self) -> None:
        """Begin to listen for one request; the second time take what was said."""
        if self._mode is None:
            self._begin("once")
        else:
            self.finish()

    def hands_free(self) -> None:
        """Listen until told otherwise, or be told otherwise."""
        if self._mode == "hands_free":
            self._end()
        else:
            self._begin("hands_free")

    def finish(self) -> None:
        """Take what was said so far."""
        if self._ears is not None:
            self._ears.finish()

    def entered(self) -> None:
        """Enter with nothing typed: take what was said, or go on after a pause."""
        if self._paused:
            self._begin("hands_free")
        else:
            self.finish()

    def touched(self) -> None:
        """Somebody types: nothing is sent, the words can be edited, hands-free pauses."""
        paused = self._mode == "hands_free"
        self._end(keep=True)
        self._paused = paused
        self._show()

    def hush(self) -> bool:
        """Be silent at once; tell whether there was a voice."""
        spoke = self.loudspeaker.stop()
        if spoke:
            self._hear_again()
        return spoke

    def leave(self) -> bool:
        """Stop the voice, else drop what is being said, else end; tell whether there was any."""
        if self.hush():
            return True
        if self._state == "hearing" and self._mode == "hands_free":
            self._end()
            self._begin("hands_free")
        elif self._mode is not None or (self._paused and not self.prompt.value):
            self._end()
        else:
            return False
        return True

    def expect(self, sayable: Sayable) -> None:
        """Tell the listener what can be said now."""
        if self._ears is not None:
            self._ears.expect(sayable)

    def answered(self, reply: Reply, *, spoken: bool) -> None:
        """Read a reply aloud where that is wanted; then hands-free goes on after a pause."""
        self.thinking = False
        if self._settings.voice == "on" or (spoken and self._aloud):
            self._speak(reply)
        else:
            self._hear_again()

    def rang(self, message: str) -> None:
        """Say an alarm aloud while hands-free, unless somebody speaks."""
        aloud = self._aloud or self._settings.voice == "on"
        if aloud and self._mode == "hands_free" and self._state != "hearing":
            self._speak(Reply(message))

    def mark(self, kind: Literal["missed", "false"]) -> None:
        """Move the threshold of the wake word, which was missed or heard where nobody said it."""
        if not self._settings.wake_word:
            self._trouble(NO_WAKE_WORD)
            return
        try:
            marked, told = wakemarks.mark(self._settings, kind, self._score)
        except AssistantError as error:
            self._trouble(str(error))
            return
        self.post_message(self.Told(told, trouble=False))
        self.follow(Change(frozenset(("wake_threshold",)), marked))

    def follow(self, change: Change) -> None:
        """Listen and speak as the settings say now, from the next request on."""
        self._settings = change.now
        if change.any_of(SPEAKING):
            self.loudspeaker.renew()
        if change.any_of(("recognizer", "speech_model")):
            self._model = cache(lambda: self._devices.model(self._settings))
        if change.any_of(OPENING):
            self._anew = self._ears is not None
            self._open_anew_if_due()
        elif self._ears is not None:
            follow(self._ears, change, self._post)
        self._show()

    def _begin(self, mode: Mode) -> None:
        """Open the microphone."""
        self._end()
        self._open_anew_if_due()
        self.loudspeaker.stop()
        self._run += 1
        try:
            if self._ears is None:
                self._ears = self._devices.ears(self._settings, self._post, self._model)
            self._mode, self._state, self._beep_due = mode, "opening", True
            self.prompt.focus()
            self.prompt.listen()
            self._ears.mute(False)
            self._ears.start(mode)
            if self._aloud or self._settings.voice == "on":
                self.loudspeaker.warm()
        except AssistantError as error:
            self._end()
            self._trouble(str(error))
        self.post_message(self.Opened())
        self._show()

    def _post(self, event: Event) -> None:
        """Take an event from the listener's thread, with the number of the run it belongs to."""
        self.post_message(Came(event, self._run))

    def _end(self, *, keep: bool = False) -> None:
        """Close the microphone; ``keep`` leaves the words so far in the prompt."""
        if self._mode is not None and self._ears is not None:
            self._ears.stop()
        self._mode, self._state, self._paused = None, "idle", False
        self.prompt.type_on(keep=keep)
        self._show()

    def _open_anew_if_due(self) -> None:
        """Take a listener with the settings as they are now, unless somebody speaks."""
        if not self._anew or self._state == "hearing":
            return
        mode, paused, self._anew = self._mode, self._paused, False
        if self._ears is not None:
            self._end()
            self._ears.close()
            self._ears = None
        if mode is not None:
            self._begin(mode)
        self._paused = paused

    @on(Came)
    def _came(self, message: Came) -> None:
        message.stop()
        if isinstance(message.event, Notice):
            self.post_message(self.Told(message.event.text, message.event.trouble))
        elif message.run == self._run and self._ears is not None:
            self._hear(message.event)

    def _hear(self, event: Event) -> None:
        match event:
            case Changed(state):
                self._change(state)
            case Level(decibels, left):
                self._levels.append(decibels)
                self._left = left
                self.draw()
            case Partial(text) if self._mode is not None:
                self.prompt.hear(text)
            case Heard(hearing) if self._mode is not None:
                self._take(hearing)
            case Woken(_, score):
                self._score = score
                self._beep_due = True
                self.hush()
            case _:
                pass

    def _change(self, state: State) -> None:
        if state == "idle":
            if self._ears is not None and self._ears.mode is None and self._mode is not None:
                self._mode = None
                self._end()
            return
        if self._mode is None:
            return
        self._state = state
        if state == "hearing":
            # Ears that are muted hear nobody; those that are not wear headphones.
            self.hush()
        else:
            self.prompt.hear("")
            self._open_anew_if_due()
        self._show()
        self._beep_if_due()

    def _take(self, hearing: Hearing) -> None:
        once = self._mode == "once"
        self.prompt.hear("")
        if once:
            self._mode = None
            self._end()
        if hearing.text:
            self._beep("end")
            self._beep_due = not once
            self.post_message(self.Taken(hearing))
        elif once:
            self.post_message(self.Told(HEARD_NOTHING, trouble=False))

    def _speak(self, reply: Reply) -> None:
        if self._settings.headphones == "off" and self._ears is not None:
            self._ears.mute(True)
        if not self.loudspeaker.speak(reply):
            self._hear_again()
        self._show()

    @on(Silent)
    def _silent(self, message: Silent) -> None:
        message.stop()
        if self.loudspeaker.over(message.number):
            self._hear_again()

    def _hear_again(self) -> None:
        """Nothing is spoken any more: the ears may hear."""
        if self._ears is not None:
            self._ears.mute(False)
        if self._paused and not self.prompt.value:
            self._begin("hands_free")
        self._show()
        self._beep_if_due()

    def _beep_if_due(self) -> None:
        if self._beep_due and self.shown == "listening":
            self._beep_due = False
            self._beep("start")

    def _beep(self, kind: Literal["start", "end"]) -> None:
        if self._settings.beeps == "on":
            self.loudspeaker.beep(kind)

    def _ended(self, number: int) -> None:
        """Tell, from the thread of the voice, that a reply is over."""
        self.post_message(Silent(number))

    def _trouble(self, text: str) -> None:
        self.post_message(self.Told(text, trouble=True))

    def watch_thinking(self) -> None:
        """Show it, while there is anything to show it on: a thought may end after the screen."""
        if self.is_attached:
            self._show()

    def _show(self) -> None:
        if self._state == "hearing":
            self.shown = "hearing"
        elif self.loudspeaker.speaking:
            self.shown = "speaking"
        elif self.thinking:
            self.shown = "thinking"
        else:
            self.shown = "paused" if self._paused else self._state
        self.prompt.invite(meter.INVITATIONS.get(self.shown, "…") if self._mode else "")
        self.draw()

    def draw(self) -> None:
        """Show it all in the prompt's frame."""
        prompt, columns = self.prompt, self.app.size.width
        hint = meter.hint(self.shown, self._mode, self._settings)
        title = meter.title(self.shown, self._levels, hint, columns)
        waits = self.shown == "hearing"
        silence = meter.silence(self._left, columns) if waits else Content("")
        # Ten times a second in silence the same would be drawn.
        if (title, silence) != self._drawn:
            self._drawn = title, silence
            prompt.border_title, prompt.border_subtitle = title, silence
