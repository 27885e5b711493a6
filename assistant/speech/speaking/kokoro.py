"""Kokoro (its model is Apache-2.0): by one of two packages, in a process of its own."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import SpeechError
from assistant.speech.speaking import voice_process
from assistant.speech.speaking.ahead import read
from assistant.speech.speaking.engines import Manner, failed
from assistant.speech.speaking.player import Cut, Player, Sound
from assistant.speech.speaking.warm import Warm, ask_for_samples

ENGLISH = re.compile(r"[ab][fm]_\w+")
"""Names of English voices: American or British, female or male."""

USUAL = "af_heart"
"""The voice that kokoro takes by itself."""

HUB = "models--hexgrad--Kokoro-82M/snapshots"
"""Where the cache of Hugging Face keeps what the package kokoro has fetched."""

BREATH = 0.25
"""Seconds of silence behind a sentence, as kokoro-onnx puts there itself; behind a pause, less."""


class Kokoro:
    """Kokoro's voices by name, and the command of the process that speaks them."""

    name = "kokoro"
    stays = True

    def __init__(self, command: list[str], source: Path) -> None:
        self._command = command
        self._source = source
        self._process = Warm()

    def voices(self) -> list[str]:
        """Return the English voices that are on this machine. Raises SpeechError."""
        try:
            names = _names(self._source)
        except (OSError, zipfile.BadZipFile, ValueError) as error:
            raise SpeechError(
                f"The voices {self._source} can't be read ({error}): fetch them again."
            ) from error
        found = sorted(name for name in names if ENGLISH.fullmatch(name))
        return sorted(found, key=lambda name: name != USUAL)

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut."""
        read(lambda piece: self.make(piece, voice, manner, cut), text, player, cut)

    def make(self, text: str, voice: str, manner: Manner, _cut: Cut) -> Sound:
        """Return the sound of a piece of text."""
        chosen = voice or next(iter(self.voices()), "")
        if not chosen:
            raise failed(self.name, f"no English voice in {self._source}")
        asked = {"text": text, "voice": chosen, "rate": manner.rate}
        sound = ask_for_samples(self._process, f"{self.name}/{chosen}", self._command, asked)
        return sound.at(manner.volume).followed(BREATH if text[-1] in ".!?" else 0.1)

    def where(self, _voice: str) -> str:
        """Return where the voices lie."""
        return str(self._source)

    def close(self) -> None:
        """End the process."""
        self._process.close()


def by_onnx(model: Path, voices: Path) -> Kokoro:
    """Return Kokoro by the package kokoro-onnx, which lies beside ours."""
    command = [sys.executable, voice_process.__file__, "kokoro_onnx", str(model), str(voices)]
    return Kokoro(command, voices)


def by_program(program: str, environment: Mapping[str, str]) -> Kokoro | None:
    """Return Kokoro by the package kokoro, of whose environment ``program`` is.

    None where it has fetched no voices yet, or its Python is not told: its program loads all anew
    for each text, so its Python is asked, as the first line of the program names it.
    """
    fetched = _fetched(environment)
    python = _python(program) if program else sys.executable
    if fetched is None or not python:
        return None
    return Kokoro([python, voice_process.__file__, "kokoro"], fetched)


def _python(program: str) -> str:
    """Return the Python that a script is for, empty where it does not tell."""
    try:
        with Path(program).open("rb") as script:
            first = script.readline(500)
    except OSError:
        return ""
    python = first.removeprefix(b"#!").strip().decode("utf-8", "replace")
    return python if first.startswith(b"#!") and Path(python).is_file() else ""


def _fetched(environment: Mapping[str, str]) -> Path | None:
    """Return the folder of voices in the cache of Hugging Face."""
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "/nowhere")
    hub = Path(environment.get("HF_HOME") or home / ".cache/huggingface") / "hub"
    cache = Path(environment.get("HF_HUB_CACHE") or hub)
    found = sorted(each for each in cache.glob(f"{HUB}/*/voices") if any(each.glob("*.pt")))
    return found[-1] if found else None


def _names(source: Path) -> list[str]:
    """Return the names of voices in a folder, or in the archive of arrays of kokoro-onnx."""
    if source.is_dir():
        return [path.stem for path in source.glob("*.pt")]
    with zipfile.ZipFile(source) as archive:
        return [name.removesuffix(".npy") for name in archive.namelist()]
