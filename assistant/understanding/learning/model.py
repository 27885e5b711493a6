"""The checkpoint at work: encodes sentences, fits the head for the skills, ranks texts."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import CheckpointError
from assistant.language.pace import look
from assistant.language.records import dataclass
from assistant.understanding.learning.lessons import Lessons, Taught, read_background
from assistant.understanding.learning.spare import open_either

if TYPE_CHECKING:
    from assistant.engine import Encoder
    from assistant.skill.registry import Skills
    from assistant.turn import Candidate
    from assistant.understanding.learning.belief import Belief
    from assistant.understanding.learning.classifier import IntentClassifier, Labelled
    from assistant.understanding.learning.regression import Floats
    from assistant.understanding.learning.vectors import VectorCache

NEAR = 0.35
"""Cosine from which an example is worth suggesting."""

LOADING, READY = "loading", "ready"

ASKED = 100
"""Background sentences, the likeliest, that are read as a whole to see what is believed."""

PACKAGE = Path(__file__).resolve().parents[2]

READING = ("language", "understanding")
"""Rooms whose code reads a sentence."""

ENCODING = 10
"""Words that are looked at in the time in which a letter is encoded."""

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


@dataclass(slots=True)
class _Fit:
    """A head, the lessons it was fitted on, and how far background is believed with it."""

    skills: Skills
    taught: Taught
    lessons: Lessons
    head: IntentClassifier
    others: Floats | None = None
    worded: dict[int, str] = field(default_factory=dict)

    def is_of(self, skills: Skills, taught: Taught) -> bool:
        """Tell whether it is fitted for these skills and what was taught."""
        return self.skills is skills and self.taught == taught

    def with_example(self, candidate: Candidate, vector: Floats) -> Candidate:
        """Return a candidate with the nearest sentence it was learnt from, where one is near."""
        row, cosine = self.head.nearest(candidate.intent, vector)[0]
        if cosine < NEAR:
            return candidate
        if row not in self.worded:
            intent = self.skills.intents[candidate.intent]
            self.worded[row] = self.lessons.suggested(intent, row)
        return replace(candidate, example=self.worded[row])


class IntentModel:
    """Loads nothing until it is needed. ``state`` is "loading", "ready", or what went wrong.

    ``trouble`` is what the user should know of that; without a checkpoint, nothing.
    """

    def __init__(
        self,
        checkpoint: Path | None,
        cache: Path,
        shipped: Path,
        background: Path,
        judge: Path,
        spare: Path | None = None,
    ) -> None:
        """Take the checkpoint to use, and a ``spare`` one where that can't be."""
        self._checkpoint = checkpoint
        self._spare = spare
        self._cache = cache
        self._shipped = shipped
        self._background = background
        self._judge = judge
        self._belief: Belief | None = None
        self._encoder: Encoder | None = None
        self._vectors: VectorCache | None = None
        self._fit: _Fit | None = None
        self._learning: threading.Thread | None = None
        self._lock = threading.RLock()
        self.state = LOADING
        self.trouble = ""

    @property
    def ready(self) -> bool:
        """Tell whether sentences can be understood freely."""
        return self._fit is not None

    def load(self) -> None:
        """Open the checkpoint; where that fails ``state`` says why, and templates still work."""
        if self._encoder is not None or self.state != LOADING:
            return
        with self._lock:
            self._open()

    def _open(self) -> None:
        if self._encoder is not None or self.state != LOADING:
            return
        if self._checkpoint is None:
            self.state = "There are no weights."
            return
        from assistant.engine import Encoder
        from assistant.understanding.learning.belief import Belief
        from assistant.understanding.learning.vectors import VectorCache

        try:
            self._belief = Belief.load(self._judge) if self._judge.exists() else None
            encoder, self.trouble = open_either(Encoder.load, self._checkpoint, self._spare)
        except CheckpointError as error:
            log.warning("no weights", exc_info=True)
            self.state = str(error)
            self.trouble = f"Only examples are understood: {error}"
            return
        self._vectors = VectorCache(encoder, self._shipped, self._cache)
        self._encoder = encoder

    def fit(self, skills: Skills, taught: Taught = ()) -> None:
        """Fit the head for the installed skills and what was taught, unless it is."""
        with self._lock:
            before = self._fit
            if self._vectors is None or (before and before.is_of(skills, taught)):
                return
            lessons = Lessons.of(skills, taught)
            if before and lessons == before.lessons:  # loaded anew, the skills say the same
                self._fit = replace(before, skills=skills, taught=taught)
                return
            head = self._fitted(lessons)
            others = before.others if before and before.skills is skills else None
            self._fit = _Fit(skills, taught, lessons, head, others)
            self.state = READY

    def _fitted(self, lessons: Lessons) -> IntentClassifier:
        from assistant.understanding.learning import heads

        assert self._vectors is not None
        background = self._vectors.vectors(read_background(self._background))
        kept = self._cache.with_name("head.npz")
        return heads.fitted(kept, *self._labelled(lessons), background)

    def _labelled(self, lessons: Lessons) -> tuple[list[str], Labelled]:
        from assistant.understanding.learning.classifier import Labelled

        assert self._vectors is not None
        vectors = self._vectors.vectors(lessons.sentences)
        return lessons.names, Labelled.of(vectors, lessons.intents, lessons.numbers)

    def learn(self, skills: Skills, then: Callable[[], object]) -> None:
        """Load and fit in a thread of its own, ``then`` do something where that worked.

        Until it is done the head there was goes on serving.
        """
        taught = self._fit.taught if self._fit else ()

        def run() -> None:
            try:
                self.load()
                self.fit(skills, taught)
                if self.ready:
                    then()
            except Exception:  # what can't be learnt now is tried again when it is needed
                log.exception("the skills could not be learnt")
            if self._vectors is not None:
                self._vectors.close()

        self._learning = threading.Thread(target=run, name="learning", daemon=True)
        self._learning.start()

    def prepare(self, skills: Skills, taught: Taught = ()) -> bool:
        """Load and fit where that is still to do; tell whether the model can be asked."""
        self.load()
        learns = self._learning is not None and self._learning.is_alive()
        if not (learns and self.ready):
            self.fit(skills, taught)
        return self.ready

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
        fit = self._now
        start = time.perf_counter()
        vector = self._encoded(text)
        encoded = time.perf_counter()
        ranked = [fit.with_example(c, vector) for c in fit.head.predict(vector)]
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

    def others(self, believed: Callable[[str], float], *, anew: bool = False) -> Floats:
        """Return how far background sentences are ``believed``, the most first.

        It is asked once for the installed skills, and kept for the next start; what was believed of
        the skills before counts until it is asked ``anew``. Of those that the head finds least
        likely it is not asked; they count as the least of the others.
        """
        fit = self._now
        if fit.others is None or anew:
            from assistant.understanding.learning.kept import kept, key_of

            path, key = self._cache.with_name("others.npz"), key_of(self._depends(fit))
            found = kept(path, key, ("others",), lambda: {"others": self._ask(fit, believed)})
            fit.others = found["others"]
        return fit.others

    def _ask(self, fit: _Fit, believed: Callable[[str], float]) -> Floats:
        import numpy as np

        assert self._vectors is not None
        texts = read_background(self._background)
        likely, far = fit.head.likely(self._vectors.vectors(texts))
        asked = [i for i in np.argsort(-likely) if far[i]][:ASKED]
        told = sorted((believed(texts[i]) for i in asked), reverse=True)
        rest = [told[-1] if told else 0.0] * (int(far.sum()) - len(told))
        return np.array([*told, *rest], np.float32)

    def _depends(self, fit: _Fit) -> Iterator[bytes]:
        """Give what belief in background depends on, the code that reads it too.

        What was taught counts for nothing: a few sentences move it little.
        """
        assert self._encoder is not None
        yield self._encoder.fingerprint.encode()
        yield self._judge.read_bytes()
        yield "\n".join(read_background(self._background)).encode()
        yield "\n".join(fit.lessons.own).encode()
        for room in READING:
            for path in sorted((PACKAGE / room).rglob("*.py")):
                yield path.read_bytes()

    def threshold(self, false_accepts: float) -> float:
        """Return how sure one must be that at most such a share of the unrelated is accepted."""
        return self._now.head.judge.threshold(false_accepts)

    def missed(self, false_accepts: float) -> float:
        """Return the share of the skills' own examples, left out, that would be refused then."""
        return self._now.head.judge.missed(false_accepts)

    def harmless(self, skills: Skills, sentence: str, intent: str) -> bool:
        """Tell whether a sentence, learnt as one of an intent, spoils none of the examples.

        The ranking is fitted with it and without, on the examples of the installed skills.
        """
        if self._fit is None or self._fit.skills is not skills or self._vectors is None:
            return False
        more = self._vectors.vectors([sentence])
        return self._fit.head.harmless(intent, more)

    def beside(self) -> IntentModel:
        """Return one of the same weights, that fits a head of its own; nobody waits for it."""
        self.load()
        other = copy(self)
        other._lock, other._learning = threading.RLock(), None
        return other

    def misplaced(
        self, skills: Skills, taught: Taught, least: float = 0.0
    ) -> dict[str, tuple[str, str]]:
        """Return the sentences that a ranking fitted on them takes for another intent than theirs.

        The judge, which takes most of a fit's time, is not fitted for it.
        """
        from assistant.understanding.learning.classifier import IntentClassifier

        lessons, fit = Lessons.of(skills, taught), self._now
        known = lessons == fit.lessons
        head = fit.head if known else IntentClassifier.ranking(*self._labelled(lessons))
        names, of, said = lessons.names, lessons.intents, lessons.sentences
        return {said[i]: (names[of[i]], w) for i, w in head.misplaced(least=least).items()}

    def likeliest(self, text: str, most: int) -> list[str]:
        """Return the intents nearest in meaning, the nearest first."""
        fit = self._now
        return [each.intent for each in fit.head.predict(self._encoded(text), most)]

    def likeness(self, text: str, neutral: str, intent: str) -> Likeness:
        """Return how like an intent a text is, and one with neutral words in place of its own."""
        fit = self._now
        vector = self._encoded(text)
        other = vector if neutral == text else self._encoded(neutral)
        nearest = fit.head.nearest(intent, other, ALIKE)
        return Likeness(
            fit.head.likeness(intent, vector, other),
            tuple(fit.lessons.sentences[row] for row, _ in nearest),
        )

    def nearest(self, text: str, intent: str, most: int) -> list[tuple[str, float]]:
        """Return the examples of an intent that are nearest to a text, with their cosines."""
        fit = self._now
        rows = fit.head.nearest(intent, self._encoded(text), most)
        return [(fit.lessons.sentences[row], cosine) for row, cosine in rows]

    def _encoded(self, text: str) -> Floats:
        """Return a text's unit vector (width,); what is too long for the encoder is cut."""
        assert self._encoder is not None
        vector: Floats = self._encoder.encode([text])[0]
        look(len(text) * ENCODING)
        return vector

    def word_vectors(self, words: Sequence[str]) -> Floats:
        """Return a unit vector a word, (n, width), whatever stands around it."""
        assert self._encoder is not None
        return self._encoder.word_vectors(words)

    @property
    def _now(self) -> _Fit:
        assert self._fit is not None
        return self._fit

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return how near each text is in meaning to a query; by shared words without weights."""
        self.load()
        if self._vectors is None or self._encoder is None or not texts:
            return [_overlap(query, text) for text in texts]
        asked = self._encoder.encode([query])[0]
        scores: list[float] = (self._vectors.vectors(texts) @ asked).tolist()
        return scores


def _overlap(query: str, text: str) -> float:
    """Return the share of common words (Jaccard)."""
    left, right = (set(re.findall(r"\w+", each.casefold())) for each in (query, text))
    return len(left & right) / len(left | right) if left | right else 0.0


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
