"""The judgement of what heard an utterance a second time, over all ways of taking it.

Ways that sound near to anything that was heard are held against the sound itself. One is taken if
it is hardly less likely than what was heard freely, and believed as far as it is likely without any
sentence in mind: with sentences in mind a noise is taken for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from assistant.language.sounds import LIKE, key, likeness
from assistant.language.telling import CONDITION, DENIED, EXCEPTED, REPEATED, closed_class
from assistant.understanding.spoken.paths import ANYWHERE, AROUND
from assistant.understanding.spoken.plan import undone

if TYPE_CHECKING:
    from assistant.turn.hearing import Ear, Hearing, Hypothesis, Judge
    from assistant.understanding.spoken.choosing import Taken

WORTH = 0.4
"""The greatest cost of a way that is looked at, as a share of the size of its words."""

JUDGED = 10
"""Ways that are looked at, those nearest to what was heard."""

UNLIKELY, ANYWAY = 0.45, 1.5
"""How much less likely than what was heard freely a way may be, for each word and in all, in
units of log-likelihood. One that sounds just so has only ANYWAY: between those it is the words
that decide ("remind me to", "remind me two")."""

LEFT_OUT = 3
"""Sounds on end that were heard and that a way may have nothing for: a short word. More is a word
that nobody accounts for ("friday" before "good morning")."""

PASSED = frozenset().union(ANYWHERE, *AROUND)
"""Words that change nothing wherever they are heard."""

UNUSUAL, MOST_UNUSUAL = 0.3, 6.0
"""Which part of how much less usual a way's words are than those heard freely speaks for it, and
how much at most. A model of speech is one of language too and hears usual words for a name or a
short order: part of that is taken back (Meng et al. 2021, arXiv 2011.01991)."""

CLOSE = 1.5
"""How much less likely than the best a way may be to be told apart from it with nothing in mind."""

FREELY: tuple[Ear, ...] = ("second", "hinted", "open")
"""The ears that know every word; of those equally likely the first is taken."""

KEPT = (DENIED, CONDITION, EXCEPTED, REPEATED)
"""Classes of words that change a request whatever it is: a way lacks none that was heard."""

NOTHING = 0.2
"""The probability below which nothing was said at all."""


def judged(found: Sequence[Taken], hearing: Hearing, judge: Judge) -> list[Taken]:
    """Return the ways that are likely enough beside what was heard freely, best first."""
    again = _again(hearing)
    worth = (t for t in found if t.share <= WORTH and _fits(t, again))
    near = sorted(worth, key=lambda t: t.cost)[:JUDGED]
    if not near:
        return []
    forms = [_forms(hearing.text), *(_forms(each.said) for each in near)]
    heard, *likely = _likeliest(judge.likelihoods, forms)
    short = [
        heard - like - _slack(each, hearing.text) for like, each in zip(likely, near, strict=True)
    ]
    if min(short) > 0:
        short = _unusual(short, [form[0] for form in forms], judge)
    ranked = sorted(zip(likely, short, near, strict=True), key=lambda each: -each[0])
    return _told_apart([(like, each) for like, lacks, each in ranked if lacks <= 0], judge)


def freely(hearing: Hearing) -> Hypothesis | None:
    """Return what was heard freely, whichever time: what is likeliest with nothing in mind.

    None lacks a word that the first of them has.
    """
    first: dict[str, Hypothesis] = {}
    kept = _kept(_again(hearing))
    for ear in FREELY:
        for each in [h for h in hearing.hypotheses if h.ear == ear and h.text][:1]:
            heard = next(iter(first), each.text)
            if each.text == heard or (kept <= _changing(each.text) and _whole(each.text, heard)):
                first.setdefault(each.text, each)
    if hearing.judge is None or len(first) < 2:
        return next(iter(first.values()), None)
    likely = dict(zip(first, hearing.judge.alone(list(first)), strict=True))
    return first[max(likely, key=lambda text: likely[text])]


def vouched(hearing: Hearing, free: Hypothesis | None) -> float:
    """Return how sure what was heard freely can be at most.

    What was written with sentences in mind is no surer than what was without: where that is hardly
    believed, the two differ in a word that nobody knows.
    """
    if hearing.judge is None or free is None or free.ear != "hinted":
        return 1.0
    second = (h.text for h in hearing.hypotheses if h.ear == "second" and h.text)
    return hearing.judge.sure(next(second, free.text))


def _forms(said: str) -> list[str]:
    """Return words as they are judged: with contractions undone, and as they were said."""
    return list(dict.fromkeys((" ".join(undone(said)), said)))


def _likeliest(
    judge: Callable[[Sequence[str]], Sequence[float]], forms: Sequence[Sequence[str]]
) -> list[float]:
    """Return how likely each text is in the likelier of its forms."""
    likely = iter(judge([form for each in forms for form in each]))
    return [max(next(likely) for _ in each) for each in forms]


def _unusual(short: Sequence[float], texts: Sequence[str], judge: Judge) -> list[float]:
    """Return how much ways are short of likely enough where it counts how usual words are.

    The first of ``texts`` was heard freely, the others are the ways.
    """
    if min(short) > MOST_UNUSUAL:
        return list(short)
    heard, *usual = judge.unheard(texts)
    gains = (min(max(UNUSUAL * (heard - each), 0.0), MOST_UNUSUAL) for each in usual)
    return [lacks - gain for lacks, gain in zip(short, gains, strict=True)]


def _told_apart(ranked: Sequence[tuple[float, Taken]], judge: Judge) -> list[Taken]:
    """Return ways best first; those hardly less likely than the best with nothing in mind too."""
    close = [(like, each) for like, each in ranked if like >= ranked[0][0] - CLOSE]
    if len(close) > 1:
        alone = judge.alone([each.said for _, each in close])
        told = zip(close, alone, strict=True)
        close = [pair for pair, _ in sorted(told, key=lambda each: -(each[0][0] + each[1]))]
    return [each for _, each in (*close, *ranked[len(close) :])]


def _fits(taken: Taken, again: Sequence[str]) -> bool:
    """Tell whether a way may be what was heard again, freely and with hints."""
    if not again:
        return True
    if not _kept(again) <= {*_changing(taken.text), *_changing(taken.said)}:
        return False
    return any(_alike(taken.text, text) and _whole(taken.text, text) for text in again)


def _again(hearing: Hearing) -> list[str]:
    """Return what was heard the second time, freely and with hints."""
    return [h.text for h in hearing.hypotheses if h.ear in ("second", "hinted")]


def _kept(again: Sequence[str]) -> set[str]:
    return {word for text in again for word in _changing(text)}


def _changing(text: str) -> set[str]:
    return {closed_class(word) for word in undone(text)} & set(KEPT)


def _alike(one: str, other: str) -> bool:
    """Tell whether two texts sound like one another."""
    return likeness(undone(one), undone(other)) >= LIKE


def _whole(way: str, heard: str) -> bool:
    """Tell whether a way leaves nothing out of what was heard."""
    first = _sounds(undone(way))
    second = _sounds([word for word in undone(heard) if word not in PASSED])
    steps = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    return all(j2 - j1 - (i2 - i1) <= LEFT_OUT for _, i1, i2, j1, j2 in steps)


def _sounds(words: Sequence[str]) -> str:
    return "".join(map(key, words))


def _slack(taken: Taken, free: str) -> float:
    """Return how much less likely a way may be than what was heard freely."""
    same = [key(word) for word in undone(taken.text)] == [key(word) for word in undone(free)]
    return ANYWAY if same else UNLIKELY * len(taken.said.split()) + ANYWAY
