"""What units are called, and pint's name of each.

Names are composed: a prefix and a metric unit ("kilo" and "metre", "k" and "m"), powers ("square
feet"), rates ("miles per hour"). Signs keep their case where it means something (kW, Mb and MB);
where only one unit is meant by a sign in small letters too, that is taken.
"""

from __future__ import annotations

from functools import cache

from assistant.language.tokens import Words, touching, word

PREFIXES = {
    "pico": "p", "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "deca": "da",
    "hecto": "h", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P",
}  # fmt: skip

METRIC = {
    "meter": "metre meters metres m", "gram": "gramme grams grammes g gs",
    "liter": "litre liters litres l L", "watt": "watts W", "joule": "joules J", "volt": "volts V",
    "ampere": "amp amps amperes A", "hertz": "Hz", "byte": "bytes B", "bit": "bits b",
    "pascal": "pascals Pa", "newton": "newtons N", "calorie": "calories cal", "ohm": "ohms Ω",
    "watt_hour": "Wh", "ampere_hour": "Ah", "second": "seconds sec secs s", "bar": "bars",
    "electron_volt": "eV", "lux": "lx", "lumen": "lumens lm", "candela": "cd", "farad": "farads",
}  # fmt: skip
"""Units that take prefixes: pint's name, and how they are written. One sign stands last."""

PLAIN = {
    "mile": "miles mi", "yard": "yards yd yds", "foot": "feet ft", "inch": "inches in ins",
    "nautical_mile": "nautical-mile nautical-miles nmi", "fathom": "fathoms",
    "furlong": "furlongs", "league": "leagues", "micron": "microns", "angstrom": "angstroms Å",
    "light_year": "light-year light-years lightyear lightyears ly", "parsec": "parsecs pc",
    "astronomical_unit": "astronomical-unit astronomical-units au AU",
    "pound": "pounds lb lbs", "ounce": "ounces oz", "stone": "stones st",
    "kilogram": "kilo kilos kgs", "tonne": "tonnes metric-ton metric-tons", "ton": "tons",
    "long_ton": "long-ton long-tons imperial-ton imperial-tons",
    "short_ton": "short-ton short-tons",
    "grain": "grains", "carat": "carats ct",
    "gallon": "gallons gal gals", "quart": "quarts qt qts", "pint": "pints pt pts", "cup": "cups",
    "imperial_gallon": "imperial-gallon imperial-gallons",
    "imperial_pint": "imperial-pint imperial-pints",
    "fluid_ounce": "fluid-ounce fluid-ounces fl-oz fluid-oz floz", "barrel": "barrels bbl",
    "tablespoon": "tablespoons tbsp tbsps tbs", "teaspoon": "teaspoons tsp tsps",
    "milliliter": "mls", "acre": "acres ac", "hectare": "hectares ha", "are": "ares",
    "degC": "celsius centigrade °C C °c c", "degF": "fahrenheit °F F °f f", "kelvin": "kelvins K k",
    "degree": "degrees deg degs °", "radian": "radians rad",
    "mile / hour": "mph", "kilometer / hour": "kph kmh kmph", "knot": "knots kn kt kts",
    "mile / gallon": "mpg", "rpm": "revolutions-per-minute", "horsepower": "hp",
    "atmosphere": "atmospheres atm", "psi": "pounds-per-square-inch", "mmHg": "mmhg",
    "millibar": "mbar mbars", "calorie": "cals", "kilocalorie": "kcals Cal Cals",
    "british_thermal_unit": "btu btus BTU", "minute": "minutes min mins", "hour": "hours hr hrs h",
    "day": "days d", "week": "weeks wk wks", "fortnight": "fortnights", "month": "months",
    "year": "years yr yrs", "decade": "decades", "century": "centuries",
    "leap_year": "leap-year leap-years", "percent": "%",
    "kibibyte": "KiB", "mebibyte": "MiB", "gibibyte": "GiB", "tebibyte": "TiB",
    "kilobyte": "KB kb Kb", "megabyte": "mb MBs", "gigabyte": "gb GBs gigs gig",
    "terabyte": "tb TBs",
    "bit / second": "bps", "kilobit / second": "kbps", "megabit / second": "Mbps mbps",
    "gigabit / second": "Gbps gbps", "meter ** 2": "sqm", "foot ** 2": "sqft",
    "cubic_centimeter": "cc ccs", "microgram": "mcg", "micrometer": "um", "megahertz": "mhz",
    "pascal": "pa", "milliampere_hour": "mah", "milliampere": "ma", "millivolt": "mv",
}  # fmt: skip
"""All other units; a hyphen stands for a blank."""

