"""How far a second hearing is believed, fitted on recordings.

``python -m assistant.measuring.believing SOUNDS --skill FILE`` writes the ``belief.json`` of the
bundled model. SOUNDS has the folders ``barista`` (labels.jsonl), ``assistant_real``, ``noise``,
``noisy_made``, ``read_speech``, ``nonspeech`` and ``babble_made`` (transcripts.tsv); FILE is the
skill of the labels.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant import files
from assistant.language.spoken import as_said
from assistant.measuring import recordings
from assistant.measuring.hearing import Understander, understander
from assistant.measuring.sound.mixing import Noise
from assistant.measuring.speech_figures import is_right
from assistant.speech.capture.source import FileSource
from assistant.speech.hearing.again import Second
from assistant.speech.second import Belief
from assistant.speech.whisper import checkpoint, shelf
from assistant.speech.whisper.model import WhisperModel
from assistant.turn.hearing import Hearing

if TYPE_CHECKING:
    from assistant.measuring.recordings import Recording
    from assistant.speech.second import SecondModel
    from assistant.turn import Understanding

ORDERS, REQUESTS = "barista", ("assistant_real", "noisy_made")
"""The sets of commands: labelled ones, and those that the bundled skills may cover."""

NO_REQUESTS = ("read_speech", "nonspeech", "babble_made")

SNRS = (None, 12.0, 6.0)
"""How loud the noise is under the labelled orders, in dB."""

MOST = 90
"""Recordings of a set, at most, evenly drawn."""

ALWAYS = Belief(30.0)
"""Whatever was taken is to be seen here."""

WEIGHT = 0.05
"""How strongly coefficients are drawn to 0."""


@dataclass(frozen=True)
class Case:
    """A way that was taken: its log-likelihood for a word, alone, and whether it was right."""

    word: float
    right: bool


def main() -> None:
    """Hear the recordings, fit, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sounds", type=Path)
    parser.add_argument("--skill", type=Path, required=True)
    asked = parser.parse_args()
    folder = shelf.find("")
    assert folder is not None
    model = WhisperModel(folder)
    model.belief = ALWAYS
    cases = list(_cases(model, asked.sounds, asked.skill))
    bias, word = fit(cases)
    told = {"bias": round(bias, 3), "word": round(word, 3), "silence": 0.0}
    files.write(folder / checkpoint.BELIEF, json.dumps(told) + "\n")
    for line in table(cases, bias, word):
        print(line)  # noqa: T201


def _cases(model: SecondModel, sounds: Path, skill: Path) -> Iterator[Case]:
    noise = Noise(next((sounds / "noise").glob("*.flac")))
    with understander(skill) as understood:
        labelled = recordings.read(sounds / ORDERS / "labels.jsonl", MOST)
        for snr in SNRS:
            yield from _heard(model, understood, labelled, is_right, noise, snr)
        for name in NO_REQUESTS:
            strange = recordings.read(sounds / name / "transcripts.tsv", MOST)
            yield from _heard(model, understood, strange, lambda _r, _t: False)
    with understander(None) as understood:
        for name in (*REQUESTS, *NO_REQUESTS):
            asked = recordings.read(sounds / name / "transcripts.tsv", MOST)
            yield from _heard(model, understood, asked, _as_typed(understood))


def _as_typed(understood: Understander) -> Callable[[Recording, Understanding], bool]:
    """Return what tells whether the intent is that of the transcript."""

    def right(recording: Recording, meant: Understanding) -> bool:
        if not recording.transcript:
            return False
        return understood.typed(recording.transcript).intent == meant.intent

    return right


def _heard(
    model: SecondModel,
    understood: Understander,
    asked: list[Recording],
    right: Callable[[Recording, Understanding], bool],
    noise: Noise | None = None,
    snr: float | None = None,
) -> Iterator[Case]:
    second = Second(model)
    second.expect(understood.sayable)
    for recording in asked:
        frames = list(FileSource(recording.path).frames())
        if noise is not None and snr is not None:
            frames = noise.under(frames, snr, recording.path.name)
        sound = b"".join(frames)
        again = second.finish(sound, len(sound))
        hearing = Hearing(again.hypotheses, datetime.now(UTC), judge=again.judge)
        text, meant = understood.chosen(hearing)
        if meant.intent is not None and again.judge is not None:
            yield Case(again.judge.word(as_said(text)), right(recording, meant))
    second.close()


def fit(cases: list[Case]) -> tuple[float, float]:
    """Return bias and slope of the logistic regression (Newton's method)."""
    x = np.array([[1.0, case.word] for case in cases])
    y = np.array([float(case.right) for case in cases])
    found, drawn = np.zeros(2), np.diag([0.0, WEIGHT])
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(x @ found, -30, 30)))
        slope = x.T @ (p - y) + drawn @ found
        bent = (x * (p * (1 - p))[:, None]).T @ x + drawn + 1e-9 * np.eye(2)
        found = found - np.linalg.solve(bent, slope)
    return float(found[0]), float(found[1])


def table(cases: list[Case], bias: float, word: float) -> Iterator[str]:
    """Tell of each stretch of probabilities how many were right."""
    sure = [1 / (1 + np.exp(-np.clip(bias + word * c.word, -30, 30))) for c in cases]
    edges = (0.0, 0.2, 0.55, 0.8, 0.95, 1.01)
    yield f"{len(cases)} ways taken, {sum(c.right for c in cases)} right"
    for low, high in pairwise(edges):
        there = [c.right for c, p in zip(cases, sure, strict=True) if low <= p < high]
        yield f"{low:.2f}–{min(high, 1.0):.2f}: {sum(there)} of {len(there)} right"


if __name__ == "__main__":
    main()
