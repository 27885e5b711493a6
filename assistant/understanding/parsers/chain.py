"""What a parser is, and the chain that asks one after another until one is sure."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.language.habits import speaking
from assistant.language.pace import OutOfTimeError, within
from assistant.language.records import dataclass
from assistant.language.values.kept import keeping
from assistant.turn import Situation, Understanding, Utterance

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills

GROUP = "assistant.parsers"
"""The entry points of packages that bring a parser: each a function of the installed Skills."""

Parser = Callable[[Utterance, Situation], Understanding | None]
"""Returns what an utterance means in a situation, or None where it is not sure."""

Spans = Callable[["Intent", str], Sequence[tuple[int, int, str]]]
"""Finds free texts in a sentence of an intent: (start, end, slot)."""

LONGEST = 0.3
"""Seconds of the processor for reading a sentence beyond its first steps; learning apart."""

AGAIN = 0.1
"""Seconds of the processor for the same words read once more, as no answer to a question."""

TOO_HARD = "That takes me too long to read: say it in fewer words."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Link:
    """A parser of the chain. ``exact`` ones take only words that something covers word for word."""

    name: str
    parse: Parser
    exact: bool = False


def ask(
    chain: Sequence[Link],
    utterance: Utterance,
    situation: Situation,
    longest: float | None = None,
) -> Understanding:
    """Return what the first parser that is sure says, with the milliseconds each took."""
    with speaking(situation.half), keeping(situation.kept, situation.texts):
        try:
            with within(LONGEST if longest is None else longest):
                return _ask(chain, utterance, situation)
        except OutOfTimeError:
            return Understanding(None, notes=(TOO_HARD,))


def _ask(chain: Sequence[Link], utterance: Utterance, situation: Situation) -> Understanding:
    timings: dict[str, float] = {}
    for link in chain:
        start = time.perf_counter()
        meant = link.parse(utterance, situation)
        timings[link.name] = since(start)
        if meant is not None:
            return replace(meant, timings={**timings, **meant.timings})
    return Understanding(None, timings=timings)


def complete(meant: Understanding | None, skills: Skills) -> bool:
    """Tell whether an installed intent was meant that lacks nothing."""
    intent = skills.intents.get(meant.intent or "") if meant is not None else None
    if meant is None or intent is None:
        return False
    return intent.missing({slot.name for slot in meant.slots}) is None


def since(start: float) -> float:
    """Return milliseconds since a ``perf_counter`` reading, rounded to a microsecond."""
    return round((time.perf_counter() - start) * 1000, 3)


def none(_skills: Skills) -> tuple[Link, ...]:
    """Bring no parser."""
    return ()


def entries() -> Iterator[tuple[EntryPoint, str]]:
    """Give what names a parser, and its package."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP):
        yield entry, entry.dist.name if entry.dist else "?"


def from_packages(trusted: Collection[str], skills: Skills) -> Iterator[Link]:
    """Give the parsers of packages that are ``trusted``; one that breaks is left out and logged."""
    for entry, package in entries() if trusted else ():
        if package not in trusted:
            continue
        try:
            yield Link(entry.name, _guarded(entry, entry.load()(skills), skills))
        except Exception:
            log.exception("the parser %s (%s) can't be used", entry.name, entry.value)


def _guarded(entry: EntryPoint, parse: Parser, skills: Skills) -> Parser:
    """Return a stranger's parser that is silent where it breaks or means no installed intent."""

    def guarded(utterance: Utterance, situation: Situation) -> Understanding | None:
        try:
            meant = parse(utterance, situation)
        except Exception:
            log.exception("the parser %s (%s) failed", entry.name, entry.value)
            return None
        if meant is None or meant.intent not in skills.intents:
            return None
        return replace(meant, parser=entry.name)

    return guarded
