"""The judgement of what heard an utterance a second time, over all ways of taking it.

Ways that sound near to anything that was heard are held against the sound itself. One is taken if
it is hardly less likely than what was heard freely, and believed as far as it is likely without any
sentence in mind: with sentences in mind a noise is taken for one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.language.sounds import LIKE, key, likeness
from assistant.language.telling import CONDITION, DENIED, EXCEPTED, REPEATED, closed_class
from assistant.understanding.spoken.plan import undone

if TYPE_CHECKING:
    from assistant.turn.hearing import Hearing, Judge
    from assistant.understanding.spoken.choosing import Taken

WORTH = 0.4
"""The greatest cost of a way that is looked at, as a share of the size of its words."""

JUDGED = 10
"""Ways that are looked at, those nearest to what was heard."""

UNLIKELY, ANYWAY = 0.45, 1.5
"""How much less likely than what was heard freely a way may be, for each word and in all, in
units of log-likelihood. One that sounds just so has only ANYWAY: between those it is the words
that decide ("remind me to", "remind me two")."""

KEPT = (DENIED, CONDITION, EXCEPTED, REPEATED)
"""Classes of words that change a request whatever it is: a way lacks none that was heard."""

NOTHING = 0.2
"""The probability below which nothing was said at all."""


def judged(found: Sequence[Taken], hearing: Hearing, judge: Judge) -> list[Taken]:
    """Return the ways that are likely enough beside what was heard freely, best first."""
    again = [h.text for h in hearing.hypotheses if h.ear in ("second", "hinted")]
    worth = (t for t in found if t.share <= WORTH and _fits(t, again))
    near = sorted(worth, key=lambda t: t.cost)[:JUDGED]
    if not near:
        return []
    texts = [" ".join(undone(each)) for each in (hearing.text, *(each.text for each in near))]
    heard, *likely = judge.likelihoods(texts)
    ranked = sorted(zip(likely, near, strict=True), key=lambda pair: -pair[0])
    return [each for like, each in ranked if like >= heard - _slack(each, hearing.text)]


def _fits(taken: Taken, again: Sequence[str]) -> bool:
    """Tell whether a way may be what was heard again, freely and with hints."""
    if not again:
        return True
    kept = {word for text in again for word in _changing(text)}
    if not kept <= {*_changing(taken.text), *_changing(taken.said)}:
        return False
    return max(_likeness(taken.text, text) for text in again) >= LIKE


def _changing(text: str) -> set[str]:
    return {closed_class(word) for word in undone(text)} & set(KEPT)


def _likeness(one: str, other: str) -> float:
    """Return how alike two texts sound, 0 to 1."""
    return likeness(undone(one), undone(other))


def _slack(taken: Taken, free: str) -> float:
    """Return how much less likely a way may be than what was heard freely."""
    same = [key(word) for word in undone(taken.text)] == [key(word) for word in undone(free)]
    return ANYWAY if same else UNLIKELY * len(taken.text.split()) + ANYWAY


def sure(hearing: Hearing, taken: Taken | None) -> float:
    """Return the probability that a way was said, or else what was heard freely."""
    if hearing.judge is None:
        return 0.0
    return hearing.judge.sure(taken.said if taken is not None else hearing.text)
