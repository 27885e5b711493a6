"""Chats one talks to: a listener whose events are posted by hand, and a voice that says nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.pilot import Pilot

from assistant.conversation.assistant import Assistant
from assistant.doors.devices import Devices
from assistant.speech.events import Changed, Event, Heard, Level, Partial
from assistant.speech.hearing.options import Options
from assistant.tui.app import ChatApp
from assistant.turn import Reply, Utterance
from assistant.turn.hearing import Hearing, Hypothesis, Sayable, Word
from tests.chats import chat, texts, until

TAKEN = {
    "what time is is": "what time is it",
    "at milk and eggs to my shopping list": "add milk and eggs to my shopping list",
}
"""What the assistant of these tests takes for what was heard."""

SPOKEN = ("set a pasta timer for ten minutes", "at milk and eggs to my shopping list")
LOUDNESS = (-58.0, -44.0, -30.0, -21.0, -34.0, -26.0, -17.0, -29.0, -40.0)
"""What is said before a picture is taken, and how loud the words of the moment are."""


class ScriptedEars:
    """A listener with a real thread and a source, which hears what the test lets it hear."""

    def __init__(self, post: Callable[[Event], object]) -> None:
        self.post = post
        self.mode: str | None = None
        self.did: list[str] = []
        self.muted = False
        self.sayable: Sayable | None = None
        self.options: Options | None = None
        self.source_open = False
        self._over = threading.Event()
        self.thread = threading.Thread(target=self._over.wait, name="ears")
        self.thread.start()

    def start(self, mode: str) -> None:
        self.mode, self.source_open = mode, True
        self.did.append(f"start {mode}")
        self.post(Changed("listening"))

    def finish(self) -> None:
        if self.mode is not None:
            self.did.append("finish")

    def stop(self) -> None:
        self.mode, self.source_open = None, False
        self.did.append("stop")
        self.post(Changed("idle"))

    def expect(self, sayable: Sayable) -> None:
        self.sayable = sayable

    def mute(self, on: bool) -> None:
        self.muted = on

    def change(self, options: Options, open_second: Callable[[], object] | None = None) -> None:
        model = "the same model" if open_second is None else "another model"
        self.options = options
        self.did.append(f"change {options.wake_threshold:g} with {model}")

    def close(self) -> None:
        self.stop()
        self._over.set()
        self.thread.join(timeout=5)

    def begin(self, *partials: str) -> None:
        """Let somebody begin to speak."""
        self.post(Changed("hearing"))
        for words in partials:
            self.post(Partial(words))

    def end(self, text: str) -> None:
        """Let somebody have finished."""
        self.post(Level(-50.0, 0.3))
        once = self.mode == "once"
        if once:
            self.mode, self.source_open = None, False
        self.post(Heard(hearing(text)))
        self.post(Changed("idle" if once else "listening"))


class SilentVoice:
    """A voice that keeps what it was given, and goes on until it is told to end."""

    found = True

    def __init__(self) -> None:
        self.said: list[str] = []
        self.beeps: list[str] = []
        self.done: Callable[[], None] | None = None

    def speak(self, reply: Reply, done: Callable[[], None] | None = None) -> None:
        self.stop()
        self.said.append(reply.speech or reply.text)
        self.done = done

    def stop(self) -> None:
        self.end()

    def end(self) -> None:
        """Be through with it; in a thread, as a real one."""
        done, self.done = self.done, None
        if done is not None:
            threading.Thread(target=done).start()

    def close(self) -> None:
        self.stop()

    def warm(self) -> None:
        """Nothing is loaded."""

    def beep(self, kind: str) -> None:
        self.beeps.append(kind)


class Talk:
    """A chat with such ears and such a voice."""

    def __init__(self, voice: bool = False, **given: Any) -> None:
        self.opened: list[ScriptedEars] = []
        self.speaker = SilentVoice()
        self.fails: Exception | None = None
        self.app: ChatApp = chat(**given)
        self.app = ChatApp(
            self.app._worker._build,
            self.app.settings,
            "demo",
            devices=Devices(self._open, self._model, lambda *_given: self.speaker),
            voice=voice,
        )

    @property
    def ears(self) -> ScriptedEars:
        """Return the listener that was opened last."""
        return self.opened[-1]

    @property
    def state(self) -> str:
        """Return what the frame of the prompt says."""
        return str(self.app.prompt._border_title)

    async def shows(self, words: str) -> None:
        """Wait until the frame says so."""
        await until(lambda: words in self.state)

    def _open(self, _settings: object, post: Callable[[Event], object], _model: object) -> Any:
        if self.fails is not None:
            raise self.fails
        self.opened.append(ScriptedEars(post))
        return self.opened[-1]

    def _model(self, _settings: object) -> Any:
        raise AssertionError("scripted ears need no model")


async def converse(talk: Talk) -> None:
    """Speak until the picture is worth taking: two turns, and a third that is being said."""
    await talk.shows("listening")
    for count, words in enumerate(SPOKEN, 1):
        talk.ears.begin(words)
        talk.ears.end(words)
        await until(lambda said=count: len(talk.speaker.said) == said)
        talk.speaker.end()
        await talk.shows("listening")
    talk.ears.begin("remind me to water", "remind me to water the tomatoes tomorrow at")
    for decibels in LOUDNESS:
        talk.ears.post(Level(decibels, 1.0))
    talk.ears.post(Level(-52.0, 0.62))
    await until(lambda: "tomorrow at" in talk.app.prompt.value)
    await asyncio.sleep(0.3)


async def type_over(pilot: Pilot[None], text: str) -> None:
    """Type a sentence whether or not it listens, send it, and wait for its answer."""
    app = pilot.app
    assert isinstance(app, ChatApp)
    before = len(texts(app))
    await pilot.press(*text[:1])
    app.prompt.value = text
    await pilot.press("enter")
    await until(lambda: len(texts(app)) > before)


def hearing(text: str) -> Hearing:
    """Return what both ears took for a sentence, a word every third of a second."""
    words = tuple(Word(w, i * 0.3, i * 0.3 + 0.25, 0.9) for i, w in enumerate(text.split()))
    hypotheses = (Hypothesis(text, 100.0, "open", 0.9),) if text else ()
    return Hearing(hypotheses, datetime.now(UTC), words, len(words) * 0.3, "silence")


def choose(_assistant: Assistant, heard: Hearing, _session_id: int) -> Utterance:
    """Take one of the sentences that are known here for what was heard."""
    taken = TAKEN.get(heard.text, heard.text)
    return Utterance(
        taken,
        heard.heard_at,
        "voice",
        0.83,
        ("what time was it",) if taken != heard.text else (),
        heard.words,
        heard.text if taken != heard.text else "",
    )


def choose_simply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let assistants take what was heard, but for ``TAKEN``."""
    monkeypatch.setattr(Assistant, "heard", choose, raising=False)
    sayable = Sayable(("what time is it",))
    monkeypatch.setattr(Assistant, "sayable", lambda *_given: sayable, raising=False)
