"""Reads replies aloud by the best voice found, and stops at once."""

from __future__ import annotations

import logging
import platform
import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Literal

from assistant.errors import SpeechError
from assistant.speech.events import Notice
from assistant.speech.speaking.ahead import BrokeOffError
from assistant.speech.speaking.aloud import aloud
from assistant.speech.speaking.engines import Engine, Manner, Stays
from assistant.speech.speaking.installed import found, looked_in
from assistant.speech.speaking.places import piper_voices
from assistant.speech.speaking.player import Cut, LoudspeakerError, Player, tone
from assistant.turn import Reply

__all__ = ["Manner", "Voice", "choose", "no_voice", "shown"]

log = logging.getLogger(__name__)

INSTALL = {
    "apt-get": "sudo apt install espeak-ng",
    "dnf": "sudo dnf install espeak-ng",
    "pacman": "sudo pacman -S espeak-ng",
    "zypper": "sudo zypper install espeak-ng",
    "apk": "sudo apk add espeak-ng",
    "brew": "brew install espeak-ng",
}
"""How a voice is installed, by the program that does."""


class Voice:
    """Speaks one reply at a time, in a thread of its own; a new one cuts the old one off.

    ``tell`` is told, from that thread, what went wrong: each thing once. ``folder`` may have
    voices beside the usual ones.
    """

    def __init__(
        self,
        manner: Manner | None = None,
        tell: Callable[[Notice], object] = lambda _notice: None,
        engines: Sequence[Engine] | None = None,
        player: Player | None = None,
        folder: str = "",
    ) -> None:
        self._manner = manner or Manner()
        self._tell = tell
        self._folder = folder
        self._engines = list(found(folder) if engines is None else engines)
        self._player = Player() if player is None else player
        self._chosen: tuple[Engine, str] | None = None
        self._told: set[str] = set()
        self._lock = threading.Lock()
        self._choosing = threading.Lock()
        self._speech: Cut | None = None
        self._beep: Cut | None = None

    @property
    def found(self) -> bool:
        """Tell whether this system has a voice."""
        return bool(self._engines)

    @property
    def name(self) -> str:
        """Return the voice that speaks, as the list names it; empty without any."""
        chosen = self._choose()
        return shown(*chosen) if chosen else ""

    @property
    def player(self) -> str:
        """Return what plays the sounds."""
        return self._player.name

    @property
    def speaking(self) -> bool:
        """Tell whether a reply is being read."""
        return self._speech is not None

    def warm(self) -> None:
        """Begin to load the voice that will speak, and return at once; what fails is told then."""
        threading.Thread(target=self._load, daemon=True).start()

    def speak(self, reply: Reply, done: Callable[[], object] | None = None) -> None:
        """Begin to read a reply and return at once.

        ``done`` is called once, in another thread, when it has ended, was stopped or failed; of a
        reply that was cut off by the next, after that has begun.
        """
        self.stop()
        cut = Cut()
        with self._lock:
            self._speech = cut
        self._start(lambda: self._read(aloud(reply), cut), cut, done)

    def beep(self, kind: Literal["start", "end"], done: Callable[[], object] | None = None) -> None:
        """Begin to play a short tone and return at once."""
        cut = Cut()
        with self._lock:
            self._beep = cut
        sound = tone(kind).at(self._manner.volume)
        self._start(lambda: self._player.play([sound], cut), cut, done)

    def stop(self) -> None:
        """Be silent at once."""
        with self._lock:
            sounding, self._speech, self._beep = (self._speech, self._beep), None, None
        for cut in filter(None, sounding):
            cut.cut()

    def close(self) -> None:
        """Be silent, and end what engines keep warm."""
        self.stop()
        for engine in self._engines:
            engine.close()

    def _start(
        self, act: Callable[[], object], cut: Cut, done: Callable[[], object] | None
    ) -> None:
        threading.Thread(target=self._run, args=(act, cut, done), daemon=True).start()

    def _run(self, act: Callable[[], object], cut: Cut, done: Callable[[], object] | None) -> None:
        try:
            act()
        except SpeechError as error:
            self._trouble(str(error))
        except Exception:
            log.exception("the voice failed")
            self._trouble("The voice failed: assistant voice doctor.")
        finally:
            with self._lock:
                self._speech = None if self._speech is cut else self._speech
                self._beep = None if self._beep is cut else self._beep
            if done is not None:
                done()

    def _load(self) -> None:
        chosen = self._choose()
        if chosen is not None and isinstance(chosen[0], Stays):
            with suppress(SpeechError):
                chosen[0].make("Yes.", chosen[1], self._manner, Cut())

    def _read(self, text: str, cut: Cut) -> None:
        """Speak by the voice chosen; where its engine fails, the next reads what is left."""
        while text and not cut.done and (chosen := self._choose()) is not None:
            engine, voice = chosen
            try:
                engine.say(text, voice, self._manner, self._player, cut)
            except LoudspeakerError:
                raise
            except SpeechError as error:
                self._trouble(str(error))
                text = error.rest if isinstance(error, BrokeOffError) else text
                self._give_up(engine)
                continue
            return

    def _give_up(self, engine: Engine) -> None:
        """Go on without an engine; whose voice was wanted is no question any more."""
        if engine in self._engines:
            self._engines.remove(engine)
        engine.close()
        self._chosen = (self._engines[0], "") if self._engines else None

    def _choose(self) -> tuple[Engine, str] | None:
        with self._choosing:
            if self._chosen is None and self._engines:
                chosen = choose(self._manner.name, self._engines)
                if chosen is None:
                    self._trouble(self._missing(self._manner.name))
                self._chosen = chosen or (self._engines[0], "")
            return self._chosen

    def _missing(self, name: str) -> str:
        """Return the sentence for a voice that is wanted and not there, or not whole."""
        _, wrong = piper_voices(looked_in(self._folder))
        for each in wrong:
            if name.casefold() in (each.name.casefold(), f"piper/{each.name}".casefold()):
                return each.told
        return (
            f"There is no voice “{name}”, so {self._engines[0].name} reads: "
            "assistant voice list shows those there are."
        )

    def _trouble(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._tell(Notice(text, trouble=True))


def choose(name: str, engines: Sequence[Engine]) -> tuple[Engine, str] | None:
    """Return the engine and voice of a name: "espeak-ng/en-gb", "espeak-ng" or "en-gb".

    An empty name is the first engine's usual voice; None where there is no such voice.
    """
    wanted = name.casefold()
    if not wanted:
        return (engines[0], "") if engines else None
    for engine in engines:
        if wanted == engine.name.casefold():
            return engine, ""
    for engine in engines:
        try:
            voices = engine.voices()
        except SpeechError as error:
            log.info("%s", error)
            continue
        for voice in voices:
            if wanted in (voice.casefold(), shown(engine, voice).casefold()):
                return engine, voice
    return None


def shown(engine: Engine, voice: str) -> str:
    """Return a voice's name as the list shows it and the setting takes it."""
    return f"{engine.name}/{voice}" if voice else engine.name


def no_voice() -> str:
    """Return the sentence for a system without a voice."""
    known = (command for program, command in INSTALL.items() if shutil.which(program))
    usual = (
        "switch on Windows PowerShell" if platform.system() == "Windows" else "install espeak-ng"
    )
    return f"No voice was found: {next(known, usual)}, or assistant settings set voice off."
