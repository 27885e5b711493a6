"""Signs, figures and units in the words one says for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from assistant.language.calendar import MONTHS, WEEKDAYS
from assistant.language.numerals import in_words, minutes

UNITS = {
    "km": "kilometre", "m": "metre", "cm": "centimetre", "mm": "millimetre", "µm": "micrometre",
    "mi": "mile", "ft": "foot|feet", "yd": "yard", "nmi": "nautical mile",
    "kg": "kilogram", "g": "gram", "mg": "milligram", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "l": "litre", "L": "litre", "dl": "decilitre", "cl": "centilitre", "ml": "millilitre",
    "mL": "millilitre", "ha": "hectare", "h": "hour", "hr": "hour", "hrs": "hour",
    "min": "minute", "mins": "minute", "s": "second", "sec": "second", "secs": "second",
    "ms": "millisecond", "µs": "microsecond", "ns": "nanosecond", "d": "day",
    "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte",
    "MiB": "mebibyte", "GiB": "gibibyte", "TiB": "tebibyte", "Mbit": "megabit", "Gbit": "gigabit",
    "W": "watt", "kW": "kilowatt", "MW": "megawatt", "Wh": "watt hour", "kWh": "kilowatt hour",
    "V": "volt", "mAh": "milliamp hour", "J": "joule", "kJ": "kilojoule", "cal": "calorie",
    "kcal": "kilocalorie", "Hz": "hertz|hertz", "kHz": "kilohertz|kilohertz",
    "MHz": "megahertz|megahertz", "GHz": "gigahertz|gigahertz", "dB": "decibel",
    "Pa": "pascal", "hPa": "hectopascal", "kPa": "kilopascal", "bar": "bar", "mbar": "millibar",
    "mph": "mile per hour|miles per hour", "kmh": "kilometre per hour|kilometres per hour",
    "kph": "kilometre per hour|kilometres per hour", "rpm": "turn a minute|turns a minute",
    "°C": "degree Celsius|degrees Celsius", "°F": "degree Fahrenheit|degrees Fahrenheit",
    "°": "degree", "%": "percent|percent", "‰": "per mille|per mille",
}  # fmt: skip
"""Signs after a number, and their names: one, or one and several."""

MONEY = {
    "€": "euro", "$": "dollar", "£": "pound", "¥": "yen|yen", "₹": "rupee", "₽": "rouble",
    "EUR": "euro", "USD": "dollar", "GBP": "pound", "CHF": "franc", "JPY": "yen|yen",
}  # fmt: skip

HUNDREDTHS = {
    "€": "cent", "$": "cent", "£": "penny|pence",
    "EUR": "cent", "USD": "cent", "GBP": "penny|pence", "CHF": "centime",
}  # fmt: skip
"""What a hundredth of them is called."""

FRACTIONS = {"½": "half", "⅓": "third", "¼": "quarter", "¾": "three quarters", "⅔": "two thirds"}

SIGNS = {
    "→": "to", "⇒": "to", "➜": "to", "←": "from", "↔": "to and from", "↑": "up", "↓": "down",
    "=": "equals", "≈": "about", "≠": "is not", "≤": "at most", "≥": "at least", "×": "times",
    "⋅": "times", "÷": "divided by", "±": "plus or minus", "√": "the square root of",
    "∞": "infinity", "&": "and", "+": "plus", "−": "minus", "µ": "micro", "π": "pi", "°": "degrees",
    "<": "less than", ">": "more than", "^": "to the power of", "%": "percent",
}  # fmt: skip
"""Signs by themselves."""

SHORT = {
    "e.g.": "for example", "i.e.": "that is", "etc.": "and so on", "vs.": "versus",
    "vs": "versus", "approx.": "about", "incl.": "including", "no.": "number",
}  # fmt: skip

VARIANTS = "\ufe0e\ufe0f\u20e3"
"""Invisible marks that only change how an emoji looks."""

NUMBER = r"\d+(?:\.\d+)?"
"""A number once the commas between thousands are gone."""


def readable(text: str) -> str:
    """Return a plain text (no markdown) as it is to be read aloud."""
    text = re.sub(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}\b)", "", text)
    text = re.sub(r"[\u00a0\u202f\u2009]", " ", text).translate({0x3BC: "µ", 0x2019: "'"})
    for step in (_short, _dates, _times, _figures, named_money, named_units, _signs, _marks, _tidy):
        text = step(text)
    return text


def clock_words(hour: int, minute: int, half: str = "") -> str:
    """Return a time of day in words; ``half`` is "am" or "pm" where it was said."""
    if not half and minute == 0 and hour in (0, 24):
        return "midnight"
    if not half and (hour == 0 or hour > 12):
        half = "am" if hour == 0 else "pm"
    shown = in_words((hour - 1) % 12 + 1)
    if minute == 0:
        return f"{shown} {half}" if half else f"{shown} o'clock"
    return f"{shown} {minutes(minute)} {half}".strip()


def _short(text: str) -> str:
    for short, long in SHORT.items():
        follows = r"(?=\s*\d)" if short == "no." else r"(?!\w)"
        text = re.sub(rf"(?<!\w){re.escape(short)}{follows}", long, text, flags=re.IGNORECASE)
    return text


def _dates(text: str) -> str:
    text = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)(?![\d-])(?:(T|,? )(?=\d\d:\d\d))?", _date, text)
    text = re.sub(rf"\b({_stems(WEEKDAYS)})\b(?=\.?,? \d)", _long(WEEKDAYS), text)
    text = re.sub(rf"(?<=\d )({_stems(MONTHS)})\b\.?", _long(MONTHS), text)
    text = re.sub(rf"\b({_stems(MONTHS)})\b\.?(?= \d)", _long(MONTHS), text)
    return DAY.sub(lambda found: f"the {_ordinal(int(found[1]))} of {found[2]}", text)


DAY = re.compile(rf"\b(?:the )?(?<![\d.,:/-])([12]?\d|3[01]) ({'|'.join(MONTHS)})\b")
"""A day of a month, as it is written."""


def _ordinal(number: int) -> str:
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _stems(names: tuple[str, ...]) -> str:
    return "|".join(name[:3] for name in names)


def _long(names: tuple[str, ...]) -> Callable[[re.Match[str]], str]:
    long = {name[:3]: name for name in names}
    return lambda found: long[found[1]]


def _date(found: re.Match[str]) -> str:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return found[0]
    words = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{words} at " if found[4] else words


CLOCK = re.compile(
    r"(?<![\d:.])([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?(?!:?\d)"
    r"(?:\s?([ap])\.?m\b\.?(?=\s+[a-z]|[,;:!?)]|$)|\s?([ap])m\b)?",
    re.IGNORECASE,
)


def _times(text: str) -> str:
    return CLOCK.sub(_clock, text)


def _clock(found: re.Match[str]) -> str:
    half = (found[4] or found[5] or "").lower()
    words = clock_words(int(found[1]), int(found[2]), f"{half}m" if half else "")
    seconds = int(found[3] or 0)
    return f"{words} and {_counted(str(seconds), 'second')}" if seconds else words


def _figures(text: str) -> str:
    """Drop thousands' commas, shorten long decimals, read powers of ten, ranges and minus."""
    text = re.sub(r"\b\d{1,3}(?:,\d{3})+\b", lambda found: found[0].replace(",", ""), text)
    text = re.sub(r"\b(\d+(?:\.\d+)?)e([+-]?)0*(\d+)\b", _power, text)
    text = re.sub(r"(?<![\d.])(?:about )?(\d+\.\d{5,})(?!\.?\d)", _rounded, text)
    text = re.sub(r"(\d+) ?([½⅓¼¾⅔])", lambda f: f"{f[1]} and {_fraction(f[2])}", text)
    text = re.sub(r"[½⅓¼¾⅔]", lambda f: _fraction(f[0]), text)
    text = re.sub(rf"(?<![\w.-])({NUMBER})-({NUMBER})(?![\w.-]*\d|-)", _range, text)
    text = re.sub(r"(?<=\w)–(?=\w|[€$£])", " to ", text)
    text = re.sub(r"(?<![\w.])[−-](?=[€$£]?\d)", "minus ", text)
    text = re.sub(r"(?<![\w/])~ ?(?=[€$£]?\d)", "about ", text)
    text = re.sub(r"#(?=\d)", "number ", text)
    return re.sub(r"(?<=\d) ?[*] ?(?=\d)", " times ", re.sub(r"(?<=\d) / (?=\d)", " ÷ ", text))


