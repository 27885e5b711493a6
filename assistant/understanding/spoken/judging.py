"""The judgement of what heard an utterance a second time, over all ways of taking it.

Ways that sound near to anything that was heard are held against the sound itself. One is taken if
it is hardly less likely than what was heard freely, and believed as far as it is likely without any
sentence in mind: with sentences in mind a noise is taken for one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.understanding.spoken.plan import undone

if TYPE_CHECKING:
    from assistant.turn.hearing import Hearing, Judge
    from assistant.understanding.spoken.choosing import Taken

WORTH = 0.4
"""The greatest cost of a way that is looked at, as a share of the size of its words."""

JUDGED = 12
"""Ways that are looked at, those nearest to what was heard."""

UNLIKELY, ANYWAY = 0.45, 1.5
"""How much less likely than what was heard freely a way may be, for each word and in all, in
units of log-likelihood."""

NOTHING = 0.2
"""The probability below which nothing was said at all."""


def judged(found: Sequence[Taken], free: str, judge: Judge) -> list[Taken]:
    """Return the ways that are likely enough beside what was heard freely, best first."""
    near = sorted((t for t in found if t.share <= WORTH), key=lambda t: t.cost)[:JUDGED]
    if not near:
        return []
    texts = [" ".join(undone(each)) for each in (free, *(each.text for each in near))]
    heard, *likely = judge.likelihoods(texts)
    ranked = sorted(zip(likely, near, strict=True), key=lambda pair: -pair[0])
    return [
        each for like, each in ranked if like >= heard - UNLIKELY * len(each.text.split()) - ANYWAY
    ]


def sure(hearing: Hearing, taken: Taken | None) -> float:
    """Return the probability that a way was said, or else what was heard freely."""
    if hearing.judge is None:
        return 0.0
    return hearing.judge.sure(taken.said if taken is not None else hearing.text)
