"""Parts of the day: "this morning", "late tonight", "in the wee hours", and the hours in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from assistant.language.records import dataclass
from assistant.language.tokens import Words, phrase, remembered, touching, word
from assistant.language.values.clocktimes import BARE, VAGUE, ClockTime, clock
from assistant.language.words import FILLER


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: the hour it stands for alone, and the half that its hours lie in.

    ``day`` is how many days from today's a part is that names its day ("tonight" 0, "last night"
    -1); ``bare`` one that means a time only beside a day or an hour.
    """

    hour: int
    half: str
    day: int | None = None
    bare: bool = False


PARTS = {
    "morning": Part(9, "am"),
    "forenoon": Part(10, "am"),
    "afternoon": Part(15, "pm"),
    "evening": Part(19, "pm"),
    "night": Part(21, "night"),
}
MEALS = {
    "breakfast": Part(8, "am"),
    "lunch": Part(12, "pm"),
    "tea": Part(17, "pm"),
    "dinner": Part(19, "pm"),
    "supper": Part(19, "pm"),
    "bed": Part(22, "night"),
}
"""Parts that are told by "time" behind them: "lunchtime", "bed time"."""

UNTIMED = (MEALS["tea"], MEALS["bed"])
"""Those that after "at" are no time: "at tea" is, in few places, "at bed" nowhere."""

SHADES = {
    "early": {"morning": 6, "afternoon": 13, "evening": 18, "night": 20},
    "late": {"morning": 11, "afternoon": 17, "evening": 22, "night": 23},
    "mid": {"morning": 10, "afternoon": 15, "evening": 20},
}
"""Hours of the early and the late part of a part."""

SMALL_HOURS = Part(3, "am")
"""The small hours: those that nobody is up in."""

TONIGHT = Part(20, "night", 0)


LEADS = (("in", "the"), ("during", "the"), ("on", "the"), ("at",), ("by",), ("the",), ("this",))
"""Words that lead to a part of the day."""

TONIGHTS = frozenset(("tonight", "tonite", "tonight's"))

STARTS = TONIGHTS | frozenset(
    (*PARTS, *(f"{name}'s" for name in PARTS), *SHADES, *MEALS, *(f"{meal}time" for meal in MEALS))
) | frozenset((*(lead[0] for lead in LEADS), *"last next wee small".split()))  # fmt: skip
"""First words of parts of the day."""


def part(words: Words, i: int) -> tuple[Part, int] | None:
    """Read a part of the day with the words that lead to it: "in the", "at", "this", "last"."""
    return _part(words, i) if word(words, i) in STARTS else None


@remembered
def _part(words: Words, i: int) -> tuple[Part, int] | None:
    shade, k = _shade(words, i)
    if word(words, k) in TONIGHTS:
        return replace(TONIGHT, hour=23 if shade == "late" else TONIGHT.hour), k + 1
    meal = MEALS.get(word(words, i + 1)) if word(words, i) == "at" else None
    if meal is not None and meal not in UNTIMED and word(words, i + 2) != "time":
        return meal, i + 2
    for lead in LEADS:
        j = phrase(words, i, *lead)
        found = _plain(words, j) if j else None
        if found is not None:
            return _led(found, lead)
    moved = _other_day(words, i)
    if moved is not None:
        return moved
    found = _plain(words, i)
    return (replace(found[0], bare=True), found[1]) if found else None


def _led(found: tuple[Part, int], lead: tuple[str, ...]) -> tuple[Part, int] | None:
    """Return a part as its lead has it: "this" is today's, "the" alone needs a day."""
    said, j = found
    if lead == ("this",):
        return replace(said, day=0), j
    if lead == ("at",) and said.half == "am" and said is not MEALS["breakfast"]:
        return None
    return (replace(said, bare=True) if lead in (("the",), ("on", "the")) else said), j


def _other_day(words: Words, i: int) -> tuple[Part, int] | None:
    """Read "last night", "late last night", "next morning"."""
    shade, j = _shade(words, i)
    day = {"last": -1, "next": 1}.get(word(words, j))
    if day is None:
        return None
    found = _plain(words, j + 1)
    if found is None or (day < 0 and found[0].half == "am"):
        return None
    late = SHADES[shade]["night"] if shade and found[0].half == "night" else found[0].hour
    return replace(found[0], day=day, hour=late), found[1]


