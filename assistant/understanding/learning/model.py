"""The checkpoint at work: encodes sentences, fits the head for the skills, ranks texts."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import CheckpointError
from assistant.language import templates
from assistant.language.phrasing import suggested

if TYPE_CHECKING:
    from assistant.engine import Encoder
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.turn import Candidate
    from assistant.understanding.learning.classifier import IntentClassifier
    from assistant.understanding.learning.regression import Floats
    from assistant.understanding.learning.vectors import VectorCache

PER_INTENT = 48
"""Sentences an intent is learnt from, at most; more changed nothing on the bundled skills."""

PER_TEMPLATE = 4
"""Sentences sampled of one example, at most."""

NEAR = 0.35
"""Cosine from which an example is worth suggesting."""

Taught = tuple[tuple[str, str], ...]
"""Sentences that the user taught, each with the name of its intent."""

LOADING, READY = "loading", "ready"

log = logging.getLogger(__name__)


class IntentModel:
    """Loads nothing until it is needed. ``state`` is "loading", "ready", or what went wrong."""

    def __init__(self, checkpoint: Path, cache: Path, shipped: Path, background: Path) -> None:
        self._checkpoint = checkpoint
        self._cache = cache
        self._shipped = shipped
        self._background = background
        self._encoder: Encoder | None = None
        self._vectors: VectorCache | None = None
        self._head: IntentClassifier | None = None
        self._fitted: tuple[Skills, Taught] | None = None
        self._learnt: tuple[list[str], list[str], list[int], list[int]] | None = None
        self._worded: dict[int, str] = {}
        self.state = LOADING

    @property
    def ready(self) -> bool:
        """Tell whether sentences can be understood freely."""
        return self._head is not None

    def load(self) -> None:
        """Open the checkpoint; where that fails ``state`` says why, and templates still work."""
        if self._encoder is not None or self.state != LOADING:
            return
        from assistant.engine import Encoder
        from assistant.understanding.learning.vectors import VectorCache

        try:
            self._encoder = Encoder.load(self._checkpoint)
        except CheckpointError as error:
            log.warning("no weights", exc_info=True)
            self.state = str(error)
            return
        self._vectors = VectorCache(self._encoder, self._shipped, self._cache)

    def fit(self, skills: Skills, taught: Taught = ()) -> None:
        """Fit the head for the installed skills and what was taught, unless it is."""
        if self._vectors is None or self._is_fitted(skills, taught):
            return
        from assistant.understanding.learning import heads
        from assistant.understanding.learning.classifier import Labelled, by_intent

        wordings = sentences_of(skills.intents)
        for sentence, intent in taught:
            if intent in wordings:
                wordings[intent].append([sentence])
        flat, intents, numbers = by_intent(wordings)
        learnt = (list(wordings), flat, intents, numbers)
        if learnt == self._learnt:  # skills were loaded anew, and say the same
            self._fitted = (skills, taught)
            return
        labelled = Labelled.of(self._vectors.vectors(flat), intents, numbers)
        background = self._vectors.vectors(read_background(self._background))
        kept = self._cache.with_name("head.npz")
        self._head = heads.fitted(kept, list(wordings), labelled, background)
        self._fitted, self._learnt, self._worded = (skills, taught), learnt, {}
        self.state = READY

    def prepare(self, skills: Skills, taught: Taught = ()) -> bool:
        """Load and fit where that is still to do; tell whether the model can be asked."""
        self.load()
        self.fit(skills, taught)
        return self.ready

    def _is_fitted(self, skills: Skills, taught: Taught) -> bool:
        return self._fitted is not None and self._fitted[0] is skills and self._fitted[1] == taught

    @property
    def encoder(self) -> Encoder | None:
        """Return the open encoder, None before there is one."""
        return self._encoder

    @property
    def engine(self) -> str:
        """Return what computes the vectors, nothing before they can be."""
        return self._encoder.engine if self._encoder else ""

    def knows(self, word: str) -> bool:
        """Tell whether a word is a common one; without weights every word is."""
        self.load()
        return self._encoder is None or self._encoder.knows(word)

    def notes(self, text: str) -> tuple[str, ...]:
        """Return what the user should know of how a text was read."""
        assert self._encoder is not None
        if self._encoder.fits(text):
            return ()
        most = self._encoder.config.positions
        return (f"Only the first {most} word pieces of that were read: say it in fewer words.",)

    def predict(self, text: str) -> tuple[list[Candidate], dict[str, float]]:
        """Return the likeliest intents, best first, and the milliseconds of each stage.

        Each comes with the sentence of its examples that is nearest, where one is near at all.
        """
        assert self._encoder is not None
        assert self._head is not None
        start = time.perf_counter()
        vector = self._encoder.encode([text])[0]
        encoded = time.perf_counter()
        ranked = [self._with_example(c, vector) for c in self._head.predict(vector)]
        done = time.perf_counter()
        timings = {"encode": _ms(encoded - start), "classify": _ms(done - encoded)}
        return ranked, timings

    def threshold(self, false_accepts: float) -> float:
        """Return how sure one must be that at most such a share of the unrelated is accepted."""
        assert self._head is not None
        return self._head.judge.threshold(false_accepts)

    def missed(self, false_accepts: float) -> float:
        """Return the share of the skills' own examples, left out, that would be refused then."""
        assert self._head is not None
        return self._head.judge.missed(false_accepts)

    def harmless(self, skills: Skills, sentence: str, intent: str) -> bool:
        """Tell whether a sentence, learnt as one of an intent, spoils none of the examples.

        The ranking is fitted with it and without, on the examples of the installed skills.
        """
        if self._fitted is None or self._fitted[0] is not skills or self._vectors is None:
            return False
        assert self._head is not None
        more = self._vectors.vectors([sentence])
        return self._head.harmless(intent, more)

    def _with_example(self, candidate: Candidate, vector: Floats) -> Candidate:
        assert self._head is not None
        row, cosine = self._head.nearest(candidate.intent, vector)
        if cosine < NEAR:
            return candidate
        if row not in self._worded:
            self._worded[row] = self._suggested(candidate.intent, row)
        return replace(candidate, example=self._worded[row])

    def _suggested(self, name: str, row: int) -> str:
        """Return a learnt sentence as one suggests it; a taught one as it is."""
        assert self._fitted is not None
        assert self._learnt is not None
        _, sentences, intents, numbers = self._learnt
        intent = self._fitted[0].intents[name]
        place = numbers[row] - numbers[intents.index(intents[row])]
        if place >= len(intent.lessons[:PER_INTENT]):
            return sentences[row]
        seldom = frozenset(n for n, slot in intent.slots.items() if slot.type.name == "str")
        return suggested(intent.lessons[place], sentences[row], _values(intent), seldom)

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return how near each text is in meaning to a query; by shared words without weights."""
        self.load()
        if self._vectors is None or self._encoder is None or not texts:
            return [_overlap(query, text) for text in texts]
        asked = self._encoder.encode([query])[0]
        scores: list[float] = (self._vectors.vectors(texts) @ asked).tolist()
        return scores


def sentences_of(intents: Mapping[str, Intent]) -> dict[str, list[list[str]]]:
    """Return what each intent is learnt from: sentences sampled of each of its examples."""
    return {name: _sentences(intent) for name, intent in intents.items()}


def read_background(folder: Path) -> list[str]:
    """Return the sentences that stand for everything no skill covers."""
    lines = [
        line.strip()
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [line for line in lines if line and not line.startswith("#")]


def _sentences(intent: Intent) -> list[list[str]]:
    values = _values(intent)
    share = max(1, min(PER_TEMPLATE, PER_INTENT // max(1, len(intent.lessons))))
    return [
        [sampled.text for sampled in templates.sample(example, values, limit=share)]
        for example in intent.lessons[:PER_INTENT]
    ]


def _values(intent: Intent) -> dict[str, tuple[str, ...]]:
    return {name: slot.type.examples for name, slot in intent.slots.items()}


def _overlap(query: str, text: str) -> float:
    """Return the share of common words (Jaccard)."""
    left, right = (set(re.findall(r"\w+", each.casefold())) for each in (query, text))
    return len(left & right) / len(left | right) if left | right else 0.0


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
