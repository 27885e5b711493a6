"""The programs that speak: what each is called, asked and told; texts go to them by a pipe.

Rates: espeak and say count words a minute, 175 being their usual; piper stretches phonemes; SAPI
counts from -10 (a third) to 10 (three times); speech-dispatcher from -100 to 100.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from assistant.errors import SpeechError
from assistant.speech.speaking.player import Cut, Player, Sound, from_wav

USUAL = 175
"""Words a minute that espeak and say speak by themselves."""

PATIENCE = 15.0
"""Seconds a program may take to list its voices."""

SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Manner:
    """How to speak: the voice as ``assistant voice list`` names it, speed and volume (0 to 1)."""

    name: str = ""
    rate: float = 1.0
    volume: float = 1.0


class Engine(Protocol):
    """Something that speaks."""

    name: str

    def voices(self) -> list[str]:
        """Return its English voices, its usual one first. Raises SpeechError."""

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut; an empty voice is the usual one. Raises SpeechError."""

    def close(self) -> None:
        """End what is kept warm."""


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
        """Speak until the end or the cut."""
        command = self.command(voice, manner)
        if not player.found:
            run(command, text, cut)
            return
        made = run([*command, "--stdout"], text, cut)
        if not cut.done:
            player.play([from_wav(made)], cut)

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


