"""Clock times: "half past six", "7:30 pm", "quarter of seven", "0730", "noon"."""

from __future__ import annotations

from datetime import time
from typing import Any, SupportsIndex

from assistant.language.counting import TENS, UNITS
from assistant.language.habits import HALF
from assistant.language.tokens import Words, phrase, remembered, touching, word
from assistant.language.values.wholes import spoken_below_hundred

NAMED = {"noon": 12, "midday": 12, "noonish": 12, "midnight": 0}
"""Times with a name of their own."""

BARE = frozenset("at by to before after until till around about approximately @ circa".split())
"""Words after which an hour by itself is a time."""

VAGUE = frozenset("around about approximately roughly circa exactly nearly almost".split())
"""Words before a time that leave it the time it is."""

MINUTES = frozenset("minute minutes min mins".split())
PAST = frozenset("past after".split())
TO = frozenset("to before till until of".split())

COUNTED = frozenset(
    "% ° : / degrees percent per second seconds sec secs minute minutes min mins hour hours hr hrs "
    "day days week weeks month months year years miles km people times point past something "
    "foot feet euro dollar pound million hundred thousand billion third half c".split()
)
"""Words behind a number that tell it counts something, so that it is no hour."""


PLURAL_LOOKING = frozenset("always besides christmas perhaps sometimes towards unless".split())
"""Words that only look like the plural of a noun."""


def counted(text: str) -> bool:
    """Tell whether a word behind a number is what it counts: "degrees", "people", "dollars"."""
    plural = len(text) > 4 and text.endswith("s") and not text.endswith(("ss", "'s", "us", "is"))
    said_of_time = text.rstrip("s") in PARTS_OF_DAYS or text.endswith("days")
    return text in COUNTED or (plural and text not in PLURAL_LOOKING and not said_of_time)


PARTS_OF_DAYS = frozenset("morning afternoon evening night weekend hour".split())


class ClockTime(time):
    """A time of day, ``open`` where nothing said whether of the morning or of the evening."""

    open: bool

    def __new__(
        cls, hour: int = 0, minute: int = 0, second: int = 0, *rest: Any, **how: Any
    ) -> ClockTime:
        """Make a time; the arguments of ``datetime.time``, and ``open``."""
        is_open = how.pop("open", False)
        self = super().__new__(cls, hour, minute, second, *rest, **how)
        self.open = is_open
        return self

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        return _made, (self.hour, self.minute, self.second, self.open)


def _made(hour: int, minute: int, second: int, is_open: bool) -> ClockTime:
    return ClockTime(hour, minute, second, open=is_open)


def clock(words: Words, i: int, bare: bool) -> tuple[ClockTime, int] | None:
    """Read a clock time with its am or pm; ``bare`` allows an hour by itself, "at seven"."""
    text = word(words, i)
    figures = text[:1].isdecimal() and len(text) <= len("12.30")
    return _clock(words, i, bare) if figures or text in STARTS else None


STARTS = frozenset((*NAMED, *UNITS, *TENS, *"a half quarter mid oh o".split()))
"""First words of clock times that are no figures."""


@remembered
def _clock(words: Words, i: int, bare: bool) -> tuple[ClockTime, int] | None:
    if not _fresh(words, i):
        return None
    read = _named(words, i) or _spoken(words, i, bare)
    return (read[0], _ending(words, read[1])) if read else None


def _fresh(words: Words, i: int) -> bool:
    """Tell whether a word begins something and isn't the middle of "25:00" or "10.7.30"."""
    return not touching(words, i) or word(words, i - 1) not in (":", ".", "/", "°")


def _ending(words: Words, i: int) -> int:
    """Return the place after "sharp", "ish", "or so": said of a time without changing it."""
    j = i + 1 if word(words, i) == "-" and word(words, i + 1) == "ish" else i
    for said in (("ish",), ("sharp",), ("exactly",), ("approximately",), ("or", "so")):
        end = phrase(words, j, *said)
        if end:
            return end
    return i