def _power(found: re.Match[str]) -> str:
    sign = "minus " if found[2] == "-" else ""
    return f"{float(found[1]):.3g} times ten to the power of {sign}{found[3]}"


def _rounded(found: re.Match[str]) -> str:
    return f"about {float(found[1]):.{3 if float(found[1]) >= 0.1 else 6}f}".rstrip("0").rstrip(".")


def _fraction(sign: str) -> str:
    name = FRACTIONS[sign]
    return name if " " in name else f"a {name}"


def _range(found: re.Match[str]) -> str:
    """Read two growing numbers as a range; others may be a telephone number or a score."""
    growing = float(found[1]) < float(found[2]) and len(found[2]) in (1, 2, 3, len(found[1]))
    return f"{found[1]} to {found[2]}" if growing else found[0]


def _counted(number: str, names: str) -> str:
    return f"{number} {_named(names, number)}"


def _named(names: str, number: str) -> str:
    one, _, several = names.partition("|")
    return one if number == "1" else several or f"{one}s"


AMOUNT = rf"({NUMBER}(?: to {NUMBER})?)( (?:thousand|million|billion|trillion))?"
BEFORE = re.compile(rf"([€$£¥₹₽]) ?{AMOUNT}")
AFTER = re.compile(rf"{AMOUNT} ?([€$£¥₹₽]|(?:EUR|USD|GBP|CHF|JPY)\b)")


