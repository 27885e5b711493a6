"""What rounding to int8 costs: a float folder and its int8 form on the same labelled files.

Both are read in the same way, so only the encoder's arithmetic differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from assistant.engine.checkpoint import read_heads
from assistant.engine.encoder import TokenVectors
from assistant.errors import CheckpointError
from assistant.labelled import labels, metrics
from assistant.labelled.rows import Row, read
from assistant.training.checkpoint import load_encoder, read_tokenizer
from assistant.training.probe import alike, pad
from assistant.understanding.learning.features import Features, Reading, runs

LONGEST = 512
"""Tokens both architectures have positions for."""

CHUNK = 32
"""Texts read at a time."""


class Reader(Protocol):
    """What reads sentiment and entities."""

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return the sentiment and the entities of each text."""
        ...


class FloatEncoder:
    """A float folder's encoder in 32-bit arithmetic, with the face of the engine's."""

    def __init__(self, folder: Path) -> None:
        self._encoder = load_encoder(folder).eval()
        self.hidden = self._encoder.config.hidden
        self._tokenizer = read_tokenizer(folder)
        self._tokenizer.enable_truncation(LONGEST)

    @torch.no_grad()
    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return each text's token vectors, without the marks around the text."""
        encoded = self._tokenizer.encode_batch(list(texts))
        ids, mask = pad([each.ids for each in encoded])
        vectors: Tensor = self._encoder(ids, mask)  # (B, T, C)
        found = []
        for rows, each in zip(vectors, encoded, strict=True):
            kept = rows[: len(each.ids)]
            inner = torch.tensor(each.special_tokens_mask) == 0
            offsets = torch.tensor(each.offsets).view(-1, 2)[inner].numpy()
            found.append(TokenVectors(kept[inner].numpy(), offsets, kept.mean(0).numpy()))
        return found


def float_features(folder: Path) -> Features:
    """Open a float folder with heads. Raises CheckpointError when it has none."""
    encoder = FloatEncoder(folder)
    heads = read_heads(folder, encoder.hidden)
    if not heads:
        raise CheckpointError(f"{folder} has no heads: train it with a recipe.")
    return Features(encoder, heads.get("sentiment"), heads.get("entities"))  # type: ignore[arg-type]


def moods(reader: Reader, rows: Sequence[Row]) -> float:
    """Return the share of right sentiments among the classes the rows have; others are left out."""
    known = [(row.text, name) for row in rows if (name := labels.sentiment(row.label))]
    kept = [(text, name) for text, name in known if name in labels.SENTIMENTS]
    present = {name for _, name in kept}
    given = []
    for reading in _readings(reader, [text for text, _ in kept]):
        chances = dict(zip(labels.SENTIMENTS, reading.sentiment or (0, 0, 0), strict=True))
        given.append(max(sorted(present), key=chances.__getitem__))
    return metrics.accuracy([name for _, name in kept], given)


def spans(reader: Reader, rows: Sequence[Row]) -> float:
    """Return the F1 of whole spans, by our types and only those the rows have."""
    gold = [_spans(row) for row in rows]
    kinds = {kind for each in gold for _, _, kind in each}
    found = [
        [(e.start, e.end, e.type) for e in reading.entities if e.type in kinds]
        for reading in _readings(reader, [row.text for row in rows])
    ]
    return metrics.spans(gold, found)[""][2]


MEASURES = {"sentiment": moods, "entities": spans}


def compare(
    parent: Path, checkpoint: Path, files: Sequence[tuple[str, Path]], most: int = 0
) -> list[tuple[str, float, float]]:
    """Return (file, figure of the float folder, of the int8 one) for (kind, file) of rows.

    ``most`` rows of each file are read, 0 is all. Raises AssistantError.
    """
    whole, rounded = float_features(parent), Features.load(checkpoint)
    told = []
    for kind, path in files:
        rows = read(path, "sentiment" if kind == "sentiment" else "entities")[: most or None]
        measure = MEASURES[kind]
        told.append((path.name, measure(whole, rows), measure(rounded, rows)))
    return told


def _readings(reader: Reader, texts: Sequence[str]) -> list[Reading]:
    """Read texts in chunks of like length, in their own order."""
    found: dict[int, Reading] = {}
    for part in alike([len(text) for text in texts], CHUNK):
        found |= dict(zip(part, reader.read([texts[i] for i in part]), strict=True))
    return [found[i] for i in range(len(texts))]


def _spans(row: Row) -> list[tuple[int, int, str]]:
    """Return (start, end, our type) in the text of a row's spans whose type is ours."""
    starts, at = [], 0
    for token in row.tokens:
        starts.append(at)
        at += len(token) + 1
    found = []
    for first, after in runs(row.tags):
        if kind := labels.entity(row.tags[first][2:]):
            found.append((starts[first], starts[after - 1] + len(row.tokens[after - 1]), kind))
    return found
