"""Judges what came of a row of sentences or conversations by what was expected of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from fnmatch import fnmatchcase
from typing import Any, Literal

from assistant.labelled.sentences import NOT_ACTED, OR, OUTCOMES, UNCHANGED, Sentence
from assistant.turn import OpenQuestion, Turn

Verdict = Literal["right", "asked", "refused", "wrong"]
VERDICTS: tuple[Verdict, ...] = ("right", "asked", "refused", "wrong")
"""As expected; asked or refused (politely failed too) though something else was expected, and
nothing was done; everything else."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a row: its turn, the skills of which it changed what they keep, what rang before
    it, and the question that waits after it.
    """

    turn: Turn
    effects: tuple[str, ...] = ()
    rang: tuple[str, ...] = ()
    waits: OpenQuestion | None = None

    @property
    def changed(self) -> bool:
        """Tell whether anything that is kept was changed."""
        return bool(self.effects)

    @property
    def outcome(self) -> str:
        """Return what became of it, "offered" where it was asked which request was meant."""
        asks = self.turn.outcome == "asked" and self.turn.understanding.intent is None
        return "offered" if asks else self.turn.outcome

    @property
    def slots(self) -> dict[str, Any]:
        """Return the slots that were heard, as JSON."""
        from assistant.language.values import to_json

        return {slot.name: to_json(slot.value) for slot in self.turn.understanding.slots}

    @property
    def known(self) -> dict[str, Any]:
        """Return the slots that are known now: kept with the question that waits, or heard."""
        return {**(self.waits.keep if self.waits else {}), **self.slots}

    @property
    def asks(self) -> str:
        """Return the slot, or the answer, that is waited for; empty where none is."""
        return (self.waits.slot or self.waits.then) if self.waits else ""


def judge(row: Sentence, said: Said) -> Verdict:
    """Return whether what came of a row is what was expected, and what else it was."""
    if not missed(row, said):
        return "right"
    if said.changed or said.outcome == "answered":
        return "wrong"
    return "asked" if said.outcome in ("asked", "offered") else "refused"


def missed(row: Sentence, said: Said) -> tuple[str, ...]:
    """Return what is not as it was expected."""
    fits = {
        "intent": _as_expected(row, said),
        "slots": _slots_fit(row, said) and _knows(row, said),
        "reply": _told(row.reply, said.turn.reply.text) and _worded(row, said),
        "rings": _told(row.rings, "\n".join(said.rang)),
        "asks": row.asks is None or row.asks == said.asks,
        "effects": row.effects is None or sorted(row.effects) == list(said.effects),
    }
    return tuple(name for name, fit in fits.items() if not fit)


def _as_expected(row: Sentence, said: Said) -> bool:
    return not row.expected or any(_meets(each, said) for each in row.expected)


def _meets(expected: str, said: Said) -> bool:
    """Tell whether a turn is one of "skill.function", "skill.function:outcome", an outcome, …"""
    if expected == UNCHANGED:
        return not said.changed
    if expected == NOT_ACTED:
        return not said.changed and said.outcome in OUTCOMES[1:]
    if expected in OUTCOMES:
        return said.outcome == expected
    intent, _, outcome = expected.partition(":")
    meant = said.turn.understanding
    names = [meant.intent, *(offer.intent for offer in meant.offered[:1])]
    name = names[-1] if outcome == "offered" else names[0]
    fits = fnmatchcase(name or "", intent)
    return fits and (said.outcome == outcome if outcome else said.outcome != "failed")


def _slots_fit(row: Sentence, said: Said) -> bool:
    """Tell whether the slots that were heard are exactly those that were expected."""
    if row.slots is None:
        return True
    heard = said.slots
    wanted: Mapping[str, Sequence[str]] = row.slots
    names = {name for name, values in wanted.items() if tuple(values) != ("",)}
    return heard.keys() == names and all(
        any(same(value, heard[name]) for value in wanted[name]) for name in names
    )


def _knows(row: Sentence, said: Said) -> bool:
    """Tell whether the slots that are told of have a value they may have, or none at all."""
    known = said.known
    return all(
        any(same(value, known.get(name)) for value in values) if values else known.get(name) is None
        for name, values in (row.known or {}).items()
    )


def _told(parts: Sequence[str], text: str) -> bool:
    """Tell whether a text contains what it must, and nothing it must not."""
    return all(_contains(text.casefold(), part.casefold()) for part in parts)


def _worded(row: Sentence, said: Said) -> bool:
    text = said.turn.reply.text
    exactly = row.exact is None or row.exact == text
    return exactly and (row.matches is None or row.matches.search(text) is not None)


def _contains(text: str, part: str) -> bool:
    told = any(each.casefold() in text.casefold() for each in part.removeprefix("!").split(OR))
    return told is not part.startswith("!")


def same(wanted: str, heard: object) -> bool:
    """Tell whether a value in JSON is the one that was written: numbers, moments, text as typed."""
    if heard is None:
        return False
    if isinstance(heard, bool):
        return wanted.strip().casefold() == str(heard).casefold()
    if isinstance(heard, int | float):
        try:
            return abs(float(wanted) - heard) < 1e-6
        except ValueError:
            return False
    if isinstance(heard, list):
        heard = ", ".join(map(str, heard))
    return _to_the_minute(wanted.strip()) == _to_the_minute(str(heard))


def _to_the_minute(text: str) -> str:
    """Return a moment or a time without seconds and zone, anything else as it is."""
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%dT%H:%M}"
    except ValueError:
        pass
    try:
        return f"{time.fromisoformat(text):%H:%M}" if ":" in text else text
    except ValueError:
        return text
