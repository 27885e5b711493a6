"""Lengths of time: "ten minutes", "an hour and a half", "1h30", "3 hours five"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.language.records import dataclass
from assistant.language.tokens import Words, phrase, remembered, touching, word
from assistant.language.values.numbers import STARTS, number

SECONDS = {
    "second": 1,
    "sec": 1,
    "s": 1,
    "minute": 60,
    "min": 60,
    "m": 60,
    "hour": 3_600,
    "hr": 3_600,
    "h": 3_600,
    "day": 86_400,
    "d": 86_400,
    "week": 604_800,
    "wk": 604_800,
    "fortnight": 1_209_600,
    "month": 2_592_000,
    "year": 31_536_000,
    "yr": 31_536_000,
    "decade": 315_360_000,
}
"""Seconds of each unit; a month counts 30 days and a year 365 where only a length is asked for."""

NAMES = SECONDS | {name + "s": seconds for name, seconds in SECONDS.items() if len(name) > 1}
"""Units by all their names, singular and plural."""

SHORT = frozenset("s m d".split())
"""Units that must touch their number, "10m", where "10 m" may be something else."""

LENGTH_LEADS = frozenset("for in by of within another timer alarm".split())
"""Words before a length of time, even one with a blank before its short unit: "for 10 m"."""

DAY = SECONDS["day"]
MONTHS = {SECONDS["month"]: 1, SECONDS["year"]: 12, SECONDS["decade"]: 120}
"""Months of the units that a calendar counts in months."""

MORE = frozenset("more extra additional whole full further".split())
"""Words between a number and its unit that leave the length what it is."""

CENTURIES = 1_000
"""So many seconds written with an "s" are years: "1980s"."""

FEW = 3
"""How many "a few" are."""

GOES_ON = frozenset(
    "please from for timer timers called named and then to on before after ago later until at in "
    "is left . , ? ! ; -".split()
)
"""What may follow the bare minutes of "an hour thirty": anything else may be what is counted."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length as said: amounts with their units, in seconds of the unit."""

    pieces: tuple[tuple[float, int], ...]

    @property
    def seconds(self) -> float:
        """Return the length in seconds, a month as 30 days and a year as 365."""
        return sum(amount * unit for amount, unit in self.pieces)

    def after(self, start: datetime, sign: int = 1) -> datetime:
        """Return the moment this long after a start, before it where ``sign`` is -1.

        Months and days keep the hour of the clock; hours and less are real time, also across a
        change of the clocks.
        """
        from dateutil.relativedelta import relativedelta

        months = sum(a * MONTHS[u] for a, u in self.pieces if u in MONTHS)
        days = sum(a * u / DAY for a, u in self.pieces if u >= DAY and u not in MONTHS)
        rest = sum(a * u for a, u in self.pieces if u < DAY)
        days += (months - int(months)) * SECONDS["month"] / DAY
        rest += (days - int(days)) * DAY
        moved = start + sign * relativedelta(months=int(months), days=int(days))
        return (moved.astimezone(UTC) + timedelta(seconds=sign * rest)).astimezone(start.tzinfo)


def duration(words: Words, i: int, now: datetime) -> tuple[timedelta, int] | None:
    """Read a length: pieces of amount and unit, joined by "and", a comma or nothing."""
    read = _clock(words, i) or length(words, i, now)
    if read is None:
        return None
    said, j = read
    return timedelta(seconds=said.seconds), phrase(words, j, "or", "so") or j


def length(words: Words, i: int, now: datetime) -> tuple[Length, int] | None:
    """Read a length with the units it was said in: "1 month 2 days", "an hour thirty"."""
    text = word(words, i)
    starts = text in STARTS or text in LENGTH_STARTS or text[:1].isdecimal() or text[:1] == "."
    return _length(words, i, now) if starts and not _negative(words, i) else None


def _negative(words: Words, i: int) -> bool:
    """Tell whether a minus stands before a number: no length is below nothing."""
    sign = word(words, i - 1) == "-" and touching(words, i) and not touching(words, i - 1)
    return sign or word(words, i - 1) in ("minus", "negative")


WHOLE = frozenset("all whole entire full".split())
"""Words before a day or more that make it one of them."""

