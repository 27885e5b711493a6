"""Words after which more must come, and words that ask for time."""

from __future__ import annotations

from collections.abc import Sequence

OPEN_WORDS = frozenset(
    # articles and determiners
    "a an the my your his her its our their this these those some any every each another "
    # conjunctions
    "and or but because if when while until unless although so than whether that which who "
    "plus minus times divided "
    # prepositions that never end a request
    "to for at from with of by into onto about between during per as like without under "
    "towards toward against around past since "
    # fillers
    "um uh uhm erm er eh hmm hm mm well "
    # verbs that want something
    "add set put remind create make start call send write note remember convert calculate "
    "schedule search find tell show give play open delete remove rename move i'd i'll i'm we "
    "i want need would could can please let's let".split()
)
"""A sentence does not end with one of these."""

PARTICLES = frozenset("on off in out up down over back through before after".split())
"""These end a sentence only where it is whole: turn it on, put it on ..."""

OPEN_PHRASES = (
    ("remind", "me"),
    ("tell", "me"),
    ("give", "me"),
    ("show", "me"),
    ("wake", "me"),
    ("let", "me"),
    ("i", "would", "like"),
    ("how", "many"),
    ("how", "much"),
    ("how", "long"),
    ("what", "is"),
    ("what's",),
    ("and", "then"),
    ("you", "know"),
    ("i", "mean"),
    ("half",),
    ("quarter",),
)
"""A sentence does not end with these words, unless it is whole."""

HOLDS = (
    ("hold", "on"),
    ("wait",),
    ("wait", "a", "minute"),
    ("wait", "a", "moment"),
    ("wait", "a", "second"),
    ("one", "moment"),
    ("one", "second"),
    ("just", "a", "moment"),
    ("just", "a", "second"),
    ("let", "me", "think"),
    ("let", "me", "see"),
)
"""Who says this is not finished."""


def breaks_off(words: Sequence[str], *, complete: bool = False) -> bool:
    """Tell whether more must come. ``complete`` words break off only at an open word."""
    if not words:
        return False
    if words[-1] in OPEN_WORDS:
        return not (complete and words[-1] in COMPLETE_VERBS)
    if complete:
        return False
    return words[-1] in PARTICLES or any(_ends(words, phrase) for phrase in OPEN_PHRASES)


def keeps_the_floor(words: Sequence[str]) -> bool:
    """Tell whether the words end with a request for time."""
    return any(_ends(words, phrase) for phrase in HOLDS)


def _ends(words: Sequence[str], phrase: tuple[str, ...]) -> bool:
    return tuple(words[-len(phrase) :]) == phrase


COMPLETE_VERBS = frozenset(
    "i call need want search play start remember like well so that which who this please".split()
)
"""Open words with which a whole command may end all the same: "play", "start", "stop please"."""
