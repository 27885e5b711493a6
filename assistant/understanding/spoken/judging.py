"""The judgement of what heard an utterance a second time, over all ways of taking it.

Ways that sound near to anything that was heard are held against the sound itself. One is taken if
it is hardly less likely than what was heard freely, and believed as far as it is likely without any
sentence in mind: with sentences in mind a noise is taken for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.language.alike import said_alike
from assistant.language.sounds import LIKE, key, likeness
from assistant.language.telling import CONDITION, DENIED, EXCEPTED, REPEATED, closed_class
from assistant.language.values.numbers import SPOKEN_NUMBERS
from assistant.understanding.spoken.lacking import leaves_out
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

UNUSUAL, MOST_UNUSUAL = 0.3, 6.0
"""Which part of how much less usual a way's words are than those heard freely speaks for it, and
how much at most. A model of speech is one of language too and hears usual words for a name or a
short order: part of that is taken back (Meng et al. 2021, arXiv 2011.01991)."""

CLOSE = 1.5
"""How much less likely than the best a way may be to be told apart from it with nothing in mind."""

AGREED = 6.0
"""What it speaks for a way that the open ear heard word for word, in units of log-likelihood: two
recognizers seldom mistake a sentence for the same other one (Fiscus 1997, ROVER)."""

OPPOSED = 0.5
"""How sure a text is, at most, that lacks a word which changes a request and which the open ear
heard, or has another number than was heard freely: it is asked for once more."""

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
    live = undone(hearing.text_of("open"))
    likely = [
        like + (AGREED if undone(each.said) == live else 0.0)
        for like, each in zip(likely, near, strict=True)
    ]
    short = [
        heard - like - _slack(each, hearing.text) for like, each in zip(likely, near, strict=True)
    ]
    if min(short) > 0:
        short = _unusual(short, [form[0] for form in forms], judge)
    ranked = sorted(zip(likely, short, near, strict=True), key=lambda each: -each[0])
    return _told_apart([(like, each) for like, lacks, each in ranked if lacks <= 0], judge)


def freely(hearing: Hearing) -> Hypothesis | None:
    """Return what was heard freely, whichever time: what is likeliest with nothing in mind.

    None lacks a word that changes a request and that was heard with hints or without; what was
    written with hints leaves out nothing that was heard without.
    """
    heard = [each for ear in FREELY if (each := hearing.best_of(ear)) is not None]
    kept = _kept(_again(hearing))
    whole = [
        each
        for each in heard
        if kept <= _changing(each.text)
        and (each.ear != "hinted" or not leaves_out(each.text, heard[0].text))
    ] or heard[:1]
    if hearing.judge is None or len(whole) < 2:
        return next(iter(whole), None)
    likely = hearing.judge.alone([each.text for each in whole])
    return whole[max(range(len(whole)), key=likely.__getitem__)]


def vouched(hearing: Hearing, free: Hypothesis | None) -> float:
    """Return how sure what was heard freely can be at most.

    What was written with sentences in mind is no surer than what was without: where that is hardly
    believed, the two differ in a word that nobody knows.
    """
    if hearing.judge is None or free is None or free.ear != "hinted":
        return 1.0
    return hearing.judge.sure(hearing.text_of("second") or free.text)


def opposed(hearing: Hearing, text: str) -> bool:
    """Tell whether the open ear heard the like of a text, and a "not" or "except" that it lacks.

    That ear makes one up now and then: it is not heeded where both second hearings wrote the text.
    """
    if hearing.judge is None or all(said_alike(text, each) for each in _again(hearing)):
        return False
    heard = hearing.text_of("open")
    lacks = (_changing(heard) - _changing(text)) & {DENIED, EXCEPTED}
    return bool(lacks) and _alike(heard, text)


def same_sounds(text: str, words: Sequence[str]) -> bool:
    """Tell whether the words of a text sound just like others, one by one."""
    return [key(word) for word in undone(text)] == [key(word) for word in words]


def other_number(hearing: Hearing, text: str) -> bool:
    """Tell whether a text has another number than was heard the second time, with nothing in mind.

    Hints make a likely number of a rare one; what sounds the same is the same ("to", "two").
    """
    heard = hearing.text_of("second")
    return hearing.judge is not None and bool(_numbers(text, heard) and _numbers(heard, text))


def _numbers(text: str, other: str) -> set[str]:
    """Return the sounds of the numbers in a text that another one doesn't have."""
    numbers = {key(word) for word in undone(text) if word in SPOKEN_NUMBERS}
    return numbers - set(map(key, undone(other)))


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
    return any(_alike(taken.text, text) and not leaves_out(taken.text, text) for text in again)


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


def _slack(taken: Taken, free: str) -> float:
    """Return how much less likely a way may be than what was heard freely."""
    if same_sounds(taken.text, undone(free)):
        return ANYWAY
    return UNLIKELY * len(taken.said.split()) + ANYWAY