LENGTH_STARTS = frozenset((*NAMES, *WHOLE, *"half quarter few couple next another".split()))
"""First words of lengths that are no numbers."""


@remembered
def _length(words: Words, i: int, now: datetime) -> tuple[Length, int] | None:
    first = _piece(words, i, now, ())
    pieces: list[tuple[float, int]] = []
    while first is not None:
        amount, unit, j = first
        pieces.append((amount, unit))
        half = _and_a_half(words, j)
        if half:
            pieces[-1] = (amount + half[0], unit)
            return Length(tuple(pieces)), half[1]
        k = j + 1 if word(words, j) in ("and", ",") else j
        k = k + 1 if k > j and word(words, k) == "and" else k
        first = _piece(words, k, now, tuple(unit for _, unit in pieces)) or _bare_rest(
            words, k, unit, joined=k > j
        )
    return (Length(tuple(pieces)), j) if pieces else None


def unit_of(text: str) -> int | None:
    """Return the seconds of a unit's name, singular or plural."""
    return NAMES.get(text)


def _piece(
    words: Words, i: int, now: datetime, before: tuple[int, ...]
) -> tuple[float, int, int] | None:
    """Read one amount with its unit, of another size than those before it.

    Returns (amount, seconds of the unit, place after).
    """
    amount = _amount(words, i, now)
    if amount is None:
        return None
    value, j = amount
    inside = next((n for k in range(i + 1, j - 1) if (n := NAMES.get(word(words, k)))), None)
    if inside and inside not in before and value > 0:
        return value, inside, j  # "two hours and a quarter", where the number goes around its noun
    j = j + 1 if word(words, j) in MORE or word(words, j) == "-" else j
    name = word(words, j).removesuffix("'s").rstrip("'")
    unit = NAMES.get(name)
    if unit is None or unit in before or value < 0:
        return None
    if name in SHORT and not touching(words, j) and not before and not _alone(words, i, j + 1):
        return None
    if name == "s" and value % 10 == 0 and (word(words, i - 1) == "the" or value >= CENTURIES):
        return None  # "the 80s", "1980s"
    dotted = word(words, j + 1) == "." and touching(words, j + 1) and j + 2 < len(words)
    end = j + 2 if dotted and name.removesuffix("s") in ("min", "sec", "hr") else j + 1
    return value, unit, end


def _alone(words: Words, i: int, j: int) -> bool:
    """Tell whether "30 s" can be nothing but a length: behind "for", "in", "timer", or all said."""
    leads = i == 0 or word(words, i - 1) in LENGTH_LEADS
    return leads and (j >= len(words) or word(words, j) in GOES_ON - {"in", "to"})


def _amount(words: Words, i: int, now: datetime) -> tuple[float, int] | None:
    """Read how many: a number, "an", "half an", "a quarter of an", "another", "a few"."""
    text = word(words, i)
    if text == "another" or (text in ("a", "an") and word(words, i + 1) in MORE):
        more = i + 1 if text == "another" else i + 2
        return (1, more) if word(words, more) in NAMES else _amount(words, more, now)
    if text == "next" and word(words, i - 1) == "the" and number(words, i + 1, now):
        return _amount(words, i + 1, now)  # "the next 20 minutes"
    if text in WHOLE and NAMES.get(word(words, i + 1), 0) >= DAY:
        return 1, i + 1  # "all day", "the whole week"
    if text == "a" and word(words, i + 1) == "second" and _is_noun(word(words, i + 2)):
        return None  # "a second timer", "a second opinion"
    j = i + 1 if text == "a" else i
    return _part_of_one(words, j) or _counted(words, i, j, now)


def _part_of_one(words: Words, j: int) -> tuple[float, int] | None:
    """Read the "half an" of "half an hour", "quarter of an"."""
    value = {"half": 0.5, "quarter": 0.25}.get(word(words, j))
    end = _article(words, j + 1)
    return (value, end) if value and _unit_at(words, end) else None