def _shade(words: Words, i: int) -> tuple[str, int]:
    """Return "early", "late" or "mid", and the place after it."""
    text = word(words, i)
    if text not in SHADES:
        return "", i
    return text, i + 2 if word(words, i + 1) == "-" else i + 1


def _plain(words: Words, i: int) -> tuple[Part, int] | None:
    """Read the name itself: "early morning", "lunchtime", "wee hours of the morning"."""
    shade, j = _shade(words, i)
    if shade in ("", "early") or word(words, j) == "hours":
        small = _small_hours(words, i)
        if small is not None:
            return SMALL_HOURS, small
    text = word(words, j).removesuffix("'s")
    meal = text.removesuffix("time")
    if meal in MEALS and not shade:
        timed = text != meal or word(words, j + 1) == "time"
        return (MEALS[meal], j + 1 if text != meal else j + 2) if timed else None
    if text not in PARTS:
        return None
    if not shade:
        return PARTS[text], j + 1
    hour = SHADES[shade].get(text)
    return (replace(PARTS[text], hour=hour), j + 1) if hour else None


def _small_hours(words: Words, i: int) -> int | None:
    """Return the place after "wee hours", "early hours of the morning"."""
    j = i + 1 if word(words, i) in ("wee", "small", "early") else i
    j = j + 1 if j > i and word(words, j) == "morning" and word(words, j + 1) == "hours" else j
    if j == i or word(words, j) != "hours":
        return None
    for tail in (("of", "the", "morning"), ("in", "the", "morning"), ("of", "the", "night")):
        end = phrase(words, j + 1, *tail)
        if end:
            return end
    return j + 1


def within(said: Part, at: ClockTime) -> ClockTime:
    """Return a time as it is meant in a part of the day: "six" in the evening is 18:00."""
    if not at.open:
        return at
    hour = at.hour % 12
    early = said.half == "am" or (said.half == "night" and hour < 5)
    return ClockTime(hour if early else hour + 12, at.minute, at.second)


def clock_time(words: Words, i: int, now: datetime) -> tuple[ClockTime, int] | None:
    """Read a time of day as said: "half past six" is 06:30, "six in the evening" 18:00."""
    led = word(words, i) in FILLER and part(words, i) is None
    return None if led else timed(words, i, None)


JOINTS = frozenset(", at in the on around about approximately of for - @ by".split())
"""Words that may stand between an hour, its part of the day and its day."""


def timed(words: Words, i: int, said: Part | None) -> tuple[ClockTime, int] | None:
    """Read an hour and its part of the day, in either order; ``said`` is the part before it."""
    if said is None:
        before = part(words, i)
        if before is not None:
            return timed(words, joined(words, before[1]), before[0])
    read = at_hour(words, i) or (hour_then_part(words, i) if said is None else None)
    if read is None:
        return None
    at, j = read
    after = part(words, joined(words, j, ",")) if said is None else None
    if after is not None and not agree(after[0], at):
        return None  # "10 am tonight"
    if after is not None:
        return within(after[0], at), after[1]
    return (within(said, at) if said else at), j


def at_hour(words: Words, i: int) -> tuple[ClockTime, int] | None:
    """Read a clock time; an hour by itself only after "at" and the like."""
    j = i
    while word(words, j) in VAGUE or word(words, j) in ("at", "@"):
        j += 1
    return clock(words, j, j > i or word(words, i - 1) in BARE)


def hour_then_part(words: Words, i: int) -> tuple[ClockTime, int] | None:
    """Read the bare hour of "six in the morning", "7, this morning", "10 tonight"."""
    bare = clock(words, i, True)
    if bare is None:
        return None
    j = joined(words, bare[1], ",")
    after = part(words, j)
    if after is None or not agree(after[0], bare[0]):
        return None
    if after[0].bare or (j > bare[1] and after[0].day is None):
        return None
    return bare


def agree(said: Part, at: ClockTime) -> bool:
    """Tell whether an hour lies in a part of the day: 16:00 is none of the morning's."""
    if at.open:
        return True
    if said.half == "night":
        return at.hour >= EVENING or at.hour <= DAWN
    return at.hour <= 12 if said.half == "am" else at.hour >= 12


EVENING, DAWN = 16, 6
"""The hours from which on and up to which it may be night."""


def joined(words: Words, i: int, *only: str) -> int:
    """Return the place after words that join the parts of a moment, at most four."""
    j = i
    while word(words, j) in (only or JOINTS) and j < i + 4:
        j += 1
    return j + 1 if word(words, j) == "t" and touching(words, j) and touching(words, j + 1) else j