def named_money(text: str) -> str:
    """Return a text with the names of money behind its sums: "$5" is "5 dollars"."""
    text = BEFORE.sub(lambda f: _amount(f"{f[2]}{f[3] or ''}", f[1]), text)
    return AFTER.sub(lambda f: _amount(f"{f[1]}{f[2] or ''}", f[3]), text)


def _amount(number: str, sign: str) -> str:
    """Return money in words; two places after the point are its hundredths, where it has such."""
    whole, _, part = number.partition(".")
    if sign not in HUNDREDTHS or not whole.isdigit() or not re.fullmatch(r"\d\d", part):
        return _counted(number, MONEY[sign])
    parts = [_counted(whole, MONEY[sign])] if int(whole) or not int(part) else []
    parts += [_counted(f"{int(part)}", HUNDREDTHS[sign])] if int(part) else []
    return " and ".join(parts)


_NAMES = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
UNIT = re.compile(rf"({NUMBER}) ?({_NAMES})([²³]?)(?:/({_NAMES})([²³]?))?(?![\w²³/])")
DECADE = re.compile(r"\b[12]\d\d0s\b")


def named_units(text: str) -> str:
    """Return a text with the names of units for their signs: "5km" is "5 kilometres"."""
    return UNIT.sub(lambda found: found[0] if DECADE.match(found[0]) else _unit(found), text)


def _unit(found: re.Match[str]) -> str:
    number, unit, power, below, below_power = found.groups()
    words = {"": "", "²": "square ", "³": "cubic "}[power] + _named(UNITS[unit], number)
    if below:
        after = {"": "", "²": " squared", "³": " cubed"}[below_power]
        words += f" per {_named(UNITS[below], '1')}{after}"
    return f"{number} {words}"


def _signs(text: str) -> str:
    text = text.replace("²", " squared").replace("³", " cubed")
    text = re.sub(r"(?<=\d)x(?=\d)|(?<=\d) x (?=\d)", " times ", text)
    text = re.sub(r"(?<=\w)@(?=\w)", " at ", text)
    text = re.sub(r"(?<=[^\W\d])_(?=\w)", " ", text)
    text = re.sub(r"(?<=\w) ?(?=[≈≤≥<>] ?\w)", " is ", text)
    text = "".join(f" {SIGNS[sign]} " if sign in SIGNS else sign for sign in text)
    return "".join(sign if _kept(sign) else " " for sign in text)


def _kept(sign: str) -> bool:
    """Tell whether a character is a letter, figure or mark; emojis and other signs are not."""
    if sign in VARIANTS:
        return False
    kind = unicodedata.category(sign)
    return kind[0] in "LNMZ" or (kind[0] == "P" and sign not in "*#@_\\") or sign in "\n\t"


def _marks(text: str) -> str:
    """Turn brackets and dashes into pauses, drop quotes; a gap is a pause too.

    A quoted sentence is set off by pauses, a quoted name of one or two words is not.
    """
    text = re.sub(r"(?<=\w) “([^”]+ [^”]+ [^”]+)”", r", \1,", text)
    text = re.sub(r"[“”„«»‘\"`]", "", text)
    text = re.sub(r"\s*(?:…|\.{3,})(?=[\s.,!?]*$|\s+[A-Z][a-z])", ".", text)
    text = re.sub(r"\s*(?:…|\.{3,})", ",", text)
    text = re.sub(r"\s+[–—-]+\s+|\s*—\s*|\s*[·•|;]\s*", ", ", text)
    return re.sub(r"\s*[(\[{]\s*|\s*[)\]}]\s*", ", ", text)


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip(" ,")
    text = re.sub(r"\s+([,.:;!?])", r"\1", text)
    text = re.sub(r"(?:,\s*)+([.:!?])", r"\1", text)
    text = re.sub(r"([.:!?,])(?:\s*,)+", r"\1", text)
    text = re.sub(r"[.,]+(?=[?!])", "", text)
    return re.sub(r"([.!?])(?:\s*\.)+(?=\s|$)", r"\1", text).strip(" ,")
