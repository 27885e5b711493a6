"""Chooses what was said among what the ears heard, by one score that can be told.

The cost of a way of taking the words is a sum, in the units of `sounds`: how far they are from what
an ear heard, how much less likely that ear found it than its best, and how much the closed ear was
off beside the open one. The least cost is taken, if it is small beside the length of what was said;
else the open ear's words stand as they are, to be understood freely or refused.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from assistant.language import templates
from assistant.language.alike import said_alike
from assistant.language.records import dataclass
from assistant.language.words import ANSWERS, LEAVING
from assistant.turn import Choice, Situation, Understanding, Utterance
from assistant.turn.hearing import Ear, Expects, Hearing, Hypothesis, Sayable, WordGraph
from assistant.understanding.parsers.answer import target_of, wanted_of
from assistant.understanding.parsers.correction import PARSER, changeable
from assistant.understanding.spoken.graph import word_graph
from assistant.understanding.spoken.hints import hints
from assistant.understanding.spoken.judging import (
    NOTHING,
    OPPOSED,
    freely,
    judged,
    opposed,
    other_number,
    same_sounds,
    vouched,
)
from assistant.understanding.spoken.paths import Paths
from assistant.understanding.spoken.phrases import filling, plain, sentences, values, wordings_of
from assistant.understanding.spoken.plan import Filling, Plan, undone

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.skill.slots import SlotSpec

HYPOTHESES: dict[Ear, int] = {
    "second": 1,
    "hinted": 1,
    "matched": 3,
    "exact": 4,
    "closed": 4,
    "open": 3,
}
"""How many of each ear are held against what can be said."""

LIVE: tuple[Ear, ...] = ("open", "closed", "exact")
"""The ears of one recognizer, whose scores can be compared."""

WAYS = 2
"""Intents tried for each hypothesis."""

LESS_LIKELY = 0.25
"""What a point of an ear's score below its best costs."""

OFF = 0.15
"""What a point by which the open ear's score is above the closed one's costs."""

BETTER = 5.0
"""Points a word by which the exact ear's score may be above the open one's. More than what a
sentence is less likely than any other can't be: then neither heard speech."""

CERTAIN = 0.95
"""The confidence from which the open ear's words are not overruled by the exact one's."""

FAR = 0.16
"""The greatest cost that is still taken, as a share of the size of the words no free slot took."""

LEAST = 1.0
"""The least size that a cost is held against."""

ANSWER = "answer"
"""The intent, in the graph, of the answers to an open question."""

CORRECTING = (
    "(no|sorry|actually) [make (it|that)|i (mean|meant|said)] {{{0}}}",
    "(make (it|that)|i (mean|meant|said)) {{{0}}}",
)
"""How another value is given to the turn before."""

_HALF_DAY = re.compile(r"\b([ap]) m\b")

Exact = Callable[[Utterance, Situation], Understanding]
"""Understands words only where an example, a lesson or an answer covers them; else its intent is
None."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A way of taking what was heard, its cost, and that as a share of what was said.

    ``said`` are its words as they were heard, contractions too, where they are those.
    """

    text: str
    cost: float
    share: float
    hypothesis: Hypothesis
    said: str
    meant: Understanding | None = None


