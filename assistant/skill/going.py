"""Taking back, and doing again: what of it can be, the question whether to, and what is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import SkillError
from assistant.language.saying import counted, joined
from assistant.skill.clock import Clock
from assistant.skill.history import History, Way
from assistant.turn import Ask, Turn

FEW = 2
"""As many are taken back, or done again, without asking."""

NAMED = 10
"""As many are named one by one."""


@dataclass(frozen=True)
class Going:
    """A way to go, told by its verb, the question whether to, and what is said when it was gone.

    In both “{}” stands for the names of what is taken back, and before anything else.
    """

    verb: str
    asks: str
    gone: str

    def go(
        self,
        history: History,
        way: Way,
        clock: Clock,
        then: Any,
        count: int = 1,
        *,
        asks: bool = False,
        sure: bool = False,
        to: Turn | None = None,
    ) -> Ask | str:
        """Go a way; ask first where it is long, shorter than was meant, or blocked in part.

        Where the user is ``sure`` that is only where something has changed since. ``then`` is the
        answer, which is handed the turns as ``way_of`` reads them, and the turn ``to`` before which
        the talk goes on. Raises SkillError where nothing can be.
        """
        if not way.turns:
            raise SkillError(self._kept(history, way) or f"There is nothing to {self.verb}.")
        names, there = named(history, way.turns), len(way.turns) + len(way.kept)
        question = self.asks.replace("{}", names, 1)
        if way.kept:
            but = joined([f"{history.name(turn)} ({why})" for turn, why in way.kept[:NAMED]])
            able = f"I can {self.verb} {len(way.turns)} of {there}"
            question = f"{able}: {names}, but not {but}. Shall I?"
        elif there < count:
            question = f"There is only that: {names}. {self.verb.capitalize()} it?"
        if way.kept or (not sure and (asks or there < count or there > FEW)):
            turn = {"turn": to.id} if to else {}
            ids = " ".join(str(each.id) for each in way.turns)
            return Ask(question, then=then, keep={"ids": ids, **turn})
        rings = _rings(history, way, clock)
        history.take(way, to)
        return f"{self.gone.replace('{}', names, 1)}{rings}"

    def _kept(self, history: History, way: Way) -> str:
        """Tell of each turn that can't be taken back why."""
        told = (f"I can't {self.verb} {history.name(turn)}: {why}." for turn, why in way.kept)
        return "\n".join([*told][:NAMED])


def way_of(history: History, ids: str) -> Way:
    """Return the way whose turns a question kept."""
    return history.back([int(each) for each in ids.split()])


def named(history: History, turns: Sequence[Turn]) -> str:
    """Return what turns are called, as one says it; of many the first few."""
    names = [history.name(turn) for turn in turns[:NAMED]]
    more = len(turns) - len(names)
    return joined([*names, counted(more, "more thing")] if more else names)


def _rings(history: History, way: Way, clock: Clock) -> str:
    """Tell what a way brings back that would have rung by now."""
    late = history.overdue(way, clock.now())
    told = [f"“{alarm.message}” {clock.spoken_moment(alarm.due)}" for alarm in late]
    return f" Meanwhile this would have rung: {joined(told)}." if told else ""