class SpeechDispatcher:
    """spd-say: the sound server of screen readers speaks."""

    name = "spd-say"

    def voices(self) -> list[str]:
        """Return the English ones: rows of name, language and variant; a plus marks disguises."""
        rows = [re.split(r"\s{2,}", line.strip()) for line in listed(["spd-say", "-L"])[1:]]
        english = [row[0] for row in rows if len(row) > 1 and row[1].lower().startswith("en")]
        return [name for name in english if "+" not in name]

    def command(self, text: str, voice: str, manner: Manner) -> list[str]:
        """Return the command; its pipe mode doesn't wait, so the text comes after a ``--``."""
        rate = max(-100, min(100, round(100 * math.log2(manner.rate))))
        quiet = [] if manner.volume >= 1 else ["-i", str(round(200 * manner.volume - 100))]
        chosen = ["-y", voice] if voice else []
        return ["spd-say", "--wait", "-r", str(rate), *quiet, *chosen, "--", text]

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut, which the server must be told of too."""
        cut.hang(_cancel_dispatcher)
        run(self.command(text, voice, manner), "", cut)

    def close(self) -> None:
        """Nothing is kept."""


def _cancel_dispatcher() -> None:
    subprocess.Popen(
        ["spd-say", "--cancel"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


class PiperProgram:
    """The piper program, started anew for each text; voices are files in a folder."""

    name = "piper"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def voices(self) -> list[str]:
        """Return the voice files that have their settings beside them."""
        return [path.stem for path in voice_files(self._folder)]

    def command(self, voice: str, manner: Manner) -> list[str]:
        """Return the command; the underscores are understood by all its versions."""
        path = self._path(voice)
        scale = f"{1 / manner.rate:.3f}"
        return ["piper", "--model", str(path), "--length_scale", scale, "--output_raw"]

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut."""
        self._check()
        made = run(self.command(voice, manner), f"{text}\n", cut)
        sound = Sound(sample_rate(self._path(voice)), made[: len(made) // 2 * 2])
        if not cut.done:
            player.play([sound.at(manner.volume)], cut)

    def close(self) -> None:
        """Nothing is kept."""

    def _path(self, voice: str) -> Path:
        found = voice_files(self._folder)
        return next((path for path in found if path.stem == voice), found[0])

    @cached_property
    def _speaks(self) -> bool:
        """Tell whether it is the speech program; a mouse tool has the same name."""
        done = subprocess.run(
            ["piper", "--help"], capture_output=True, timeout=PATIENCE, check=False
        )
        return b"output" in done.stdout + done.stderr

    def _check(self) -> None:
        if not self._speaks:
            raise SpeechError("The program piper found here does not speak: pip install piper-tts.")


class PiperPackage(PiperProgram):
    """The package piper-tts in a process of its own, whose voice stays loaded."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._loaded: tuple[str, subprocess.Popen[bytes]] | None = None
        self._asking = threading.Lock()

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak sentence by sentence until the end or the cut."""
        process = self._process(str(self._path(voice)))
        player.play(self._sounds(process, text, manner, cut), cut)

    def close(self) -> None:
        """End the process."""
        if self._loaded is not None:
            self._loaded[1].kill()
            self._loaded[1].wait()
        self._loaded = None

    def _process(self, path: str) -> subprocess.Popen[bytes]:
        if self._loaded and self._loaded[0] == path and self._loaded[1].poll() is None:
            return self._loaded[1]
        self.close()
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant.speech.speaking.piper_process", path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._loaded = (path, process)
        return process

    def _sounds(
        self, process: subprocess.Popen[bytes], text: str, manner: Manner, cut: Cut
    ) -> Iterator[Sound]:
        for sentence in SENTENCE.split(text):
            if cut.done:
                return
            # A text that was cut off may still wait for its answer.
            with self._asking:
                sound = _answer(process, sentence, 1 / manner.rate)
            yield sound.at(manner.volume)


def _answer(process: subprocess.Popen[bytes], sentence: str, scale: float) -> Sound:
    """Return what piper's process makes of a sentence. Raises SpeechError."""
    assert process.stdin is not None
    assert process.stdout is not None
    asked = json.dumps({"text": sentence, "length_scale": scale})
    try:
        process.stdin.write(f"{asked}\n".encode())
        process.stdin.flush()
        head = json.loads(process.stdout.readline() or b'{"error": "it has ended"}')
    except (OSError, ValueError) as error:
        raise SpeechError(f"The voice of piper failed ({error}): assistant voice list.") from error
    if "error" in head:
        raise SpeechError(f"The voice of piper failed ({head['error']}): assistant voice list.")
    return Sound(head["rate"], process.stdout.read(head["bytes"]))


def voice_files(folder: Path) -> list[Path]:
    """Return piper's voices: ``*.onnx`` with ``*.onnx.json`` beside it."""
    voices = (voice for voice in folder.glob("*.onnx") if voice.is_file())
    return sorted(each for each in voices if each.with_name(f"{each.name}.json").is_file())


def sample_rate(voice: Path) -> int:
    """Return the samples a second of a voice of piper. Raises SpeechError."""
    settings = voice.with_name(f"{voice.name}.json")
    try:
        return int(json.loads(settings.read_text(encoding="utf-8"))["audio"]["sample_rate"])
    except (OSError, ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise SpeechError(
            f"The voice settings {settings} can't be read ({error}): add them again."
        ) from error


def installed(folder: Path) -> list[Engine]:
    """Return the engines of this system, the most pleasant first; ``folder`` has piper's voices."""
    found: list[Engine] = []
    if voice_files(folder):
        if importlib.util.find_spec("piper") is not None:
            found.append(PiperPackage(folder))
        elif shutil.which("piper"):
            found.append(PiperProgram(folder))
    if platform.system() == "Darwin" and shutil.which("say"):
        found.append(Say())
    if platform.system() == "Windows" and shutil.which("powershell"):
        found.append(Windows())
    found.extend(Espeak(name) for name in ("espeak-ng", "espeak") if shutil.which(name))
    if shutil.which("spd-say"):
        found.append(SpeechDispatcher())
    return found


def run(
    command: Sequence[str], text: str, cut: Cut, environment: Mapping[str, str] | None = None
) -> bytes:
    """Give a program a text and return what it writes, or less where it is cut.

    Raises SpeechError with what the program says where it fails.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
    except OSError as error:
        raise SpeechError(f"The voice {command[0]} can't be started ({error}).") from error
    cut.hang(process.kill)
    made, said = process.communicate(text.encode())
    if process.returncode and not cut.done:
        reason = said.decode("utf-8", "replace").strip().partition("\n")[0]
        raise SpeechError(
            f"The voice {command[0]} failed ({reason or process.returncode}): assistant voice list "
            "shows others."
        )
    return made


def listed(command: Sequence[str]) -> list[str]:
    """Return the lines a program prints. Raises SpeechError where it fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SpeechError(f"{command[0]} does not list its voices ({error}).") from error
    return done.stdout.decode("utf-8", "replace").splitlines()
