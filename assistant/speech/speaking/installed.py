"""The engines of this system."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path

from assistant import paths
from assistant.speech.speaking import kokoro
from assistant.speech.speaking.engines import Engine
from assistant.speech.speaking.piper import PiperPackage, PiperProgram
from assistant.speech.speaking.places import kokoro_models, piper_voices, places
from assistant.speech.speaking.system import Espeak, Say, SpeechDispatcher, Windows


def found(folder: str) -> list[Engine]:
    """Return the engines of this system; ``folder`` is that of the settings, or empty."""
    return installed(looked_in(folder), os.environ)


def looked_in(folder: str) -> list[Path]:
    """Return the folders that may have voices."""
    return places(paths.home() / "voices", folder, os.environ)


def installed(among: list[Path], environment: Mapping[str, str]) -> list[Engine]:
    """Return the engines, the most pleasant first; ``among`` are the folders that have voices."""
    there: list[Engine] = [*_piper(among), *_kokoro(among, environment)]
    if platform.system() == "Darwin" and shutil.which("say"):
        there.append(Say())
    if platform.system() == "Windows" and shutil.which("powershell"):
        there.append(Windows())
    there.extend(Espeak(name) for name in ("espeak-ng", "espeak") if shutil.which(name))
    if shutil.which("spd-say"):
        there.append(SpeechDispatcher())
    return there


def has_package(name: str) -> bool:
    """Tell whether a package lies beside ours; a mere folder of its name is none."""
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.origin is not None


def _piper(among: list[Path]) -> list[Engine]:
    package = has_package("piper")
    if not package and not shutil.which("piper"):
        return []
    voices, _ = piper_voices(among)
    return [(PiperPackage if package else PiperProgram)(voices)] if voices else []


def _kokoro(among: list[Path], environment: Mapping[str, str]) -> list[Engine]:
    if has_package("kokoro_onnx"):
        for model, voices in kokoro_models(among):
            return [kokoro.by_onnx(model, voices)]
    program = "" if (beside := has_package("kokoro")) else shutil.which("kokoro")
    if not beside and not program:
        return []
    found = kokoro.by_program(program or "", environment)
    return [found] if found is not None else []