def _named(words: Words, i: int) -> tuple[ClockTime, int] | None:
    """Read "noon", "12 midnight", "mid-day"."""
    twelve = word(words, i) in ("12", "twelve")
    i = i + 1 if twelve else i
    if word(words, i) in NAMED:
        return ClockTime(NAMED[word(words, i)]), i + 1
    if word(words, i) == "mid" and not twelve:
        j = i + 2 if word(words, i + 1) == "-" else i + 1
        hour = {"day": 12, "night": 0}.get(word(words, j))
        return (ClockTime(hour), j + 1) if hour is not None else None
    return None


def _spoken(words: Words, i: int, bare: bool) -> tuple[ClockTime, int] | None:
    """Read the shapes with an hour, and am or pm behind them."""
    for read in (_past_or_to, _half, _signed, _hundred, _run_together, _two_numbers, _o_clock):
        found = read(words, i)
        if found is not None:
            hour, minute, second, j, sure = found
            return _with_half(words, j, (hour, minute, second), sure or bare)
    lone = _hour(words, i)
    if lone is None:
        return None
    sure = bare and _alone(words, lone[1]) and not (lone[0] > 12 and meridiem(words, lone[1]))
    return _with_half(words, lone[1], (lone[0], 0, 0), sure or _ish(words, lone[1]))


def _ish(words: Words, i: int) -> bool:
    return word(words, i + 1 if word(words, i) == "-" else i) == "ish"


def _alone(words: Words, j: int) -> bool:
    """Tell whether a bare hour ends here: no unit, no second number, no ordinal's "th"."""
    text = word(words, j)
    attached = touching(words, j) and text not in (",", ".", "?", "!", ";", ")", "-", "ish")
    dotted = text == "." and touching(words, j) and touching(words, j + 1)
    comma = text == "," and touching(words, j) and touching(words, j + 1)
    parted = comma and word(words, j + 1).isdigit()
    return not (attached or dotted or parted or counted(text) or text[:1].isdigit())


Shape = tuple[int, int, int, int, bool]
"""Hour, minute, second, place after, and whether it must be a time."""


def _with_half(
    words: Words, j: int, said: tuple[int, int, int], sure: bool
) -> tuple[ClockTime, int] | None:
    """Join am or pm; without it the time is open where a clock of 12 hours shows it."""
    hour, minute, second = said
    half = meridiem(words, j)
    if half is None:
        zero = hour == 0 or hour > 12 or word(words, j - 1) == "hours" or _padded(words, j)
        return (ClockTime(hour % 24, minute, second, open=not zero), j) if sure else None
    part, end = half
    if hour > 12 and (part == "am" or not sure):
        return None
    if hour == 24:
        return None
    hour = hour if hour > 12 else hour % 12 + (12 if part == "pm" else 0)
    return ClockTime(hour, minute, second), end


def _padded(words: Words, j: int) -> bool:
    """Tell whether the digits before ``j`` begin with a zero, as on a clock of 24 hours."""
    i = j - 1
    while i > 0 and touching(words, i) and word(words, i - 1) in (":", ".", *DIGITS_SEEN):
        i -= 1
    i = i - 1 if touching(words, i) and word(words, i - 1).isdigit() else i
    first = word(words, i)
    return len(first) in (2, 4) and first.startswith("0") and first.isdigit()


DIGITS_SEEN = frozenset(f"{n:02}" for n in range(60))


def meridiem(words: Words, i: int) -> tuple[str, int] | None:
    """Read "am", "p.m.", "p m", the "p" of "7p", "in the am"."""
    i = phrase(words, i, "in", "the") or i
    i = i + 1 if word(words, i) == "." and word(words, i + 1) in ("am", "pm") else i
    text = word(words, i)
    if text in ("am", "pm"):
        return text, phrase(words, i + 1, ".") or i + 1 if _abbreviated(words, i) else i + 1
    if text not in ("a", "p"):
        return None
    spaced = phrase(words, i + 1, "m") or phrase(words, i + 1, ".", "m")
    if spaced:
        return text + "m", spaced + 1 if word(words, spaced) == "." else spaced
    return (text + "m", i + 1) if touching(words, i) and word(words, i - 1).isdigit() else None


