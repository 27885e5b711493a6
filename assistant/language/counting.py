"""The words of numbers, each once: what is counted with, in order, in parts and by the dozen."""

from __future__ import annotations

SMALL = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen".split()
)
"""Zero to nineteen, in order."""

DECADES = tuple("twenty thirty forty fifty sixty seventy eighty ninety".split())
"""Twenty to ninety, in order."""

UNITS = {name: n for n, name in enumerate(SMALL)}
UNITS |= {"naught": 0, "nought": 0, "nil": 0, "ninteen": 19, "fourten": 14}
TENS = {name: 10 * n for n, name in enumerate(DECADES, 2)}
TENS |= {"fourty": 40, "ninty": 90}
TENS_AND_UNITS = {
    f"{ten}{unit}": TENS[ten] + n for ten in DECADES for n, unit in enumerate(SMALL[1:10], 1)
}
"""Written as one word: "twentyone"."""

SCALES = {
    name: 1000**n
    for n, names in enumerate(
        ("thousand grand", "million mil mln mio", "billion bn bln", "trillion tn", "quadrillion"), 1
    )
    for name in names.split()
}
SCALE_WORDS = frozenset("thousand million billion trillion quadrillion".split())
"""Scales that may stand without a number before them, as in "thousand million"."""

LETTERS = {"k": 1_000, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
"""Letters for scales that touch their figure: "5k", "1.2M". A small m is a metre or a minute."""

COUNTS = {"couple": 2, "pair": 2, "dozen": 12, "score": 20, "gross": 144}
"""Numbers that are counted as things are: "a dozen", "two score"."""

ORDINALS = {
    name: n
    for n, name in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split(),
        1,
    )
}
ORDINALS |= {"twelth": 12, "eigth": 8, "nineth": 9}
ORDINALS |= {f"{ten[:-1]}ieth": 10 * n for n, ten in enumerate(DECADES, 2)}
ORDINALS["last"] = -1

POWERS = {f"{name}th": size for name, size in (("hundred", 100), *SCALES.items()) if len(name) > 4}
"""Ordinals of hundreds and of scales: "hundredth", "millionth"."""

ENDINGS = frozenset(("st", "nd", "rd", "th"))
"""What makes an ordinal of a figure it touches."""

PARTS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4}
PARTS |= {name: n for name, n in (ORDINALS | POWERS).items() if n > 2}
PARTS |= {f"{name}s": n for name, n in (ORDINALS | POWERS).items() if n > 2}
"""The lower number of a fraction: "a fifth", "three quarters"."""
