"""Words after which more must come, and words that ask for time."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.language.counting import DECADES, SMALL

MORE = frozenset(
    # articles and determiners
    "a an the my your his our their every each another "
    # conjunctions
    "and or but because if while until unless although than whether plus minus times "
    # prepositions
    "to for at from with of by into onto between during per "
    # fillers
    "um uh uhm erm er eh hmm hm mm".split()
)
"""No request ends with one of these, even where it could be whole without it."""

MAYBE = frozenset(
    # verbs that want something
    "add set put remind create make start call send write note remember convert calculate "
    "schedule search find tell show give play open delete remove rename move change mark "
    # beginnings
    "i i'd i'll i'm we i've would could can please let's want need will shall is are was were "
    "have has had do does did what what's when where who which how why "
    # determiners and conjunctions that may stand alone
    "this that these those some any her its so well as since like not "
    # prepositions that may be particles
    "on off in out up down over back through before after about under without toward towards "
    "against around past".split()
)
"""A request ends with one of these only where it is whole: "turn it on", "call"."""

PHRASES = (
    ("remind", "me"),
    ("tell", "me"),
    ("give", "me"),
    ("show", "me"),
    ("wake", "me"),
    ("let", "me"),
    ("how", "many"),
    ("how", "much"),
    ("how", "long"),
    ("and", "then"),
    ("you", "know"),
    ("i", "mean"),
    ("half",),
    ("quarter",),
)
"""A request ends with these words only where it is whole."""

NUMBERS = frozenset((*SMALL[1:], *DECADES, "hundred", "thousand"))

MEASURED = ("for", "in")
"""A number after one of these is waiting for its unit: "for twenty", "in five"."""

HOLDS = (
    ("hold", "on"),
    ("hang", "on"),
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
    """Tell whether more must come; ``complete`` words make a whole request."""
    if not words:
        return False
    if words[-1] in MORE:
        return True
    if complete:
        return False
    return words[-1] in MAYBE or _lacks_unit(words) or any(_ends(words, p) for p in PHRASES)


def keeps_the_floor(words: Sequence[str]) -> bool:
    """Tell whether the words end with a request for time."""
    return any(_ends(words, phrase) for phrase in HOLDS)


def _lacks_unit(words: Sequence[str]) -> bool:
    """Tell whether the words end with a measured number: "for twenty five"."""
    at = len(words)
    while at and words[at - 1] in NUMBERS:
        at -= 1
    return 0 < at < len(words) and words[at - 1] in MEASURED


def _ends(words: Sequence[str], phrase: tuple[str, ...]) -> bool:
    return tuple(words[-len(phrase) :]) == phrase
