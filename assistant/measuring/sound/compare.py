"""Which voice detector is the better one, and how well the ends of speech are found.

``python -m assistant.measuring.sound.compare gates FOLDER`` compares detectors on the recordings
of a folder (see clips.py), ``… endpoints FOLDER`` measures endpointing; both print JSON,
``--table`` the table of docs/measures.md.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.measuring.sound.clips import OTHER, SPEECH, Clip, clips, inside, model_at, word_times
from assistant.speech.hearing.endpointing import Endpointer
from assistant.speech.hearing.gate import Gate, load_silero
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES, Frame

Detector = Callable[[Frame], float]

SURE = 0.5
"""The probability from which a frame is called speech."""

WEBRTC_BYTES = 960
"""30 ms, the most webrtcvad takes at once: the last 2 ms of a frame are left out."""


@dataclass
class Count:
    """What a detector found in a set, in frames; ``starts`` are stretches that would be heard."""

    frames: int = 0
    words: int = 0
    found: int = 0
    called: int = 0
    starts: int = 0
    clips: int = 0
    clips_found: int = 0

    def row(self) -> dict[str, float]:
        """Return it in seconds and shares."""
        return {
            "clips": self.clips,
            "clips_with_a_start": self.clips_found,
            "seconds": round(self.frames * FRAME_SECONDS, 1),
            "word_seconds": round(self.words * FRAME_SECONDS, 1),
            "word_seconds_found": round(self.found / self.words, 4) if self.words else 0.0,
            "seconds_called_speech": round(self.called * FRAME_SECONDS, 1),
            "starts": self.starts,
        }


@dataclass
class Finding:
    """A detector's counts, set by set, and the seconds of CPU it took for a second of sound."""

    groups: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    cpu: float = 0.0
    frames: int = 0

    def take(self, clip: Clip, spoken: Sequence[bool], frames: list[Frame], hear: Detector) -> None:
        """Show it a recording; ``spoken`` tells which frames lie within a word, if known."""
        began = time.thread_time()
        called = [hear(frame) for frame in frames]
        self.cpu += time.thread_time() - began
        self.frames += len(frames)
        count = self.groups[clip.group]
        starts = _starts(called)
        count.frames += len(frames)
        count.clips += 1
        count.starts += starts
        count.clips_found += starts > 0
        count.called += sum(each >= SURE for each in called)
        if spoken:
            count.words += sum(spoken)
            count.found += sum(s and each >= SURE for s, each in zip(spoken, called, strict=True))

    def row(self) -> dict[str, Any]:
        """Return the figures as plain JSON."""
        return {
            "cpu_seconds_per_second": round(self.cpu / (self.frames * FRAME_SECONDS), 5),
            "sets": {name: count.row() for name, count in self.groups.items()},
        }


def compare_gates(folder: Path, model: Path, most: int | None = None) -> dict[str, Any]:
    """Compare the detectors on the sets of a folder. Raises SpeechError.

    Which frames lie within words is told by a recognizer limited to the transcript.
    """
    findings = {name: Finding() for name in detectors()}
    for clip in clips(folder, (*SPEECH, *OTHER), most):
        frames = clip.frames()
        words = word_times(model_at(model), clip.transcript, frames)
        spoken = [inside(words, number) for number in range(len(frames))] if words else []
        for name, make in detectors().items():
            findings[name].take(clip, spoken, frames, make())
    return {
        "detectors": {name: finding.row() for name, finding in findings.items()},
        "gate_at_rest": {name: rest(room) for name, room in rooms().items()},
    }


def detectors() -> dict[str, Callable[[], Detector]]:
    """Return what is compared: a name, and how to make it anew."""
    silero: dict[str, Callable[[], Detector]] = {"silero": load_silero, "gate": Gate}
    return silero | {f"webrtc {mode}": _webrtc(mode) for mode in range(4)}


def rooms() -> dict[str, Callable[[], Iterator[Frame]]]:
    """Return rooms in which nobody speaks: dead, quiet and with a fan."""
    return {"zeros": lambda: _noise(0), "quiet room": lambda: _noise(8), "fan": lambda: _noise(300)}


def rest(room: Callable[[], Iterator[Frame]]) -> float:
    """Return the seconds of CPU the gate takes for a second of such a room."""
    gate, frames = Gate(), list(room())
    for frame in frames[:200]:
        gate(frame)
    began = time.thread_time()
    for frame in frames[200:]:
        gate(frame)
    return round((time.thread_time() - began) / (len(frames[200:]) * FRAME_SECONDS), 5)


def table(result: dict[str, Any]) -> str:
    """Return the comparison as a table in markdown."""
    found = result["detectors"]
    names = list(dict.fromkeys(s for each in found.values() for s in each["sets"]))
    lines = ["| | " + " | ".join(found) + " |", "|---|" + "--:|" * len(found)]
    for name in names:
        rows = [each["sets"][name] for each in found.values()]
        lines += _lines(name, rows)
    cpu = (f"{each['cpu_seconds_per_second']:.4f}" for each in found.values())
    return "\n".join([*lines, f"| CPU seconds for a second of sound | {' | '.join(cpu)} |"])


def _lines(name: str, rows: list[dict[str, float]]) -> Iterator[str]:
    if name in SPEECH:
        shares = (f"{100 * row['word_seconds_found']:.1f}" for row in rows)
        yield f"| {name}: % of the time within words found | {' | '.join(shares)} |"
        missed = (f"{row['clips'] - row['clips_with_a_start']:g}" for row in rows)
        yield f"| {name}: clips of {rows[0]['clips']:g} not noticed | {' | '.join(missed)} |"
    else:
        called = (f"{row['seconds_called_speech']:.1f} ({row['starts']:g})" for row in rows)
        of = f"{rows[0]['seconds']:.0f}"
        yield f"| {name}: seconds of {of} called speech (starts) | {' | '.join(called)} |"


def _starts(called: Sequence[float]) -> int:
    endpointer = Endpointer()
    decisions = (endpointer.feed(each, "") for each in called)
    return sum(each is not None and each.kind == "start" for each in decisions)


def _webrtc(mode: int) -> Callable[[], Detector]:
    def make() -> Detector:
        import webrtcvad

        network = webrtcvad.Vad(mode)
        return lambda frame: float(network.is_speech(frame[:WEBRTC_BYTES], RATE))

    return make


def _noise(most: int, seconds: int = 60) -> Iterator[Frame]:
    chance = random.Random(1)
    for _ in range(round(seconds / FRAME_SECONDS)):
        samples = (chance.randint(-most, most) for _ in range(SAMPLES))
        yield b"".join(each.to_bytes(2, "little", signed=True) for each in samples)


def main(words: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m assistant.measuring.sound.compare")
    parser.add_argument("what", choices=("gates", "endpoints"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, help="a speech model (default: one in the folder)")
    parser.add_argument("--most", type=int, help="recordings of each set")
    parser.add_argument("--table", action="store_true", help="markdown in place of JSON")
    asked = parser.parse_args(words)
    model = asked.model or next(iter(sorted(asked.folder.glob("vosk-model*"))), asked.folder)
    try:
        result = _measure(asked.what, asked.folder, model, asked.most)
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    text = table(result) if asked.table and asked.what == "gates" else json.dumps(result, indent=1)
    sys.stdout.write(text + "\n")
    return 0


def _measure(what: str, folder: Path, model: Path, most: int | None) -> dict[str, Any]:
    if what == "gates":
        return compare_gates(folder, model, most)
    from assistant.measuring.sound.playing import measure_endpoints

    return measure_endpoints(folder, model, most)


if __name__ == "__main__":
    sys.exit(main())
