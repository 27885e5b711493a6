"""What ``assistant eval wake`` measures: how often phrases are missed, and heard where they are
not, in folders of recordings."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import paths
from assistant import settings as settings_file
from assistant.errors import AssistantError
from assistant.measuring.results import Evaluation
from assistant.speech.hearing.marks import most_likely
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES, Frame

if TYPE_CHECKING:
    from assistant.measuring.sound.clips import Clip
    from assistant.speech.hearing.wake import Wake
    from assistant.speech.recognizer import SpeechModel

GAP_SECONDS = 1.2
"""What lies between two recordings: a quiet room."""

QUIET_SECONDS = 60.0
"""For how long the cost of silence is measured."""

ROOM = 4
"""The loudest sample of the quiet room, of 32,768."""

CURVE = tuple(step / 10 for step in range(1, 10))
"""Thresholds the figures are also given for."""


@dataclass
class Tally:
    """What became of one phrase: scores in the recordings that have it, and elsewhere."""

    phrase: str
    hits: list[float] = field(default_factory=list)
    """The best score in each recording that has the phrase, 0 where it was not found."""
    others: list[float] = field(default_factory=list)
    """Scores of what was found where it is not, or oftener than it is."""
    alone: Tally | None = None
    """The same as it would be without the second hearing."""
    where: list[tuple[float, str]] = field(default_factory=list)
    """The same with the recording's name."""
    seconds: float = 0.0
    """How long the recordings without the phrase are."""
    cpu: float = 0.0
    """Seconds of CPU that waiting for it took."""

    def missed(self, threshold: float) -> int:
        """Return how many recordings would not have woken it."""
        return sum(score < threshold for score in self.hits)

    def false(self, threshold: float) -> int:
        """Return how often it would have woken by mistake."""
        return sum(score >= threshold for score in self.others)

    def take(self, clip: Clip, seconds: float, scores: Sequence[float]) -> None:
        """Count what was found in a recording."""
        said = times_said(self.phrase, clip.transcript)
        best = sorted(scores, reverse=True)
        if said:
            self.hits.append(best[0] if best else 0.0)
        else:
            self.seconds += seconds
        self.others += best[said:]
        self.where += [(score, f"{clip.group}/{clip.path.name}") for score in best[said:]]

    def figures(self, threshold: float) -> dict[str, float]:
        """Return the figures at a threshold."""
        hours = self.seconds / 3600
        false = self.false(threshold)
        return {
            "recordings": len(self.hits),
            "missed": self.missed(threshold),
            "miss_rate": self.missed(threshold) / len(self.hits) if self.hits else 0.0,
            "false_wakes": false,
            "seconds": round(self.seconds, 1),
            "false_wakes_an_hour": false / hours if hours else 0.0,
            "false_wakes_an_hour_upper": most_likely(false) / hours if hours else 0.0,
        }


def wake(phrases: Sequence[str], data: Path, second: str = "") -> Evaluation:
    """Play every recording below a folder, one after the other. Raises AssistantError.

    ``second`` names what judges a wake a second time, else it is the usual one.
    """
    from assistant.measuring.hearing import second_model, speech_model
    from assistant.speech.hearing.wake import Wake, risky

    chosen = settings_file.load(paths.settings_file())
    model, again = speech_model(), second_model(second)
    # Asked for any score at all, so that one run tells what every threshold would have done.
    waiting = [Wake(model, phrase, 0.0, again) for phrase in phrases]
    tallies = [
        Tally(each.phrase, alone=Tally(each.phrase) if again is not None else None)
        for each in waiting
    ]
    clips = recordings(data)
    total, gate = _play(clips, waiting, tallies)
    named = len(tallies) > 1
    figures: dict[str, float] = {}
    for tally in tallies:
        before = f"{tally.phrase.replace(' ', '_')}." if named else ""
        for name, value in _figures(tally, chosen.wake_threshold, total).items():
            figures[before + name] = value
    figures |= {"threshold": chosen.wake_threshold, "gate_cpu": round(gate / total, 4)}
    figures["silence_cpu"] = silence_cpu(model, waiting[0].phrase)
    notes = [_note(tally, chosen.wake_threshold, total) for tally in tallies]
    notes += [sentence for tally in tallies if (sentence := risky(tally.phrase))]
    return Evaluation(f"Wake word on {data.name}", figures, notes=tuple(notes))


