"""Numbers in words, as they are spoken: whole ones, ordinals, years, clock times, digits."""

from __future__ import annotations

from assistant.language.counting import DECADES, ORDINALS, SCALE_WORDS, SCALES, SMALL

MOST = 10**15
"""From here on a number is told by its digits: nobody counts so far."""

YEARS = range(1100, 2100)
"""Four figures that are told as a year is: "nineteen eighty four"."""

_SCALES = sorted(((SCALES[name], name) for name in SCALE_WORDS), reverse=True)
_ORDERED = {name: ordinal for ordinal, n in reversed(ORDINALS.items()) for name in SMALL[n : n + 1]}
_ORDERED |= {ten: f"{ten[:-1]}ieth" for ten in DECADES}


def in_words(number: int) -> str:
    """Return a whole number in words: "one hundred and five", "minus three"."""
    if number < 0:
        return f"minus {in_words(-number)}"
    if number >= MOST:
        return digits(str(number))
    if number < 100:
        return _below_hundred(number)
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{SMALL[hundreds]} hundred" + (f" and {_below_hundred(rest)}" if rest else "")
    size, name = next(each for each in _SCALES if number >= each[0])
    most, rest = divmod(number, size)
    joint = " and " if 0 < rest < 100 else " "
    return f"{in_words(most)} {name}" + (f"{joint}{in_words(rest)}" if rest else "")


def ordinal_in_words(number: int) -> str:
    """Return an ordinal in words: "twenty first", "one hundred and third"."""
    before, blank, last = in_words(number).rpartition(" ")
    return f"{before}{blank}{_ORDERED.get(last, f'{last}th')}"


def year_in_words(year: int) -> str:
    """Return a number of four figures as a year is told: "nineteen oh five", "two thousand"."""
    century, rest = divmod(year, 100)
    if century % 10 == 0:
        return in_words(year) if rest < 10 else f"{in_words(century)} {in_words(rest)}"
    return f"{in_words(century)} {minutes(rest) if rest else 'hundred'}"


def minutes(number: int) -> str:
    """Return two figures behind others: "thirty", "oh five"."""
    return f"oh {SMALL[number]}" if number < 10 else in_words(number)


def digits(figures: str) -> str:
    """Return figures one by one: "007" is "zero zero seven"."""
    return " ".join(SMALL[int(each)] for each in figures)


def figures_in_words(figures: str) -> str:
    """Return figures as they are read out, with a point perhaps: as a year, a number or digits.

    "1984" is "nineteen eighty four", "0171" its digits, "3.14" "three point one four".
    """
    whole, point, rest = figures.partition(".")
    if point:
        behind = f"point {digits(rest)}"
        return f"{figures_in_words(whole)} {behind}" if whole else behind
    dialled = len(whole) > 6 and not whole.endswith("000")
    if dialled or len(whole) > len(str(MOST)) or (whole[0] == "0" and len(whole) > 1):
        return digits(whole)
    return year_in_words(int(whole)) if int(whole) in YEARS else in_words(int(whole))


def _below_hundred(number: int) -> str:
    if number < 20:
        return SMALL[number]
    ten, rest = divmod(number, 10)
    return DECADES[ten - 2] + (f" {SMALL[rest]}" if rest else "")