class Chooser:
    """What can be said with the installed skills, and the choice among what was heard."""

    def __init__(self, skills: Skills, exact: Exact) -> None:
        self._skills = skills
        self._exact = exact
        self._choosing = threading.Lock()
        self._laid: _Laid | None = None
        self._sounds = {
            word.lower(): sound.lower()
            for skill in skills.active
            for word, sound in skill.sounds_like.items()
        }
        self._respelt = Respelling(self._sounds)
        self._hints = tuple(hint for skill in skills.active for hint in skill.hints)

    def sayable(
        self,
        situation: Situation,
    ) -> Sayable:
        """Return what can be said now."""
        laid = self._lay(situation.names)
        wanted, corrected = self._waited_for(situation)
        answers = (*_answers(wanted), *_corrections(corrected))
        expects: Expects = "request"
        if wanted:
            expects = "free" if wanted[0].type.name == "str" else "short"
        sentences = (*answers, *laid.sentences)
        complete = partial(self._complete, situation=situation)
        keep = hints((*answers, *self._hints), laid.spelt)
        prepare = partial(self._prepare, situation=situation)
        return Sayable(sentences, expects, complete, laid.graph, keep, prepare)

    def choose(self, hearing: Hearing, situation: Situation) -> Utterance:
        """Return what was said, understood if something covers it; text "" for nothing.

        Any thread may ask, one at a time: it is also tried ahead, while the end is waited for.
        """
        with self._choosing:
            return self._chosen(hearing, situation)

    def _prepare(self, hearing: Hearing, situation: Situation) -> None:
        """Look up what a choice needs: all of it is kept. Nothing where names have changed."""
        laid = self._laid
        if laid is not None and laid.stamp == _stamp(situation.names):
            self.choose(hearing, situation)

    def _chosen(self, hearing: Hearing, situation: Situation) -> Utterance:
        ranked = self.ranked(hearing, situation)
        best = ranked[0] if ranked else None
        hypothesis = freely(hearing) if hearing.judge is not None and best is None else None
        free = hypothesis.text if hypothesis is not None else hearing.text
        surely = confidence(hearing, best, free)
        if hearing.judge is not None and surely < NOTHING:
            return Utterance("", hearing.heard_at, "voice", surely)
        surely = min(surely, vouched(hearing, hypothesis))
        text = self._written(best, hypothesis, hearing)
        if opposed(hearing, text) or (best and other_number(hearing, best.said)):
            surely = min(surely, OPPOSED)
        others = (written(h.text) for h in hearing.hypotheses if h.ear == "open")
        alternatives = [*(each.text for each in ranked[1:]), *others]
        return Utterance(
            text,
            hearing.heard_at,
            "voice",
            surely,
            tuple(dict.fromkeys(a for a in alternatives if a != text))[:8],
            hearing.words,
            "" if undone(written(free)) == undone(text) or said_alike(free, text) else free,
            Choice(best.meant, situation) if best and best.meant and text == best.text else None,
            tuple(hearing.judge.hints) if hearing.judge else (),
        )

    def _written(self, best: Taken | None, free: Hypothesis | None, hearing: Hearing) -> str:
        """Return what was said as one writes it: with capitals, and figures where it is free."""
        source = free or hearing.best_of("second")
        again = source.written if source is not None else ""
        if " " in again and again.istitle():  # it writes headings, which tell nothing
            again = again.lower()
        if best is None:
            heard = free.text if free is not None else hearing.text
            return again or written(self._respelt.back(heard))
        return again if again.lower() == best.text.lower() else best.text

    def ranked(
        self,
        hearing: Hearing,
        situation: Situation,
    ) -> list[Taken]:
        """Return the ways of taking it that examples or answers cover, near enough, best first."""
        wanted, corrected = self._waited_for(situation)
        paths = self._lay(situation.names).paths
        graphs = [paths, *_answering(wanted), *_correcting(corrected)]
        found: dict[str, Taken] = {}
        for hypothesis, extra in _weighed(hearing.hypotheses):
            for each in self._taken(hypothesis, extra, graphs):
                if each.text not in found or each.cost < found[each.text].cost:
                    found[each.text] = each
        if hearing.judge is not None:
            near = judged(list(found.values()), hearing, hearing.judge)
        else:
            near = sorted((t for t in found.values() if t.share <= FAR), key=lambda t: t.cost)
        understood = (replace(t, meant=self._understood(t.text, hearing, situation)) for t in near)
        return [each for each in understood if each.meant is not None]

    def _taken(
        self, hypothesis: Hypothesis, extra: float, graphs: Sequence[Paths]
    ) -> Iterable[Taken]:
        heard = undone(self._respelt.back(hypothesis.text))
        for graph in graphs:
            for way in graph.nearest(heard, WAYS):
                cost = way.cost + extra
                share = (cost - way.free) / max(way.literal, LEAST)
                told = round(cost, 3), round(share, 3), hypothesis
                if hypothesis.ear not in LIVE and same_sounds(way.text, heard):
                    # It may be as it was heard: "a" and "an", "two" and "to".
                    yield Taken(written(" ".join(heard)), *told, hypothesis.text)
                yield Taken(written(way.text), *told, way.text)

    def _understood(
        self, text: str, hearing: Hearing, situation: Situation
    ) -> Understanding | None:
        """Return what words mean that an answer, a lesson or an example covers."""
        meant = self._exact(Utterance(text, hearing.heard_at, "voice"), situation)
        return meant if meant.intent is not None else None

    def _complete(self, text: str, situation: Situation) -> bool:
        """Tell whether words are a whole command, none of whose values may go on."""
        said = Utterance(written(text), situation.now, "voice")
        meant = self._exact(said, situation)
        if meant.intent is None:
            return False
        intent = self._skills.intents.get(meant.intent) or self._skills.answers.get(meant.intent)
        last = max(meant.slots, key=lambda slot: slot.end, default=None)
        if intent is None or last is None or last.end < len(said.text):
            return intent is None or not intent.missing({slot.name for slot in meant.slots})
        return not intent.slots[last.name].type.greedy

    def _waited_for(self, situation: Situation) -> tuple[list[SlotSpec], tuple[SlotSpec, ...]]:
        """Return the slots that the open question asks for; without one, those to correct."""
        question = situation.session.open_question
        if question is None:
            return [], changeable(situation.last, self._skills)
        target = target_of(question, self._skills)
        return (wanted_of(target, question) if target else []), ()

    def _lay(self, names: Mapping[str, Sequence[str]]) -> _Laid:
        """Return what can be said with all skills, made again when names have changed."""
        stamp, laid = _stamp(names), self._laid
        if laid is None or laid.stamp != stamp:
            intents = list(self._skills.intents.values())
            fillings = {i.name: _fillings(i, names) for i in intents}
            plan = Plan(((i.name, e) for i in intents for e in i.examples), fillings)
            spelt = tuple(sentences(intents, names))
            told = tuple(self._respelt.also(spelt))
            graph = word_graph(plan, self._sounds)
            laid = self._laid = _Laid(stamp, Paths(plan), told, graph, spelt)
        return laid


