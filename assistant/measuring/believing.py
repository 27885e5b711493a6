"""How far a second hearing is believed, fitted on recordings.

``python -m assistant.measuring.believing SOUNDS --skill FILE`` writes the ``belief.json`` of the
bundled model. SOUNDS has the folders ``barista`` (labels.jsonl), ``assistant_real``, ``noise``,
``noisy_made``, ``read_speech``, ``nonspeech`` and ``babble_made`` (transcripts.tsv); FILE is the
skill of the labels.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant import files
from assistant.measuring import recordings
from assistant.measuring.hearing import Understander, understander
from assistant.measuring.sound.mixing import Noise
from assistant.measuring.speech_figures import is_right
from assistant.speech.capture.source import FileSource
from assistant.speech.hearing.again import Second
from assistant.speech.whisper import checkpoint, shelf
from assistant.speech.whisper.model import WhisperModel
from assistant.turn.hearing import Hearing

if TYPE_CHECKING:
    from assistant.measuring.recordings import Recording
    from assistant.speech.hearing.again import Judging
    from assistant.speech.second import SecondModel
    from assistant.turn import Understanding

ORDERS, REQUESTS = "barista", ("assistant_real", "noisy_made")
"""The sets of commands: labelled ones, and those that the bundled skills may cover."""

NO_REQUESTS = ("read_speech", "nonspeech", "babble_made")

SNRS = (None, 12.0, 6.0)
"""How loud the noise is under the labelled orders, in dB."""

MOST = 60
"""Recordings of a set, at most, evenly drawn."""

WEIGHT = 0.05
"""How strongly coefficients are drawn to 0."""


@dataclass(frozen=True)
class Case:
    """A way that was taken: its log-likelihood for a word, alone, and whether it was right.

    ``silence`` is the probability that nobody spoke.
    """

    word: float
    silence: float
    right: bool


class Witness:
    """A judge that believes everything, and keeps what it was asked last."""

    def __init__(self, judge: Judging) -> None:
        self._judge = judge
        self.hints = judge.hints
        self.word = 0.0

    def likelihoods(self, texts: Sequence[str]) -> Sequence[float]:
        """Return what the judge finds."""
        return self._judge.likelihoods(texts)

    def alone(self, texts: Sequence[str]) -> Sequence[float]:
        """Return what the judge finds with nothing in mind."""
        return self._judge.alone(texts)

    def unheard(self, texts: Sequence[str]) -> Sequence[float]:
        """Return what the judge finds without the sound."""
        return self._judge.unheard(texts)

    def sure(self, text: str) -> float:
        """Keep how likely a text is."""
        self.word = self._judge.word(text) if text else 0.0
        return 1.0


def main() -> None:
    """Hear the recordings, fit, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sounds", type=Path)
    parser.add_argument("--skill", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="another model's folder")
    asked = parser.parse_args()
    folder = asked.model or shelf.find("")
    assert folder is not None
    if not (folder / checkpoint.BELIEF).exists():
        _write(folder, (0.0, 0.0, 0.0))
    model = WhisperModel(folder)
    cases = list(_cases(model, asked.sounds, asked.skill))
    found = fit(cases)
    _write(folder, found)
    for line in table(cases, found):
        print(line)  # noqa: T201


def _write(folder: Path, found: Iterable[float]) -> None:
    names = ("bias", "word", "silence")
    told = {name: round(float(value), 3) for name, value in zip(names, found, strict=True)}
    files.write(folder / checkpoint.BELIEF, json.dumps(told) + "\n")


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
    with closing(Second(model)) as second:
        second.expect(understood.sayable)
        for recording in asked:
            frames = list(FileSource(recording.path).frames())
            if noise is not None and snr is not None:
                frames = noise.under(frames, snr, recording.path.name)
            sound = b"".join(frames)
            again = second.finish(sound, len(sound))
            if again.judge is None:
                continue
            judge = Witness(again.judge)
            hearing = Hearing(again.hypotheses, datetime.now(UTC), judge=judge)
            _text, meant = understood.chosen(hearing)
            if meant.intent is not None:
                yield Case(judge.word, again.judge.silence, right(recording, meant))


def fit(cases: list[Case]) -> np.ndarray:
    """Return bias and slopes of the logistic regression (Newton's method), float64 [3]."""
    x = _figures(cases)
    y = np.array([float(case.right) for case in cases])
    found, drawn = np.zeros(3), np.diag([0.0, WEIGHT, WEIGHT])
    for _ in range(100):
        p = _sure(x, found)
        slope = x.T @ (p - y) + drawn @ found
        bent = (x * (p * (1 - p))[:, None]).T @ x + drawn + 1e-9 * np.eye(3)
        found = found - np.linalg.solve(bent, slope)
    return found


def _figures(cases: list[Case]) -> np.ndarray:
    return np.array([[1.0, case.word, case.silence] for case in cases])


def _sure(x: np.ndarray, found: np.ndarray) -> np.ndarray:
    sure: np.ndarray = 1 / (1 + np.exp(-np.clip(x @ found, -30, 30)))
    return sure


def table(cases: list[Case], found: np.ndarray) -> Iterator[str]:
    """Tell of each stretch of probabilities how many were right."""
    sure = _sure(_figures(cases), found)
    edges = (0.0, 0.2, 0.55, 0.75, 0.95, 1.01)
    yield f"{len(cases)} ways taken, {sum(c.right for c in cases)} right"
    for low, high in pairwise(edges):
        there = [c.right for c, p in zip(cases, sure, strict=True) if low <= p < high]
        yield f"{low:.2f}–{min(high, 1.0):.2f}: {sum(there)} of {len(there)} right"


if __name__ == "__main__":
    main()
