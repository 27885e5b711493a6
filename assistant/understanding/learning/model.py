"""The checkpoint at work: encodes sentences, fits the head for the skills, ranks texts."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    from assistant.understanding.learning.belief import Belief
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

ASKED = 100
"""Background sentences, the likeliest, that are read as a whole to see what is believed."""

PACKAGE = Path(__file__).resolve().parents[2]

READING = ("language", "understanding")
"""Rooms whose code reads a sentence."""

ALIKE = 4
"""Nearest examples of an intent that a sentence's words are held against."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a sentence is to an intent, as ``IntentClassifier.likeness`` tells it.

    With the examples nearest to it with neutral words.
    """

    figures: tuple[float, ...]
    examples: tuple[str, ...]


class IntentModel:
    """Loads nothing until it is needed. ``state`` is "loading", "ready", or what went wrong."""

    def __init__(
        self, checkpoint: Path, cache: Path, shipped: Path, background: Path, judge: Path
    ) -> None:
        self._checkpoint = checkpoint
        self._cache = cache
        self._shipped = shipped
        self._background = background
        self._judge = judge
        self._belief: Belief | None = None
        self._others: Floats | None = None
        self._encoder: Encoder | None = None
        self._vectors: VectorCache | None = None
        self._head: IntentClassifier | None = None
        self._fitted: tuple[Skills, Taught] | None = None
        self._learnt: tuple[list[str], list[str], list[int], list[int]] | None = None
        self._own: list[str] = []
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
        from assistant.understanding.learning.belief import Belief
        from assistant.understanding.learning.vectors import VectorCache

        try:
            self._belief = Belief.load(self._judge) if self._judge.exists() else None
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
        self._own = by_intent(wordings)[0]
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
        if self._fitted is None or self._fitted[0] is not skills:
            self._others = None
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

    @property
    def judges(self) -> bool:
        """Tell whether there is a judge of readings."""
        return self._belief is not None

    def chance(self, figures: Floats) -> float:
        """Return the chance that a reading with these figures (k,) is right."""
        assert self._belief is not None
        return float(self._belief.chances(figures[None])[0])

    def others(self, believed: Callable[[str], float]) -> Floats:
        """Return how far background sentences are ``believed``, the most first.

        It is asked once for the installed skills, and kept for the next start. Of those that the
        head finds least likely it is not asked; they count as the least of the others.
        """
        if self._others is None:
            from assistant.understanding.learning.kept import kept, key_of

            path, key = self._cache.with_name("others.npz"), key_of(self._depends())
            found = kept(path, key, ("others",), lambda: {"others": self._ask(believed)})
            self._others = found["others"]
        return self._others

    def _ask(self, believed: Callable[[str], float]) -> Floats:
        import numpy as np

        assert self._head is not None
        assert self._vectors is not None
        texts = read_background(self._background)
        likely, far = self._head.likely(self._vectors.vectors(texts))
        asked = [i for i in np.argsort(-likely) if far[i]][:ASKED]
        told = sorted((believed(texts[i]) for i in asked), reverse=True)
        rest = [told[-1] if told else 0.0] * (int(far.sum()) - len(told))
        return np.array([*told, *rest], np.float32)

    def _depends(self) -> Iterator[bytes]:
        """Give what belief in background depends on, the code that reads it too.

        What was taught counts for nothing: a few sentences move it little.
        """
        assert self._encoder is not None
        assert self._fitted is not None
        yield self._encoder.fingerprint.encode()
        yield self._judge.read_bytes()
        yield "\n".join(read_background(self._background)).encode()
        yield "\n".join(self._own).encode()
        for room in READING:
            for path in sorted((PACKAGE / room).rglob("*.py")):
                yield path.read_bytes()

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

    def likeness(self, text: str, neutral: str, intent: str) -> Likeness:
        """Return how like an intent a text is, and one with neutral words in place of its own."""
        assert self._encoder is not None
        assert self._head is not None
        assert self._learnt is not None
        vector = self._encoder.encode([text])[0]
        other = vector if neutral == text else self._encoder.encode([neutral])[0]
        nearest = self._head.nearest(intent, other, ALIKE)
        return Likeness(
            self._head.likeness(intent, vector, other),
            tuple(self._learnt[1][row] for row, _ in nearest),
        )

    def word_vectors(self, words: Sequence[str]) -> Floats:
        """Return a unit vector a word, (n, width), whatever stands around it."""
        assert self._encoder is not None
        return self._encoder.word_vectors(words)

    def _with_example(self, candidate: Candidate, vector: Floats) -> Candidate:
        assert self._head is not None
        row, cosine = self._head.nearest(candidate.intent, vector)[0]
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
