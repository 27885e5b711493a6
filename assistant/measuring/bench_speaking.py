"""What ``assistant bench speaking`` measures: how soon a reply is heard, however long it is.

A reply of 1, 3 and 10 sentences is made sentence by sentence and as a whole by the same voice in
the same run, in turns; what is compared is the time until its first sound can be played. Nothing is
played: the sounds are timed as they come, and a loudspeaker is reckoned that plays them on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median

from assistant import paths
from assistant import settings as settings_file
from assistant.errors import AssistantError, SpeechError
from assistant.measuring.product import Figure
from assistant.speech.speaking.engines import Engine, Maker, Manner
from assistant.speech.speaking.installed import found
from assistant.speech.speaking.player import Cut, Player, Sound
from assistant.speech.speaking.voice import choose, shown

REPLY = (
    "Your alarm is set for half past six.",
    "Tomorrow you have a meeting with Anna at ten, and lunch at one.",
    "On your shopping list are milk, eggs and bread.",
    "The pasta timer has four minutes and ten seconds left.",
    "Five miles are about eight kilometres.",
    "You asked me to remember that the key is under the pot.",
    "There are twelve tasks on your list, of which three are done.",
    "The next one is to call the bank before Friday.",
    "It is nineteen degrees in the kitchen.",
    "Say what else I can do for you.",
)
"""A long reply; shorter ones are its beginning."""

SENTENCES = (1, 3, 10)

LIMIT = 300.0
"""Milliseconds until the first sound, at most."""


@dataclass
class Heard:
    """When each sound came and how long it is, in seconds from the beginning."""

    begun: float = field(default_factory=time.perf_counter)
    sounds: list[tuple[float, float]] = field(default_factory=list)

    def __call__(self, sounds: Iterator[Sound], _cut: Cut) -> None:
        """Take the sounds as a player does."""
        for sound in sounds:
            self.sounds.append((time.perf_counter() - self.begun, sound.seconds))

    @property
    def first(self) -> float:
        """Return the milliseconds until the first sound."""
        return 1000 * self.sounds[0][0]

    @property
    def gap(self) -> float:
        """Return the longest silence between two sounds that are played on, in milliseconds."""
        longest, end = 0.0, self.sounds[0][0]
        for at, length in self.sounds:
            longest = max(longest, at - end)
            end = max(at, end) + length
        return 1000 * longest


def speaking_figures(rounds: int) -> Iterator[tuple[str, Figure]]:
    """Give the figures of the voice that reads replies. Raises AssistantError where none does."""
    chosen = settings_file.load(paths.settings_file())
    engines = found(chosen.voice_folder)
    try:
        engine, voice = choose(chosen.voice_name, engines) or (None, "")
        if not isinstance(engine, Maker):
            raise AssistantError(
                "The voice that reads makes no sounds of its own to measure: assistant settings "
                "set voice_name NAME takes another, assistant voice list shows them."
            )
        yield from _measured(engine, voice, rounds)
    except SpeechError as error:
        raise AssistantError(str(error)) from error
    finally:
        for each in engines:
            with suppress(SpeechError):
                each.close()


def _measured(engine: Maker, voice: str, rounds: int) -> Iterator[tuple[str, Figure]]:
    name = shown(engine, voice)
    begun = time.perf_counter()
    engine.make(REPLY[0], voice, Manner(), Cut())
    loading = 1000 * (time.perf_counter() - begun)
    yield "speaking_first_word", Figure(loading, "ms", None, f"{name}, with loading the voice")
    for count in SENTENCES:
        text = " ".join(REPLY[:count])
        pairs = [(_pieces(engine, voice, text), _whole(engine, voice, text)) for _ in range(rounds)]
        first = median(pieces.first for pieces, _ in pairs)
        ratio = median(pieces.first / whole for pieces, whole in pairs)
        whole = median(whole for _, whole in pairs)
        gap = max(pieces.gap for pieces, _ in pairs)
        detail = f"{name}; as a whole {whole:.0f} ms, ratio {ratio:.2f}; longest gap {gap:.0f} ms"
        yield f"speaking_first_sound_{count}", Figure(first, "ms", LIMIT, detail)


def _pieces(engine: Engine, voice: str, text: str) -> Heard:
    heard = Heard()
    engine.say(text, voice, Manner(), Player([("clock", heard)]), Cut())
    return heard


def _whole(engine: Maker, voice: str, text: str) -> float:
    """Return the milliseconds of making a reply as one sound."""
    begun = time.perf_counter()
    engine.make(text, voice, Manner(), Cut())
    return 1000 * (time.perf_counter() - begun)
