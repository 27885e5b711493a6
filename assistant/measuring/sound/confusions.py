"""Which word a recognizer hears for which: counts of single words, learnt from recordings.

``python -m assistant.measuring.sound.confusions FOLDER --model MODEL --out FILE`` hears the
recordings of a folder (see clips.py) with the open ear, holds each of its hypotheses against the
transcript, and writes a table of three columns: the word said, the word heard (empty where it was
left out), how often. Words heard rightly are counted too, so that the table tells how often a word
goes wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import AssistantError
from assistant.measuring.sound.alignment import aligned
from assistant.measuring.sound.clips import Clip, clips, model_at
from assistant.speech.hearing.ears import Ears
from assistant.speech.recognizer import SpeechModel

SETS = ("assistant_real", "barista", "command_words", "noisy_made", "read_speech", "wake_words")
"""Sets of real speech."""

LEAST = 3
"""How often a word must have been heard for another to be kept."""

HEADS = ("said", "heard", "count")

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Confusions:
    """What was heard for each word, with counts; "" where it was left out."""

    heard: Mapping[str, Mapping[str, int]]

    def draw(self, word: str, chance: random.Random) -> str:
        """Return a word as it may be heard, as often as it was; itself where it is not known."""
        told = self.heard.get(word)
        if not told:
            return word
        return chance.choices(list(told), weights=list(told.values()))[0]

    @property
    def words(self) -> list[str]:
        """Return all words that were said or heard."""
        both = {*self.heard, *(word for each in self.heard.values() for word in each)}
        return sorted(both - {""})


def read(path: Path) -> Confusions:
    """Read a table. Raises AssistantError naming the line that is none of it."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise AssistantError(f"{path} can't be read ({error.strerror}): check the name.") from error
    heard: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(lines[1:], start=2):
        columns = line.split("\t")
        if len(columns) != len(HEADS) or not columns[2].isdigit() or not columns[0]:
            raise AssistantError(f"{path}:{number} is no word said, word heard and count.")
        heard[columns[0]][columns[1]] = int(columns[2])
    return Confusions(heard)


def learn(model: SpeechModel, recordings: Iterable[Clip]) -> Counter[tuple[str, str]]:
    """Count what is heard for each word over all hypotheses of the open ear."""
    ears = Ears(model)
    counts: Counter[tuple[str, str]] = Counter()
    for clip in recordings:
        if not clip.transcript:
            continue
        for frame in clip.frames():
            ears.accept(frame)
        for hypothesis in ears.finish(datetime.now(UTC)).hypotheses:
            counts.update(changed(clip.transcript.split(), hypothesis.text.split()))
    return counts


def changed(said: Sequence[str], heard: Sequence[str]) -> list[tuple[str, str]]:
    """Return what was heard for each word said; words put in between belong to none."""
    return [(word, other or "") for word, other in aligned(said, heard) if word is not None]


def table(counts: Counts) -> str:
    """Return the table as text: right ones always, others where they were heard often enough."""
    kept = sorted(
        (said, -count, heard)
        for (said, heard), count in counts.items()
        if count >= LEAST or said == heard
    )
    lines = ("\t".join((said, heard, str(-count))) for said, count, heard in kept)
    return "\n".join(("\t".join(HEADS), *lines)) + "\n"


def main(words: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m assistant.measuring.sound.confusions")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, required=True, help="a speech model")
    parser.add_argument("--out", type=Path, required=True, help="the table")
    parser.add_argument("--most", type=int, help="recordings of each set")
    asked = parser.parse_args(words)
    try:
        counts = learn(model_at(asked.model), clips(asked.folder, SETS, asked.most))
        asked.out.write_text(table(counts), encoding="utf-8")
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
