"""Free text in sentences that match no example: a tagger for each intent, from its own examples.

An intent's templates are written out with words of ours in their holes, and a tagger is fitted on
their token vectors the first time it is needed: about half a second, kept in the user's cache.
Learnt so from ten published rows an intent it finds half as much again as the words around a hole
do: data/fills/README.md has the figures.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant import files
from assistant.language import templates
from assistant.language.pace import aside
from assistant.understanding.learning import tagging

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.understanding.learning.tagging import Tagger, Tokens

SENTENCES = 64
"""Sentences a tagger is fitted on, at most."""

PER_TEMPLATE = 8
"""Sentences of one example, at most."""

EPOCHS = 12

log = logging.getLogger(__name__)


class SlotTaggers:
    """The taggers of the intents, each made when it is first needed."""

    def __init__(self, tokens: Tokens, fingerprint: str, fills: Sequence[str], cache: Path) -> None:
        self._tokens = tokens
        self._fingerprint = fingerprint
        self._fills = tuple(fills)
        self._cache = cache
        self._known: dict[str, tuple[Intent, Tagger]] = {}

    def spans(self, intent: Intent, text: str) -> list[tuple[int, int, str]]:
        """Return (start, end, slot) of the free texts found in a sentence of an intent."""
        if not any(slot.type.greedy for slot in intent.slots.values()):
            return []
        known, tagger = self._known.get(intent.name, (None, None))
        if tagger is None or known is not intent:
            with aside():
                tagger = self._learnt(intent)
            self._known[intent.name] = intent, tagger
        return tagger.spans([text])[0]

    def _learnt(self, intent: Intent) -> Tagger:
        """Return an intent's tagger, from the file where its sentences were learnt before."""
        sentences = self._sentences(intent)
        key = _key(self._fingerprint, sentences)
        return self._load(key) or self._made(key, sentences)

    def _sentences(self, intent: Intent) -> list[tuple[str, list[str]]]:
        """Return sentences of an intent's examples, with the tag of every word."""
        values = {
            name: (*slot.type.examples, *(self._fills if slot.type.greedy else ()))
            for name, slot in intent.slots.items()
        }
        share = max(1, min(PER_TEMPLATE, SENTENCES // max(1, len(intent.lessons))))
        return [
            (sampled.text, _tags(sampled.text, sampled.spans))
            for example in intent.lessons[:SENTENCES]
            for sampled in templates.sample(example, values, limit=share)
        ]

    def _made(self, key: str, sentences: Sequence[tuple[str, list[str]]]) -> Tagger:
        texts, tags = [s for s, _ in sentences], [t for _, t in sentences]
        tagger = tagging.fit(texts, tags, self._tokens, EPOCHS)
        try:
            _save(self._cache / f"{key}.npz", tagger)
        except OSError:
            log.warning("a slot tagger can't be kept in %s", self._cache, exc_info=True)
        return tagger

    def _load(self, key: str) -> Tagger | None:
        """Return a tagger of an earlier run; None where there is none or it is damaged."""
        path = self._cache / f"{key}.npz"
        try:
            with files.opened(path) as file, np.load(file, allow_pickle=False) as data:
                tags = tuple(str(tag) for tag in data["tags"])
                arrays = (data["weights"], data["letters"], data["moves"])
        except FileNotFoundError:
            return None
        except Exception:  # a damaged cache of any kind is made anew
            log.warning("the slot tagger %s can't be read", key, exc_info=True)
            return None
        return tagging.Tagger(tags, *arrays, self._tokens)


def _tags(text: str, spans: Mapping[str, tuple[int, int]]) -> list[str]:
    """Return the BIO tag of every word of a text whose slots stand at (start, end)."""
    tags, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        slot = next(((n, a) for n, (a, b) in spans.items() if a <= start < b), None)
        tags.append("O" if slot is None else f"{'B' if start == slot[1] else 'I'}-{slot[0]}")
    return tags


def _key(fingerprint: str, sentences: Sequence[tuple[str, list[str]]]) -> str:
    told = repr((tagging.FORM, fingerprint, sentences, EPOCHS)).encode("utf-8", "replace")
    return hashlib.blake2b(told, digest_size=12).hexdigest()


def _save(path: Path, tagger: Tagger) -> None:
    """Write a tagger, whole or not at all."""
    with files.replacing(path) as file:
        np.savez(
            file,
            tags=np.array(tagger.tags),
            weights=tagger.weights,
            letters=tagger.letters,
            moves=tagger.moves,
        )