@dataclass(frozen=True, slots=True)
class _Laid:
    """What can be said with some stored names: to align with, and for the ears."""

    stamp: object
    paths: Paths
    sentences: tuple[str, ...]
    graph: WordGraph | None
    spelt: tuple[str, ...]
    """The sentences without the words that are respelt for a small speech model."""


class Respelling:
    """Words that a speech model may not know, and words it knows that sound like them."""

    def __init__(self, sounds_like: Mapping[str, str]) -> None:
        self._sounds = sounds_like
        self._there = _any_of(self._sounds)
        self._back = _any_of(self._sounds.values())
        self._words = {sound: word for word, sound in self._sounds.items()}

    def also(self, sentences: Iterable[str]) -> Iterable[str]:
        """Give sentences, and those with such words as they sound too."""
        for sentence in sentences:
            yield sentence
            if self._sounds and self._there.search(sentence):
                yield self._there.sub(lambda m: self._sounds[m.group()], sentence)

    def back(self, heard: str) -> str:
        """Return what was heard with the words that were meant."""
        return self._back.sub(lambda m: self._words[m.group()], heard) if self._words else heard


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(phrases, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest)) + r")\b")


def _stamp(names: Mapping[str, Sequence[str]]) -> object:
    """Return what is another value when names are others."""
    return tuple((skill, tuple(each)) for skill, each in names.items())