def _counted(words: Words, i: int, j: int, now: datetime) -> tuple[float, int] | None:
    """Read "a few", "a couple of", a number, or one; ``j`` is the place after an "a"."""
    text = word(words, i)
    if word(words, j) == "few":
        return FEW, j + 2 if word(words, j + 1) == "of" else j + 1
    if word(words, j) == "couple":
        return 2, j + 2 if word(words, j + 1) == "of" else j + 1
    read = number(words, i, now)
    if read is not None:
        return _with_part(words, *read, now)
    if text in ("a", "an"):
        return 1, i + 1
    if NAMES.get(text) and _and_a_half(words, i + 1):
        return 1, i  # "hour and a half"
    if text == "next" and word(words, i - 1) == "the" and NAMES.get(word(words, i + 1), DAY) < DAY:
        return 1, i + 1
    return None


def _is_noun(text: str) -> bool:
    grammar = text in GOES_ON or text in MORE or text in ("and", "or", "of", "more", "so", "i")
    return text[:1].isalpha() and (not grammar or text.startswith("timer"))


def _unit_at(words: Words, i: int) -> bool:
    i = i + 1 if word(words, i) in MORE or word(words, i) == "-" else i
    return word(words, i) in NAMES


def _with_part(words: Words, value: float, j: int, now: datetime) -> tuple[float, int]:
    """Return a number with the part behind it: "one and quarter of", "1 and a 1/2"."""
    if word(words, j) == "and" and value == int(value):
        k = j + 2 if word(words, j + 1) == "a" else j + 1
        named = {"half": 0.5, "quarter": 0.25}.get(word(words, k))
        part = (named, k + 1) if named else number(words, k, now)
        if part and 0 < part[0] < 1 and NAMES.get(word(words, _article(words, part[1]))):
            return value + part[0], _article(words, part[1])
    return value, _article(words, j) if value != int(value) else j


def _article(words: Words, i: int) -> int:
    """Return the place after "of an", "an" or nothing."""
    i = i + 1 if word(words, i) == "of" else i
    return i + 1 if word(words, i) in ("a", "an") else i


def _and_a_half(words: Words, i: int) -> tuple[float, int] | None:
    """Read "and a half", "and a quarter", "and three quarters" of the unit before."""
    if word(words, i) != "and":
        return None
    j = i + 2 if word(words, i + 1) in ("a", "one") else i + 1
    value = {"half": 0.5, "quarter": 0.25}.get(word(words, j))
    end = j + 1
    if word(words, i + 1) in ("three", "3") and word(words, i + 2) == "quarters":
        value, end = 0.75, i + 3
    # "an hour and a quarter of a minute" is another piece, not a quarter of the hour.
    goes_on = NAMES.get(word(words, end)) or word(words, end) in ("of", "a", "an")
    return (value, end) if value and not goes_on else None


def _bare_rest(words: Words, i: int, unit: int, *, joined: bool) -> tuple[float, int, int] | None:
    """Read the 30 of "1h30", "an hour thirty", "2 hours and ten": the next smaller unit."""
    smaller = {3_600: 60, 60: 1}.get(unit)
    read = number(words, i)
    if smaller is None or read is None or not 0 < read[0] < 60 or read[0] != int(read[0]):
        return None
    value, j = read
    text = word(words, j)
    if touching(words, i) and word(words, i).isdigit():
        return (value, smaller, j) if unit == 3_600 or touching(words, i - 1) else None
    ends = j >= len(words) or text in GOES_ON
    return (value, smaller, j) if ends and (unit == 3_600 or not joined) else None


CLOCK_LEADS = frozenset("at by until till since from to before after around".split())
"""Words after which "1:30" is a time of day."""


def _clock(words: Words, i: int) -> tuple[Length, int] | None:
    """Read "1:30" as hours and minutes, "1:30:15" with seconds, "1:30 hours"."""
    parts: list[int] = []
    j = i
    if word(words, i - 1) in CLOCK_LEADS or touching(words, i):
        return None
    while word(words, j).isdigit() and len(word(words, j)) <= 2:
        parts.append(int(word(words, j)))
        if word(words, j + 1) != ":" or not touching(words, j + 1):
            break
        j += 2
    if len(parts) not in (2, 3) or any(p >= 60 for p in parts[1:]):
        return None
    hours, minutes, seconds = (*parts, 0)[:3]
    end = i + 2 * len(parts) - 1
    end = end + 1 if word(words, end) in ("hours", "hrs") else end
    return Length(((hours, 3_600), (minutes, 60), (seconds, 1))), end