def _abbreviated(words: Words, i: int) -> bool:
    return word(words, i + 1) == "." and i + 2 < len(words) and touching(words, i + 1)


def small(words: Words, i: int) -> tuple[int, int] | None:
    """Read a number below 100 in digits or words: "7", "07", "forty-five"."""
    text = word(words, i)
    if text.isdigit():
        return (int(text), i + 1) if len(text) <= 2 else None
    return spoken_below_hundred(words, i)


def _hour(words: Words, i: int) -> tuple[int, int] | None:
    """Read an hour from 0 to 24 in digits or words."""
    read = small(words, i)
    return read if read and read[0] <= 24 else None


def _past_or_to(words: Words, i: int) -> Shape | None:
    """Read "half past six", "quarter of nine", "ten minutes past four", "three to five thirty"."""
    j = i + 1 if word(words, i) == "a" else i
    text = word(words, j)
    amount = {"half": (30, j + 1), "quarter": (15, j + 1)}.get(text) or small(words, j)
    if amount is None or not 0 < amount[0] < 60:
        return None
    minutes, k = amount
    k = k + 1 if word(words, k) in MINUTES else k
    way = word(words, k)
    if way not in PAST and (way not in TO or text == "half"):
        return None
    counted = word(words, k - 1) in MINUTES
    if way == "of" and text != "quarter" and not counted:
        return None
    if way in TO and not counted and (minutes % 5 or word(words, i - 1) in ("from", "between")):
        return None  # "from 5 to 7", "9 to 5" are spans
    hour = _whole_hour(words, k + 1)
    if hour is None:
        return None
    value, end = hour
    if way in PAST:
        return (value // 60) % 24, minutes, 0, end, True
    value = value - minutes if value >= 60 + minutes else value + 12 * 60 - minutes
    return value // 60, value % 60, 0, end, True


def _whole_hour(words: Words, i: int) -> tuple[int, int] | None:
    """Read the hour of "ten to six", in minutes after midnight: "five thirty" too, and "noon"."""
    named = _named(words, i)
    if named:
        return (named[0].hour or 24) * 60, named[1]
    two = _two_numbers(words, i)
    if two:
        return two[0] * 60 + two[1], two[3]
    told = _o_clock(words, i)
    hour = (told[0], told[3]) if told else _hour(words, i)
    if hour is None or word(words, hour[1]) in COUNTED:
        return None
    return (hour[0] or 24) * 60, hour[1]


def _half(words: Words, i: int) -> Shape | None:
    """Read "half eight": half past eight, or half past seven for those who say it so."""
    hour = _hour(words, i + 1) if word(words, i) == "half" else None
    if hour is None or not 0 < hour[0] <= 12 or not _alone(words, hour[1]):
        return None
    said = hour[0] if HALF.get() == "past" else (hour[0] - 2) % 12 + 1
    return said, 30, 0, hour[1], True


def _signed(words: Words, i: int) -> Shape | None:
    """Read "7:30", "5:30:15", "19h30", "19h"; "7.30" only where am or pm or "at" is beside it."""
    text = word(words, i)
    head, dot, tail = text.partition(".")
    of_day = _hours(words, i + 1) if head[:1] == "0" and len(head) == 2 else None
    apart = word(words, i + 1) not in COUNTED
    dotted = dot and len(tail) == 2 and head.isdigit() and (apart or of_day)
    if dotted and len(head) <= 2 and int(head) <= 24 and int(tail) < 60:
        return int(head), int(tail), 0, of_day or i + 1, bool(of_day)
    if not (text.isdigit() and len(text) <= 2 and int(text) <= 24):
        return None
    mark = word(words, i + 1)
    if mark not in (":", "h") or not touching(words, i + 1):
        return None
    minute = _figures(words, i + 2)
    if minute is None:
        return (int(text), 0, 0, i + 2, True) if mark == "h" else None
    second = _figures(words, i + 4) if word(words, i + 3) == ":" else 0
    if second is None or (int(text) == 24 and minute):
        return None
    j = i + 5 if word(words, i + 3) == ":" and touching(words, i + 3) else i + 3
    return int(text), minute, second, _hours(words, j) or j, True


def _figures(words: Words, i: int) -> int | None:
    """Return the minutes or seconds in two figures that touch the sign before them."""
    text = word(words, i)
    figures = len(text) == 2 and text.isdigit() and touching(words, i)
    return int(text) if figures and int(text) < 60 else None


def _hours(words: Words, i: int) -> int | None:
    """Return the place after "hours", "hrs" or the "h" of "1830h", said of 24 of them."""
    touched = word(words, i) == "h" and touching(words, i) and len(word(words, i - 1)) > 2
    return i + 1 if touched or word(words, i) in ("hours", "hrs") else None


def _hundred(words: Words, i: int) -> Shape | None:
    """Read "eight hundred hours", "zero eight hundred", "o 800 hours"."""
    zero = word(words, i) in ("zero", "oh", "o", "0")
    j = i + 1 if zero else i
    text = word(words, j)
    if text.isdigit() and len(text) in (3, 4):
        end = _hours(words, j + 1)
        return (*divmod(int(text), 100), 0, end, True) if end and _on_dial(text) else None
    hour = small(words, j)
    end = hour[1] + 1 if hour and word(words, hour[1]) == "hundred" else None
    if hour is None or end is None or hour[0] > 23:
        return None
    last = _hours(words, end)
    told = bool(zero or last)
    return (hour[0], 0, 0, last or end, told) if told or hour[0] > 12 else None


def _on_dial(text: str) -> bool:
    return int(text) // 100 < 24 and int(text) % 100 < 60


def _run_together(words: Words, i: int) -> Shape | None:
    """Read "836pm", "0730", "1830 hours"; plain "1830" only where a bare hour would do."""
    text = word(words, i)
    if not (text.isdigit() and len(text) in (3, 4) and _on_dial(text)):
        return None
    end = _hours(words, i + 1)
    if not end and (word(words, i + 1) in COUNTED or not _free(words, i)):
        return None
    return int(text) // 100, int(text) % 100, 0, end or i + 1, bool(end)


def _free(words: Words, i: int) -> bool:
    """Tell whether figures stand apart from other figures and signs."""
    text = word(words, i + 1)
    joined = touching(words, i + 1) and text in ("-", "/", "_", "#", ".", ":")
    return not (joined and touching(words, i + 2)) and not (
        touching(words, i) and word(words, i - 1) not in ("(", "@", '"', ",")
    )


def _two_numbers(words: Words, i: int) -> Shape | None:
    """Read "six thirty", "six oh five", "7 15 am", "ten-thirty"; figures need more beside them."""
    hour = _hour(words, i)
    if hour is None:
        return None
    value, j = hour
    if word(words, j) == "-" and touching(words, j) and not word(words, i).isdigit():
        j += 1
    spoken = not word(words, i).isdigit()
    oh = word(words, j) in ("oh", "o", "zero") and spoken
    minute = small(words, j + 1 if oh else j)
    if minute is None or minute[0] >= 60 or (oh and minute[0] > 9):
        return None
    figures = word(words, j).isdigit()
    if figures != (not spoken) or (figures and len(word(words, j)) != 2):
        return None
    k = _hours(words, minute[1])
    if not spoken:
        sure = bool(k)
    else:
        sure = bool(k) or oh or (minute[0] >= 10 and value > 0)
    if not sure and word(words, k or minute[1]) in COUNTED:
        return None
    return value, minute[0], 0, k or minute[1], sure


def _o_clock(words: Words, i: int) -> Shape | None:
    hour = _hour(words, i)
    if hour is None:
        return None
    if word(words, hour[1]) in ("o'clock", "oclock"):
        return hour[0], 0, 0, hour[1] + 1, True
    end = phrase(words, hour[1], "o", "clock") if word(words, hour[1]) == "o" else None
    return (hour[0], 0, 0, end, True) if end else None
