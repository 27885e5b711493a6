"""Sentiment and entities of a sentence, by SqueezeBERT, in one pass.

Two linear heads on one encoder: sentiment on the mean of the token vectors, entities (BIO) on the
first word piece of every word. The best tags are found by Viterbi, so that none is impossible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.engine import Encoder
from assistant.engine.checkpoint import Head, read_heads
from assistant.engine.encoder import TokenVectors
from assistant.errors import CheckpointError
from assistant.language.records import dataclass
from assistant.turn import Entity

Floats = NDArray[np.float32]

SENTIMENTS = ("negative", "neutral", "positive")

NEVER = np.float32(-1e9)
"""The log probability of a tag that can't follow another."""

TRAILING = "?!,;:)”\"'"
"""Marks at the end of a word that are no part of a name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the chance of negative, neutral and positive, and the entities in order.

    Without a head for sentiment the chances are None.
    """

    sentiment: tuple[float, float, float] | None
    entities: tuple[Entity, ...]

    @property
    def mood(self) -> str | None:
        """Return the likeliest sentiment."""
        return SENTIMENTS[int(np.argmax(self.sentiment))] if self.sentiment else None


class Features:
    """A checkpoint with a head for sentiment, one for entities, or both, ready to read."""

    def __init__(self, encoder: Encoder, sentiment: Head | None, entities: Head | None) -> None:
        self.encoder = encoder
        self._sentiment = sentiment
        self._entities = entities
        self._moves = tag_moves(entities.labels if entities else ())

    @classmethod
    def load(cls, folder: Path, beside: Encoder | None = None) -> Features:
        """Open a checkpoint. Raises CheckpointError when it can't be used or has no such head.

        The words that an encoder ``beside`` it has are not read again.
        """
        encoder = Encoder.load(folder, beside)
        heads = read_heads(folder, encoder.hidden)
        sentiment, entities = heads.get("sentiment"), heads.get("entities")
        if sentiment is None and entities is None:
            raise CheckpointError(f"{folder} has no head for sentiment or entities: use another.")
        if sentiment and set(sentiment.labels) != set(SENTIMENTS):
            labels = ", ".join(sentiment.labels)
            raise CheckpointError(f"{folder}: the sentiments are {labels}: use another checkpoint.")
        return cls(encoder, sentiment, entities)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return the sentiment and the entities of each text."""
        tokens = self.encoder.tokens(texts)
        return [self._read(text, each) for text, each in zip(texts, tokens, strict=True)]

    def tags(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the likeliest tag of each word by itself, to compare machines by."""
        if self._entities is None:
            return [[] for _ in texts]
        told = []
        for text, tokens in zip(texts, self.encoder.tokens(texts), strict=True):
            rows = [row for row, _, _ in first_pieces(text, tokens)]
            best = _log_softmax(tokens.vectors[rows], self._entities).argmax(axis=1)
            told.append([self._entities.labels[i] for i in best])
        return told

    def _read(self, text: str, tokens: TokenVectors) -> Reading:
        return Reading(self._mood(tokens), self._spans(text, tokens))

    def _mood(self, tokens: TokenVectors) -> tuple[float, float, float] | None:
        if self._sentiment is None:
            return None
        chances = np.exp(_log_softmax(tokens.mean[None], self._sentiment)[0])
        by_name = dict(zip(self._sentiment.labels, chances.tolist(), strict=True))
        negative, neutral, positive = (by_name[name] for name in SENTIMENTS)
        return negative, neutral, positive

    def _spans(self, text: str, tokens: TokenVectors) -> tuple[Entity, ...]:
        words = first_pieces(text, tokens)
        if not words or self._entities is None:
            return ()
        rows = [row for row, _, _ in words]
        chances = _log_softmax(tokens.vectors[rows], self._entities)  # (words, labels)
        tags = viterbi(chances, self._moves)
        names = [self._entities.labels[tag] for tag in tags]
        found = []
        for first, last in runs(names):
            start, end = words[first][1], words[last - 1][2]
            end = start + len(_trimmed(text[start:end], last=end == len(text.rstrip())))
            sure = float(np.exp(np.mean([chances[i, tags[i]] for i in range(first, last)])))
            if end > start:
                found.append(Entity(names[first][2:], text[start:end], start, end, round(sure, 4)))
        return tuple(found)


def viterbi(scores: Floats, moves: Floats) -> list[int]:
    """Return the best path of tags for log probabilities (n, labels).

    ``moves`` (labels + 1, labels) is what going from one tag to the next adds; the last row is
    the start.
    """
    best = scores[0] + moves[-1]
    back = []
    for row in scores[1:]:
        ways = best[:, None] + moves[:-1]  # (from, to)
        back.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


def runs(tags: Sequence[str]) -> list[tuple[int, int]]:
    """Return (first, after the last) of every span in BIO tags; a stray I- begins one."""
    found: list[tuple[int, int]] = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        inside = tag.startswith("I-") and i > 0 and tags[i - 1][1:] == tag[1:]
        if inside and found and found[-1][1] == i:
            found[-1] = (found[-1][0], i + 1)
        else:
            found.append((i, i + 1))
    return found


def tag_moves(labels: Sequence[str]) -> Floats:
    """Return what each step costs: nothing, or NEVER into I-x from anything but B-x and I-x."""
    moves = np.zeros((len(labels) + 1, len(labels)), np.float32)
    for to, name in enumerate(labels):
        if name.startswith("I-"):
            allowed = [i for i, one in enumerate(labels) if one != "O" and one[2:] == name[2:]]
            moves[:, to] = NEVER
            moves[allowed, to] = 0
    return moves


def first_pieces(text: str, tokens: TokenVectors) -> list[tuple[int, int, int]]:
    """Return (row of the first piece, start, end) of every word, words being what blanks part."""
    starts = {int(start): row for row, (start, _) in reversed(list(enumerate(tokens.offsets)))}
    found = []
    for match in re.finditer(r"\S+", text):
        row = next((starts[at] for at in range(*match.span()) if at in starts), None)
        if row is not None:
            found.append((row, *match.span()))
    return found


def _trimmed(span: str, *, last: bool) -> str:
    """Return a span without marks at its end; at a text's end, without the full stop too."""
    span = span.rstrip(TRAILING)
    abbreviated = "." in span[:-1].split(" ")[-1]
    return span[:-1] if last and span.endswith(".") and not abbreviated else span


def _log_softmax(x: Floats, head: Head) -> Floats:
    """Return the log chances (n, labels) of vectors (n, hidden)."""
    scores = x @ head.weight.T + head.bias
    scores -= scores.max(axis=1, keepdims=True)
    logs: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return logs
