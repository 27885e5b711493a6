"""Words of the closed classes: they change what is asked for, so none may be passed over.

A language has few words of these classes and makes no new ones (Quirk et al. 1985, 2.34 ff.), so
they can be told by name; what nouns, verbs and adjectives weigh has to be learnt.
"""

from __future__ import annotations

from assistant.language.counting import (
    COUNTS,
    ORDINALS,
    PARTS,
    SCALE_WORDS,
    TENS,
    TENS_AND_UNITS,
    UNITS,
)
from assistant.language.values.almanac import MONTHS, NEAR, UNCERTAIN, UNIT_NAMES, WEEKDAYS
from assistant.language.values.dayparts import PARTS as DAYPARTS
from assistant.language.values.dayparts import TONIGHTS
from assistant.language.values.durations import NAMES as LENGTHS

NUMBER, DAY, UNIT = "number", "day", "unit of time"
RELATION, REPEATED, EXCEPTED = "relation in time", "repetition", "exception"
DENIED, CONDITION, COMPARED, ASKED = "negation", "condition", "comparison", "question"
OPERATOR = "operator"

_COUNTED = {
    *PARTS,
    *UNITS,
    *TENS,
    *TENS_AND_UNITS,
    *SCALE_WORDS,
    *COUNTS,
    *ORDINALS,
    "hundred",
    "half",
}

_CLASSES = {
    NUMBER: _COUNTED - {"one", "last", "pair", "score"},
    DAY: (
        {*WEEKDAYS, *(f"{day}s" for day in WEEKDAYS), *MONTHS, *NEAR, *DAYPARTS, *TONIGHTS}
        - UNCERTAIN
    )
    | {f"{part}s" for part in DAYPARTS}
    | {"noon", "midday", "midnight", "weekday", "weekdays", "weekends"},
    UNIT: {name for name in (*LENGTHS, *UNIT_NAMES) if len(name) > 1}
    - {"second", "quarter", "quarters"},
    RELATION: frozenset(
        "before after until till since ago hence later earlier sooner next last previous "
        "following upcoming during within past".split()
    ),
    REPEATED: frozenset(
        "every each daily weekly monthly yearly annually hourly nightly fortnightly repeatedly "
        "repeat repeating recurring always regularly often twice".split()
    ),
    EXCEPTED: frozenset(
        "except excluding excepting besides without only unless both but apart instead "
        "either".split()
    ),
    DENIED: frozenset("not no never none neither nor cannot nobody nothing".split()),
    CONDITION: frozenset("if unless whenever while because although though whether".split()),
    COMPARED: frozenset(
        "more less fewer most least than longer shorter bigger smaller larger greater higher lower "
        "faster slower older newer".split()
    ),
    ASKED: frozenset("who whom whose why where".split()),
    OPERATOR: frozenset("% + * / = < > ^ ° $ € £ × ÷ minus plus times divided".split()),
}

_CLASS_OF = {word: name for name, words in _CLASSES.items() for word in words}

NAMES = frozenset(
    word for kind in (DAY, UNIT, REPEATED) for word in _CLASSES[kind] if len(word) > 3
) | frozenset(_COUNTED)
"""Words that name days, units of time, repetitions and numbers."""


def closed_class(word: str) -> str:
    """Return the closed class of a lower-case word that changes a request, "" for any other.

    A possessive is of its word's: "yesterday's".
    """
    if word[:1].isdecimal():
        return NUMBER
    return _CLASS_OF.get(word.removesuffix("'s"), "")