MONEY = frozenset(
    "dollar dollars buck bucks euro euros cent cents pence penny quid sterling yen rupee rupees "
    "rouble roubles ruble rubles franc francs krona kronor krone kroner yuan peso pesos bitcoin "
    "bitcoins eur usd gbp chf jpy cad aud inr cny".split()
)
"""Names of money, whose worth in other money changes by the day; its unit is "money"."""

MONEY_SIGNS = frozenset("$€£¥₹")

LONGEST = 3
"""Words of the longest name."""

POWERED = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
RAISED = {"squared": 2, "cubed": 3, "2": 2, "3": 3}
PER = ("per", "/", "a", "an", "each")


@cache
def named() -> dict[str, str]:
    """Return pint's name for every name and sign as it is written, case and all."""
    found: dict[str, str] = {}
    for unit, written in METRIC.items():
        *names, sign = [unit.replace("_", " "), *written.split()]
        signs = {sign, *(name for name in names if len(name) == 1)}
        for prefix, letter in (("", ""), *PREFIXES.items()):
            whole = f"{prefix}{unit}"
            long = [f"{prefix}{name}" for name in names if name not in signs]
            found |= dict.fromkeys(long, whole) | {f"{letter}{each}": whole for each in signs}
    for name in ("watt", "ampere", "amp"):
        for prefix in ("", *PREFIXES):
            whole = f"{prefix}{'ampere' if name == 'amp' else name}_hour"
            found |= {f"{prefix}{name} hour": whole, f"{prefix}{name} hours": whole}
    for unit, written in PLAIN.items():
        plain = [] if "/" in unit or "*" in unit else [unit.replace("_", " ")]
        found |= {name.replace("-", " "): unit for name in (*plain, *written.split())}
    return found


@cache
def small() -> dict[str, str]:
    """Return pint's name for every name in small letters that means one unit only.

    "mw" is none: it may be a megawatt or a milliwatt.
    """
    meant: dict[str, set[str]] = {}
    for name, unit in named().items():
        meant.setdefault(name.lower(), set()).add(unit)
    sure = {name: min(units) for name, units in meant.items() if len(units) == 1}
    return sure | {name: unit for name, unit in named().items() if name.islower()}


def unit(words: Words, i: int) -> tuple[str, int] | None:
    """Read a unit: "km", "square feet", "miles per hour", "kWh", "m/s", "litres per 100 km".

    The name is pint's: "kilometer", "foot ** 2", "mile / hour".
    """
    first = _powered(words, i)
    if first is None or word(words, first[1]) not in PER:
        return first
    name, j = first
    per, k = word(words, j), j + 1
    hundred = "100 " if word(words, k) in ("100", "hundred") else ""
    below = _powered(words, k + 1 if hundred else k)
    if below is None or (per in ("a", "an", "each") and below[0] not in _TIMES):
        return first
    if name == "pound" and below[0] == "inch ** 2":
        return "psi", below[1]
    return f"{name} / ({hundred}{below[0]})" if hundred else f"{name} / {below[0]}", below[1]


_TIMES = frozenset("second minute hour day week month year".split())


def _powered(words: Words, i: int) -> tuple[str, int] | None:
    power = POWERED.get(word(words, i))
    simple = _simple(words, i + 1 if power else i)
    if simple is None:
        return None
    name, j = simple
    raised = word(words, j)
    if not power and raised in RAISED and (raised.isalpha() or touching(words, j)):
        power, j = RAISED[raised], j + 1
    return (f"{name} ** {power}", j) if power else (name, j)


def _simple(words: Words, i: int) -> tuple[str, int] | None:
    """Read the longest name there is; "k.g." and "degrees celsius" too."""
    if i >= len(words):
        return None
    if words[i].text in ("degree", "degrees", "deg", "degs", "°"):
        scale = _simple(words, i + 1)
        if scale and scale[0] in ("degC", "degF", "kelvin"):
            return scale
    if words[i].text in MONEY or words[i].text in MONEY_SIGNS:
        return "money", i + 1
    dotted = _dotted(words, i)
    if dotted:
        return dotted
    for length in range(min(LONGEST, len(words) - i), 0, -1):
        said = " ".join(part.said or part.text for part in words[i : i + length])
        found = _name(said)
        if found:
            return found, i + length
    return None


def _name(said: str) -> str | None:
    """Return pint's name of what was said, also with a plain s for the plural: "inchs"."""
    lower = said.lower()
    found = named().get(said) or small().get(lower)
    return found or (named().get(lower[:-1]) if len(lower) > 4 and lower.endswith("s") else None)


def _dotted(words: Words, i: int) -> tuple[str, int] | None:
    """Read an abbreviation with its dots: "k.g.", "in."."""
    letters, j = "", i
    while len(word(words, j)) == 1 and word(words, j).isalpha() and word(words, j + 1) == ".":
        letters, j = letters + words[j].said, j + 2
    found = _name(letters) if len(letters) > 1 else None
    return (found, j) if found else None