def written(text: str) -> str:
    """Return recognised words as one would type them: "seven p m" is "seven pm"."""
    return _HALF_DAY.sub(r"\1m", text)


def confidence(hearing: Hearing, taken: Taken | None = None, free: str = "") -> float:
    """Return how sure it is that this was said, from 0 to 1: less the farther it is.

    The exact ear has nothing but sentences to hear, so that no other can vouch for it. What was
    heard a second time is as sure as that is.
    """
    if hearing.judge is not None:
        return hearing.judge.sure(taken.said if taken is not None else free)
    exact = taken is not None and taken.hypothesis.ear == "exact"
    vouching = [h for h in hearing.hypotheses if not exact or h.ear == "exact"]
    best = max((h.confidence for h in vouching), default=0.0)
    return round(best * math.exp(-2.0 * max(taken.share if taken else 0.0, 0.0)), 3)


def _weighed(hypotheses: Sequence[Hypothesis]) -> Iterable[tuple[Hypothesis, float]]:
    """Give the likeliest hypotheses of each ear, each with what it costs from the start."""
    best = {h.ear: h for h in reversed(hypotheses)}
    if not _credible(best.get("open"), best.get("exact")):
        best.pop("exact", None)
    for ear, first in best.items():
        live = ear in LIVE and "open" in best
        above = best["open"].score - first.score if live else 0.0
        off = OFF * max(above, 0.0)
        for each in [h for h in hypotheses if h.ear == ear][: HYPOTHESES[ear]]:
            yield each, off + LESS_LIKELY * (first.score - each.score)


def _credible(free: Hypothesis | None, exact: Hypothesis | None) -> bool:
    """Tell whether the exact ear heard what the open one, which knows its words, may have too."""
    if free is None or exact is None or free.confidence >= CERTAIN:
        return False
    return exact.score - free.score <= BETTER * len(exact.text.split())


def _fillings(intent: Intent, names: Mapping[str, Sequence[str]]) -> dict[str, Filling]:
    known = names.get(intent.name.partition(".")[0], ())
    return {name: filling(spec, known) for name, spec in intent.slots.items()}


def _answers(wanted: Sequence[SlotSpec]) -> tuple[str, ...]:
    """Return sentences that answer the open question."""
    if not wanted:
        return ()
    kind = wanted[0].type
    told = ANSWERS if kind.name == "bool" else values().get(kind.name, kind.examples)
    return tuple(filter(None, (plain(text) for text in (*told, *sorted(LEAVING)))))


def _answering(wanted: Sequence[SlotSpec]) -> list[Paths]:
    """Return the graph of the answers to the open question, if there is one."""
    if not wanted:
        return []
    first = wanted[0]
    said = Filling(ANSWERS) if first.type.name == "bool" else filling(first)
    said = replace(said, wordings=(*said.wordings, *sorted(LEAVING)))
    alone = templates.Template(first.name, (templates.Hole(first.name),))
    return [Paths(Plan([(ANSWER, alone)], {ANSWER: {first.name: said}}))]


def _corrections(corrected: Sequence[SlotSpec]) -> tuple[str, ...]:
    """Return sentences that give another value to the turn before."""
    return tuple(
        f"{lead} {wording}"
        for spec in corrected
        for wording in wordings_of(spec)
        for lead in ("no", "no make it", "i meant")
    )


def _correcting(corrected: Sequence[SlotSpec]) -> list[Paths]:
    """Return the graph of what corrects the turn before, if anything can."""
    if not corrected:
        return []
    told = (each.format(spec.name) for spec in corrected for each in CORRECTING)
    examples = [(PARSER, templates.read(each)) for each in told]
    said = {spec.name: filling(spec) for spec in corrected}
    return [Paths(Plan(examples, {PARSER: said}))]
