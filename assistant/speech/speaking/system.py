"""The voices that come with a system; each program is told rate, volume and voice in its own way.

Rates: espeak and say count words a minute, 175 being their usual; SAPI counts from -10 (a third)
to 10 (three times); speech-dispatcher from -100 to 100.
"""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from contextlib import suppress

from assistant.errors import SpeechError
from assistant.speech.speaking.ahead import read
from assistant.speech.speaking.engines import PATIENCE, Manner, failed, listed, run
from assistant.speech.speaking.player import Cut, Player, Sound, from_wav

USUAL = 175
"""Words a minute that espeak and say speak by themselves."""


class Espeak:
    """espeak-ng or espeak: a wav comes out of a pipe and is played by us."""

    def __init__(self, name: str) -> None:
        self.name = name

    def voices(self) -> list[str]:
        """Return the languages and accents; voices of mbrola need data of their own."""
        rows = [line.split() for line in listed([self.name, "--voices=en"])[1:]]
        own = [row[1] for row in rows if len(row) > 4 and not row[4].startswith(("mb/", "!v"))]
        return sorted(dict.fromkeys(own), key=lambda voice: voice != "en-us")

    def command(self, voice: str, manner: Manner) -> list[str]:
        """Return the command; -a goes from 0 to 200, where 100 is usual."""
        speed, loud = round(USUAL * manner.rate), round(100 * manner.volume)
        return [self.name, "-v", voice or "en-us", "-s", str(speed), "-a", str(loud), "--stdin"]

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut; where we have no player, by its own."""
        if not player.found:
            run(self.command(voice, manner), text, cut)
            return
        read(lambda piece: self.make(piece, voice, manner, cut), text, player, cut)

    def make(self, text: str, voice: str, manner: Manner, cut: Cut) -> Sound:
        """Return the sound of a piece of text."""
        command = [*self.command(voice, manner), "--stdout"]
        made = run(command, text, cut, patience=PATIENCE)
        try:
            return from_wav(made)
        except SpeechError as error:
            raise failed(self.name, "it makes no sound") from error

    def where(self, _voice: str) -> str:
        """Return the program."""
        return shutil.which(self.name) or self.name

    def close(self) -> None:
        """Nothing is kept."""


class Say:
    """macOS's own voice."""

    name = "say"

    def voices(self) -> list[str]:
        """Return the English ones."""
        rows = [re.match(r"(.+?)\s+(en[_-]\w+)\s", line) for line in listed(["say", "-v", "?"])]
        return [row[1] for row in rows if row]

    def command(self, voice: str, manner: Manner) -> list[str]:
        """Return the command, which reads from its standard input."""
        chosen = ["-v", voice] if voice else []
        return ["say", "-r", str(round(USUAL * manner.rate)), *chosen, "-f", "-"]

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut; the volume is a command inside the text."""
        plain = text.replace("[[", " ").replace("]]", " ")
        run(self.command(voice, manner), f"[[volm {manner.volume:.2f}]] {plain}", cut)

    def close(self) -> None:
        """Nothing is kept."""


POWERSHELL = ("powershell", "-NoProfile", "-NonInteractive", "-Command")

SAPI = (
    "[Console]::InputEncoding=[Text.Encoding]::UTF8;"
    "[Console]::OutputEncoding=[Text.Encoding]::UTF8;"
    "Add-Type -AssemblyName System.Speech;"
    "$v=New-Object System.Speech.Synthesis.SpeechSynthesizer;"
)
SAPI_SAY = (
    SAPI + "$v.Rate=[int]$env:ASSISTANT_RATE;$v.Volume=[int]$env:ASSISTANT_VOLUME;"
    "if($env:ASSISTANT_VOICE){$v.SelectVoice($env:ASSISTANT_VOICE)};"
    "$v.Speak([Console]::In.ReadToEnd())"
)
SAPI_LIST = (
    SAPI + "$v.GetInstalledVoices()|Where-Object{$_.Enabled}|"
    "ForEach-Object{$_.VoiceInfo}|Where-Object{$_.Culture.Name -like 'en*'}|"
    "ForEach-Object{$_.Name}"
)


class Windows:
    """Windows speech (SAPI) by PowerShell; the script is fixed, the text comes by a pipe."""

    name = "windows"

    def voices(self) -> list[str]:
        """Return the English ones."""
        return [line.strip() for line in listed([*POWERSHELL, SAPI_LIST]) if line.strip()]

    def environment(self, voice: str, manner: Manner) -> dict[str, str]:
        """Return the rate (-10 to 10), volume (0 to 100) and voice, as the script reads them."""
        rate = max(-10, min(10, round(10 * math.log(manner.rate, 3))))
        return {
            "ASSISTANT_RATE": str(rate),
            "ASSISTANT_VOLUME": str(round(100 * manner.volume)),
            "ASSISTANT_VOICE": voice,
        }

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut."""
        run([*POWERSHELL, SAPI_SAY], text, cut, self.environment(voice, manner))

    def close(self) -> None:
        """Nothing is kept."""


MODULES = re.compile(r"[\w-]*(?:piper|kokoro)[\w-]*", re.IGNORECASE)
"""Modules of speech-dispatcher that are asked for their voices beside its usual one."""


class SpeechDispatcher:
    """spd-say: the sound server of screen readers speaks.

    A voice of another module than the usual one is named ``MODULE:VOICE``.
    """

    name = "spd-say"

    def voices(self) -> list[str]:
        """Return the English ones, those of a pleasant module last."""
        found = _dispatched(["spd-say", "-L"])
        with suppress(SpeechError):  # a module that does not answer takes nothing from the others
            for module in filter(MODULES.fullmatch, map(str.strip, listed(["spd-say", "-O"]))):
                own = _dispatched(["spd-say", "-o", module, "-L"])
                found += [f"{module}:{each}" for each in own]
        return found

    def command(self, text: str, voice: str, manner: Manner) -> list[str]:
        """Return the command; its pipe mode doesn't wait, so the text comes after a ``--``."""
        rate = max(-100, min(100, round(100 * math.log2(manner.rate))))
        quiet = [] if manner.volume >= 1 else ["-i", str(round(200 * manner.volume - 100))]
        module, colon, own = voice.partition(":")
        if colon and MODULES.fullmatch(module):
            chosen = ["-o", module, "-y", own]
        else:
            chosen = ["-y", voice] if voice else []
        return ["spd-say", "--wait", "-r", str(rate), *quiet, *chosen, "--", text]

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut, which the server must be told of too."""
        cut.hang(_cancel_dispatcher)
        run(self.command(text, voice, manner), "", cut)

    def close(self) -> None:
        """Nothing is kept."""


def _dispatched(command: list[str]) -> list[str]:
    """Return the English voices of rows of name, language, variant; a plus marks disguises.

    Raises SpeechError.
    """
    rows = [re.split(r"\s{2,}", line.strip()) for line in listed(command)[1:]]
    english = [row[0] for row in rows if len(row) > 1 and row[1].lower().startswith("en")]
    return [name for name in english if "+" not in name]


def _cancel_dispatcher() -> None:
    subprocess.Popen(
        ["spd-say", "--cancel"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