def recordings(data: Path) -> list[Clip]:
    """Return the recordings of a folder with a transcripts.tsv, or of all its folders with one.

    Sets of noise need none. Raises AssistantError where there is nothing.
    """
    from assistant.measuring.sound.clips import OTHER, clips

    if (data / "transcripts.tsv").is_file():
        return clips(data.parent, [data.name])
    groups = sorted(path.parent.name for path in data.glob("*/transcripts.tsv"))
    groups += [name for name in OTHER if name not in groups and (data / name).is_dir()]
    if not groups:
        raise AssistantError(
            f"{data} has no transcripts.tsv, nor has any folder in it: see the columns file and "
            "transcript in assistant eval wake --help."
        )
    return clips(data, groups)


def times_said(phrase: str, transcript: str) -> int:
    """Return how often a phrase is among the words of a transcript."""
    words, wanted = transcript.lower().split(), phrase.split()
    return sum(words[at : at + len(wanted)] == wanted for at in range(len(words)))


def silence_cpu(model: SpeechModel, phrase: str) -> float:
    """Return the share of a core that waiting in a quiet room takes."""
    from assistant.speech.hearing.gate import Gate
    from assistant.speech.hearing.wake import Wake

    gate, waiting = Gate(), Wake(model, phrase)
    room = quiet(QUIET_SECONDS)
    began = time.process_time()
    for frame in room:
        waiting.feed(frame, gate(frame))
    return round((time.process_time() - began) / QUIET_SECONDS, 5)


def quiet(seconds: float) -> list[Frame]:
    """Return the sound of a quiet room: a little noise, the same every time."""
    import random

    draw = random.Random(0)
    second = [draw.randint(-ROOM, ROOM) for _ in range(RATE)]
    sound = b"".join(sample.to_bytes(2, "little", signed=True) for sample in second)
    size, count = 2 * SAMPLES, round(seconds / FRAME_SECONDS)
    whole = sound * (count * size // len(sound) + 1)
    return [whole[at * size : (at + 1) * size] for at in range(count)]


def _play(
    clips: Sequence[Clip], waiting: Sequence[Wake], tallies: Sequence[Tally]
) -> tuple[float, float]:
    """Let all listen to the recordings; return the seconds played, and the gate's of CPU."""
    from assistant.speech.hearing.gate import Gate

    gate, gap = Gate(), quiet(GAP_SECONDS)
    total = spent = 0.0
    for clip in clips:
        sound = clip.frames()
        frames = [*sound, *gap]
        began = time.process_time()
        speech = [gate(frame) for frame in frames]
        spent += time.process_time() - began
        total += len(frames) * FRAME_SECONDS
        for each, tally in zip(waiting, tallies, strict=True):
            began = time.process_time()
            scores = list(_scores(each, frames, speech))
            tally.cpu += time.process_time() - began
            seconds = len(sound) * FRAME_SECONDS
            tally.take(clip, seconds, [score for score, _ in scores])
            if tally.alone is not None:
                tally.alone.take(clip, seconds, [alone for _, alone in scores])
    return total, spent


def _scores(
    waiting: Wake, frames: Sequence[Frame], speech: Sequence[float]
) -> Iterator[tuple[float, float]]:
    """Yield the score of each place it was found in, and that without the second hearing."""
    for frame, probability in zip(frames, speech, strict=True):
        score = waiting.feed(frame, probability)
        if score is not None:
            yield score, waiting.alone


def _figures(tally: Tally, threshold: float, total: float) -> dict[str, float]:
    figures = tally.figures(threshold)
    figures["wake_cpu"] = round(tally.cpu / total, 4)
    if tally.alone is not None:
        figures["missed_alone"] = tally.alone.missed(threshold)
        figures["false_wakes_alone"] = tally.alone.false(threshold)
    for step in CURVE:
        figures[f"missed_at_{step:g}"] = tally.missed(step)
        figures[f"false_wakes_at_{step:g}"] = tally.false(step)
    return figures


def _note(tally: Tally, threshold: float, total: float) -> str:
    told = tally.figures(threshold)
    worst = [f"{name} {score:.2f}" for score, name in sorted(tally.where, reverse=True)[:3]]
    after = f" The surest where it was not said: {', '.join(worst)}." if worst else ""
    if tally.alone is not None:
        missed, false = tally.alone.missed(threshold), tally.alone.false(threshold)
        after += f" Without the second hearing it would be {missed} missed, {false} false."
    return (
        f"“{tally.phrase}”: missed {told['missed']:.0f} of {told['recordings']:.0f}; "
        f"{told['false_wakes']:.0f} false in {told['seconds']:.0f} s, so fewer than "
        f"{told['false_wakes_an_hour_upper']:.1f} an hour with 95 % certainty.{after}"
    )
