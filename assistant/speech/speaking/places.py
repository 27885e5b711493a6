"""Where voices of piper and Kokoro lie on a machine, and what is wrong with those that lie there.

The places are those of the distributions' packages and of programs that fetch voices: Arch's
``piper-voices`` (``/usr/share/piper-voices``), Pied (``pied/models``, in its Flatpak too), and
the folders that the issues of piper and speech-dispatcher name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

NAMES = ("piper-voices", "piper", "piper-tts", "pied/models", "kokoro", "kokoro-onnx")
"""Folders of voices within a folder of data."""

FLATPAK = ".var/app/com.mikeasoft.pied/data/pied/models"
"""Within a home, where Pied's Flatpak keeps its voices."""

DEEP = 5
"""Folders below a place that are looked into: ``en/en_US/amy/medium`` is four."""

MANY = 2000
"""Folders of a place that are looked into, at most."""


@dataclass(frozen=True, slots=True)
class PiperVoice:
    """A voice of piper: its file, samples a second, and the length of its sounds by itself."""

    path: Path
    rate: int
    length: float

    @property
    def name(self) -> str:
        """Return the name of the file without its ending."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class Damaged:
    """A voice that can't be used; ``told`` is the sentence that says why and what to do."""

    name: str
    told: str


def places(own: Path, chosen: str, environment: Mapping[str, str]) -> list[Path]:
    """Return the folders that may have voices: one's own, the one of the settings, the usual."""
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "/nowhere")
    data = [environment.get("XDG_DATA_HOME") or str(home / ".local/share")]
    data += (environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(os.pathsep)
    usual = [Path(each) / name for each in data if each for name in NAMES]
    wanted = [Path(chosen.replace("~", str(home), 1) if chosen[:2] == "~/" else chosen)]
    return list(dict.fromkeys([own, *(wanted if chosen else []), *usual, home / FLATPAK]))


def piper_voices(among: list[Path]) -> tuple[list[PiperVoice], list[Damaged]]:
    """Return the English voices of piper, the first of each name, and those that are damaged."""
    found: dict[str, PiperVoice] = {}
    wrong: dict[str, Damaged] = {}
    for path in files(among, ".onnx"):
        beside = path.with_name(f"{path.name}.json")
        if path.stem in found or (not beside.is_file() and _is_other(path)):
            continue
        try:
            voice = _read(path, beside)
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            wrong.setdefault(path.stem, Damaged(path.stem, _told(path, beside, error)))
            continue
        if voice is not None:
            found[path.stem] = voice
    return list(found.values()), [each for each in wrong.values() if each.name not in found]


def kokoro_models(among: list[Path]) -> list[tuple[Path, Path]]:
    """Return the pairs of a model of Kokoro and the file of voices beside it."""
    models = [path for path in files(among, ".onnx") if path.name.startswith("kokoro")]
    pairs = ((model, sorted(model.parent.glob("voices*.bin"))) for model in models)
    return [(model, voices[-1]) for model, voices in pairs if voices]


def files(among: list[Path], ending: str) -> Iterator[Path]:
    """Yield the files of some folders, place by place, without going deeper than voices lie."""
    for place in among:
        base = len(place.parts)
        for number, (folder, inner, names) in enumerate(os.walk(place)):
            inner[:] = sorted(inner) if len(Path(folder).parts) - base < DEEP else []
            yield from (Path(folder) / name for name in sorted(names) if name.endswith(ending))
            if number >= MANY:
                break


def _is_other(path: Path) -> bool:
    """Tell whether a model is none of piper's: its voices are named by their language."""
    return not path.stem[:2].isalpha() or path.name.startswith("kokoro")


def _read(path: Path, beside: Path) -> PiperVoice | None:
    """Return a voice by its settings, None where it is none of English."""
    settings = json.loads(beside.read_text(encoding="utf-8"))
    rate = int(settings["audio"]["sample_rate"])
    length = float(settings.get("inference", {}).get("length_scale", 1.0))
    if path.stat().st_size == 0 or rate <= 0 or length <= 0:
        raise ValueError("it is empty")
    language = str(settings.get("espeak", {}).get("voice", "en"))
    return PiperVoice(path, rate, length) if language.startswith("en") else None


def _told(path: Path, beside: Path, error: Exception) -> str:
    if not beside.exists():
        return f"The voice {path} lacks its settings: put {beside.name} beside it."
    return f"The voice {path} or its settings can't be read ({error!s:.120}): fetch both again."
