"""What stands in the place of a value: another one, or the words of the old with a part of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from assistant.language.tokens import split
from assistant.language.words import FILLER
from assistant.turn import SlotValue

if TYPE_CHECKING:
    from assistant.language.tokens import Found
    from assistant.language.values import SlotType

NO_WORDS = ("vrixq", "vrixq ozlemp")
"""What only a type takes that takes anything."""


def anew(slot: SlotValue, kind: SlotType, now: datetime) -> SlotValue:
    """Return a value as its words tell it now: "in two hours" is another moment each time."""
    read = kind.parse(slot.text, now) if slot.text else None
    return slot if read is None else replace(slot, value=read)


def wordings(
    words: str, before: str, kind: SlotType, now: datetime, value: object = None
) -> list[str]:
    """Return what may be meant, likeliest first: another number or a day put in the place of the
    one there was, or just the words. ``value`` is what the words ``before`` were read as.
    """
    if all(word.text in FILLER for word in split(words)):
        return []
    if kind.name in ("int", "float"):
        return [words]
    moments = _moments(words, before, now, value) if kind.name == "datetime" else []
    if kind.name == "time":
        moments = [f"{before} {words}"]  # "7 in the evening"
    texts = [*_numbers(words, before, now), *moments, words]
    return sorted(texts, key=lambda text: text == before)


def _numbers(words: str, before: str, now: datetime) -> list[str]:
    """Return the old words with a bare number or share in the place of their last of its kind."""
    from assistant.language.values import Percentage, slot_type

    bare = words.removeprefix("at ")
    for kind in (slot_type(Percentage), slot_type(float)):
        there, new = kind.find(before, now), kind.find(bare, now)
        if there and new and kind.parse(bare, now) is not None:
            return [_replaced(before, there[-1], new[0].text)]
    return []


def _moments(words: str, before: str, now: datetime, value: object) -> list[str]:
    """Return a new day with the old time, or a new time on the old day.

    A time that was told without its half of the day is the one that it was read as.
    """
    from assistant.language.values import slot_type

    days = slot_type(date)
    there, new = days.find(before, now), days.find(words, now)
    if new:
        rest = _replaced(before, there[0], "") if there else before
        hour = slot_type(time).parse(rest, now) if isinstance(value, datetime) else None
        rest = f"at {value:%H:%M}" if hour and isinstance(value, datetime) else rest
        return [" ".join(f"{words} {rest}".split())]
    day = there[0].text if there else ""
    return [f"{before} {words}", f"{day} {words}", f"{words} {day}"] if there else []


def _replaced(text: str, found: Found, by: str) -> str:
    return f"{text[: found.start]}{by}{text[found.end :]}"


def counted(words: str, before: str, now: datetime) -> str:
    """Return what stands in a free text's place: of a bare number the text before with that number.

    That is nothing where it had none, nor for a day or a time: those are no texts.
    """
    from assistant.language.values import slot_type

    if slot_type(float).parse(words, now) is not None:
        return next(iter(_numbers(words, before, now)), "")
    moment = any(slot_type(kind).parse(words, now) is not None for kind in (date, time))
    return "" if moment else words


def chosen(kind: SlotType, now: datetime) -> bool:
    """Tell whether a type of the skill's own takes some words and no others."""
    return kind.own and all(kind.parse(text, now) is None for text in NO_WORDS)
