"""Tries the voices of this system, each in its own process with a limit of time."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass, field, replace

from assistant.errors import SpeechError
from assistant.speech.speaking.engines import Engine, Maker, Manner, Stays, VoiceError, failed
from assistant.speech.speaking.installed import has_package, installed, looked_in
from assistant.speech.speaking.places import kokoro_models, piper_voices
from assistant.speech.speaking.player import Cut
from assistant.speech.speaking.voice import choose, shown

WORD = "Yes."
"""What a voice says to us to show that it does."""

SENTENCE = "This is how I read replies."
"""What it says when it is loaded, to show how fast it is."""

MOST = 8
"""Voice files of piper that are tried; each has to be loaded."""


@dataclass(frozen=True)
class Tried:
    """A voice as it was found: by what name it is chosen, where it lies, what is wrong with it."""

    name: str
    where: str
    used: bool = False
    others: tuple[str, ...] = ()
    trouble: str = ""
    pace: float = 0.0
    """Seconds it takes for one of speech, once it is loaded; 0 where that is not known."""

    @property
    def engine(self) -> str:
        """Return the engine it is of."""
        return self.name.partition("/")[0]

    @property
    def told(self) -> str:
        """Return it as a sentence tells it."""
        count = len(self.others)
        beside = f" and {count} more of its voices" if "/" in self.name else f" with {count} voices"
        beside = beside if self.others else ""
        slow = (
            f", which takes {self.pace:g} seconds for one of speech here" if self.pace > 1 else ""
        )
        return f"{self.line}{beside}{slow}"

    @property
    def line(self) -> str:
        """Return its name, and where it is known where it lies."""
        return f"{self.name} ({self.where})" if self.where else self.name


@dataclass(frozen=True)
class Seen:
    """All that was found; ``troubles`` are of what can't even be tried."""

    voices: list[Tried] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    pleasant: bool = False
    unknown: bool = False
    mend: str = ""


def look(name: str, folder: str) -> Seen:
    """Try what is here; ``name`` and ``folder`` are what the settings say of the voice."""
    among = looked_in(folder)
    engines = installed(among, os.environ)
    chosen = choose(name, engines)
    wanted = chosen or ((engines[0], "") if engines else None)
    voices: list[Tried] = []
    for engine in engines:
        voice = wanted[1] if wanted is not None and wanted[0] is engine else ""
        try:
            voices += _tried(engine, voice, wanted is not None and wanted[0] is engine)
        finally:
            engine.close()
    speaks = [each for each in voices if not each.trouble]
    if wanted is not None and not any(each.used for each in speaks):
        # Where the one that is wanted fails, the next engine reads, as in Voice.
        later = engines[engines.index(wanted[0]) + 1 :] + engines[: engines.index(wanted[0])]
        _use(voices, [engine.name for engine in later])
    pleasant = {engine.name for engine in engines if isinstance(engine, Stays)}
    return Seen(
        voices,
        _lacking(folder),
        any(each.engine in pleasant for each in speaks),
        bool(name) and chosen is None,
        f"pip install piper-tts, then put NAME.onnx and NAME.onnx.json into {among[0]}",
    )


def _use(voices: list[Tried], engines: list[str]) -> None:
    """Mark the first voice that speaks of the first of these engines that has one."""
    for name in engines:
        for at, each in enumerate(voices):
            if each.engine == name and not each.trouble:
                voices[at] = replace(each, used=True)
                return


def _tried(engine: Engine, wanted: str, used: bool) -> list[Tried]:
    """Try an engine; piper's voices are files of their own, so each of them, up to some."""
    try:
        voices = engine.voices()
    except SpeechError as error:
        return [Tried(engine.name, "", trouble=str(error))]
    if not isinstance(engine, Maker):
        return [Tried(shown(engine, wanted), "", used, _rest(engine, voices, wanted))]
    if engine.name != "piper":
        return [_one(engine, wanted, used, _rest(engine, voices, wanted))]
    usual = wanted or voices[0]
    rows = [_one(engine, each, used and each == usual) for each in voices[:MOST]]
    if usual not in voices[:MOST]:
        rows.append(_one(engine, usual, used))
    return rows


def _rest(engine: Engine, voices: list[str], wanted: str) -> tuple[str, ...]:
    return tuple(shown(engine, each) for each in voices if each != wanted)


def _one(engine: Maker, voice: str, used: bool, others: tuple[str, ...] = ()) -> Tried:
    row = Tried(shown(engine, voice), engine.where(voice), used, others)
    try:
        if not any(engine.make(WORD, voice, Manner(), Cut()).samples):
            raise failed(row.name, "it makes only silence")
        pace = _pace(engine, voice) if isinstance(engine, Stays) else 0.0
    except SpeechError as error:
        why = error.reason if isinstance(error, VoiceError) else str(error).rstrip(".")
        told = f"{row.line} does not speak ({why}): fetch it again, or take it away."
        return replace(row, used=False, trouble=told)
    return replace(row, pace=pace)


def _pace(engine: Maker, voice: str) -> float:
    """Return the seconds a loaded voice takes for one of speech. Raises SpeechError."""
    begun = time.monotonic()
    seconds = engine.make(SENTENCE, voice, Manner(), Cut()).seconds
    return round((time.monotonic() - begun) / seconds, 2)


def _lacking(folder: str) -> list[str]:
    """Return what is there by halves: damaged voices, voices without a program, and vice versa."""
    among = looked_in(folder)
    voices, wrong = piper_voices(among)
    told = [each.told for each in wrong]
    piper = has_package("piper") or shutil.which("piper") is not None
    if voices and not piper:
        told.append(f"The voice {voices[0].path} has no piper to speak it: pip install piper-tts.")
    if piper and not voices:
        told.append(
            f"Piper is here without a voice: put NAME.onnx and NAME.onnx.json into {among[0]}."
        )
    if kokoro_models(among) and not has_package("kokoro_onnx"):
        told.append("A model of Kokoro has no program to speak it: pip install kokoro-onnx.")
    return told
