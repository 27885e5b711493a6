"""Piper (piper-tts, GPL-3): always a program of its own, which stays with its voice loaded."""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.speech.speaking import voice_process
from assistant.speech.speaking.ahead import read
from assistant.speech.speaking.engines import Manner
from assistant.speech.speaking.places import PiperVoice
from assistant.speech.speaking.player import Cut, Player, Sound
from assistant.speech.speaking.warm import Warm, ask_for_samples, ask_for_wav

BREATH = 0.2
"""Seconds of silence behind a sentence, which piper's own sounds lack; behind a pause, a half."""


class PiperProgram:
    """The piper program. It writes a wav of each line into a folder and names it.

    Its second generation names it on standard error, its first on standard output; the options
    with underscores are understood by both.
    """

    name = "piper"
    stays = True

    def __init__(self, voices: list[PiperVoice]) -> None:
        self._voices = voices
        self._process = self._started()

    def voices(self) -> list[str]:
        """Return the names of its files."""
        return [voice.name for voice in self._voices]

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut."""
        read(lambda piece: self.make(piece, voice, manner, cut), text, player, cut)

    def make(self, text: str, voice: str, manner: Manner, _cut: Cut) -> Sound:
        """Return the sound of a piece of text."""
        sound = self._made(text, self._voice(voice), manner.rate)
        return sound.at(manner.volume).followed(BREATH if text[-1] in ".!?" else BREATH / 2)

    def where(self, voice: str) -> str:
        """Return the file of a voice."""
        return str(self._voice(voice).path)

    def close(self) -> None:
        """End the program."""
        self._process.close()

    def _voice(self, name: str) -> PiperVoice:
        return next((each for each in self._voices if each.name == name), self._voices[0])

    def _started(self) -> Warm:
        return Warm(whole=True)

    def _made(self, text: str, voice: PiperVoice, rate: float) -> Sound:
        scale = f"{voice.length / rate:.3f}"
        command = ["piper", "--model", str(voice.path), "--length_scale", scale]
        command += ["--sentence_silence", "0", "--output_dir", "{folder}"]
        return ask_for_wav(self._process, f"{self.name}/{voice.name}", command, text)


class PiperPackage(PiperProgram):
    """The package piper-tts where it lies beside ours, in a process of its own all the same."""

    def _started(self) -> Warm:
        return Warm()

    def _made(self, text: str, voice: PiperVoice, rate: float) -> Sound:
        command = [sys.executable, str(Path(voice_process.__file__)), "piper", str(voice.path)]
        asked: dict[str, object] = {"text": text, "rate": rate}
        return ask_for_samples(self._process, f"{self.name}/{voice.name}", command, asked)
