"""What is said while a form is open, beside its values: leaving it, asking why, correcting."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from assistant.language.editing import TAKING_BACK
from assistant.language.matching import Index
from assistant.language.records import dataclass
from assistant.language.templates import read
from assistant.language.tokens import Word, split
from assistant.language.words import (
    BEFORE,
    DECLINING,
    DOUBTING,
    FILLER,
    HAILS,
    HESITATIONS,
    JOINING,
    MAKING,
    MARKS,
    MEANING,
    POLITE,
    longest,
    phrases,
)

LEAVE, WHY, OPTIONS, WAIT, SKIP, WHERE = "leave", "why", "options", "wait", "skip", "where"
RESTART = "restart"

LACKS = "lacks"
"""The wish to have a value changed that is not there."""

TAKE, KEEP = "take", "keep"
"""A yes and a no to a change that was proposed."""

WAITING = (
    *(
        f"{begun}{just}{one} {time}"
        for begun in ("", "wait ", "hold on ", "give me ")
        for just in ("", "just ")
        for one in ("a", "one")
        for time in ("moment", "second", "minute", "sec")
    ),
    "hold on",
    "wait",
)
"""What holds one up: alone, or before a change of mind."""

ACTS = {
    LEAVE: (
        "(cancel|stop|abort|end|quit|drop|forget|scrap|leave) [(it|this|that)]",
        "(cancel|stop|abort|drop|forget) (everything|all of it|about (it|this|that))",
        "[actually] i (cancel|stop|drop) (it|this|that|everything)",
        "(cancel|stop|abort|drop|forget) (the|this|that|my) {thing}",
        "never mind [(then|that|it|this)]",
        "i [have] changed my mind",
        "i (do not|no longer|would rather not) [want to] (continue|go on|proceed) [{thing}]",
        "i (do not|no longer|would rather not) [want to] do (this|that|it) [(anymore|any more)]",
        "i do not want (this|that|it) [(anymore|any more)]",
        "(none|neither|not any) [of (these|them|those)]",
        "(let's|let us) (stop|leave it|forget (it|this|that)) [here]",
    ),
    WHY: (
        "why [(do|would) you (ask|need|want) [to know] [(that|this|it)]]",
        "why is (that|this|it) [(important|needed|necessary|relevant|[of] your business)]",
        "(what|why) do you need (that|this|it) [for]",
        "what is (that|this) for",
        "what for",
    ),
    WHERE: (
        "where (were|are) we [(now|again|at)]",
        "what (were|are) we doing [again]",
        "what (was|is) (the|your) question [again]",
        "what did you (ask|want to know) [(me|again)]",
        "(repeat|say) the question [again]",
        "(go on|carry on|continue|let's go on|back to it)",
    ),
    RESTART: (
        "[(let us|let's)] (start|begin) [(it|this|that)] [all] (over|again|anew|afresh)",
        "[(let us|let's|can we)] [(start|begin|go)] [(back|over|again)] [(to|from)] the beginning",
        "[(let's|can we)] [(start|begin|go)] [(back|over|again)] from (the start|the top|scratch)",
        "(do|take) (it|this|that) [all] [again] from (the (beginning|start|top)|scratch)",
        "restart [(it|this|that)]",
    ),
    OPTIONS: (
        "what are (the|my) (options|choices)",
        "(what|which) (options|choices|ones) (are there|do i have|can i (choose|pick))",
        "what can i (choose|pick|say|answer) [(from|here|there)]",
        "what (is|would be) (possible|allowed)",
    ),
    TAKE: (
        "[(that|it|this)] (sounds|looks) (good|great|fine|perfect|ok|okay|alright) [to me]",
        "(that|it|this) (is|would be) (good|great|fine|perfect|ok|okay|alright) [for (me|us)]",
        "(that|it|this) [also] works [(too|as well|for (me|us))]",
        "(works|good|fine|great|perfect) [(for|by) (me|us)]",
        "(i|we|i will|we will|i would|we would) (take|like) (it|that|this|that one)",
        "(let's|let us) (do|take) (it|that|this|that one)",
        "why not",
    ),
    WAIT: (
        f"({'|'.join(WAITING)}) [please]",
        "let me (think|check|look [it up]|see) [about it]",
    ),
    SKIP: (
        "skip [(it|this|that|this one|that one|(this|that|the) (question|step|part))]",
        "pass",
        "next [(one|question|step|please)]",
        "(go|move|proceed|continue) [on] [(to|with)] [the] next (one|question|step)",
        "ask [me] (something else|another (question|one)|the next (one|question)) [first]",
        "i (do not|would rather not|will not) [(want|like) to] (say|tell|answer) [you] [{thing}]",
        "i [(want|would like)] [to] (answer|do) [the] next (one|question) [first]",
        "(leave|keep) (it|this|that) (out|open|blank|empty)",
        "no comment",
        "none of your business",
    ),
}
"""What may be said instead of an answer, each as examples of a skill are written."""

MOST_WORDS = 3
"""Words of what is left: "cancel the | whole money transfer"."""

EXCLAIMED = frozenset("ah oh ooh argh ugh damn darn shit oops ouch hang great perfect".split())
"""Words that only tell how one feels about what follows."""

BEING = phrases("to say", "to write", "to type", "it is", "it was")
"""What may follow a doubt, or "I meant", before the value itself."""

ORDERING = frozenset("first instead rather".split())
"""Words behind a request that only tell that it goes before another."""

FURTHER = (
    *((word,) for word in JOINING),
    *phrases("but", "also", "btw", "by the way", "oh", ",", "besides"),
)
"""What leads from an answer to a further request."""

ANYBODY = frozenset("a some any somebody someone anybody anyone whoever everybody everyone".split())
"""Words of who is not named."""

NOBODY = frozenset("know idea nobody none nothing what who whoever instead".split())
"""Words of an answer that names nobody: "I don't know"."""

SHOULD = phrases("it should be", "should be", "it has to be", "it must be")
"""What says of a value that it is another one."""

DENYING = frozenset("not n't isn't don't didn't wasn't without never wrong".split())
"""Words that take a value back which stands near them."""

CHANGING = frozenset("change correct edit set update fix alter replace modify use make put".split())
"""Verbs of a wish to have a value changed that is named: "change the amount"."""

TOWARDS = frozenset(
    "to as into be is should for by with at it i want would like the my a mean meant say".split()
)
"""Words between the name of a value, or what takes it back, and the value."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction says: its words without those that only tell that it is one.

    It is ``marked`` where some did, "sorry, …", and ``firm`` where they hardly say anything else:
    "I meant …", "it should be …".
    """

    text: str
    marked: bool
    firm: bool = False


@lru_cache(maxsize=1)
def _index() -> Index:
    from assistant.language.values import slot_type

    kinds = {"thing": slot_type(str)}
    return Index((name, read(each), kinds) for name, said in ACTS.items() for each in said)


def act(text: str, now: datetime, things: Collection[str] = ()) -> str:
    """Return what a whole text is of ACTS, empty where it is none of them.

    What is left by a name ("cancel the transfer") has one of the words ``things`` in it.
    """
    for bare in (_without_exclamations(text), corrected(text).text):
        for match in _index().match(bare, now) if bare else ():
            named = [word.text for each in match.slots.values() for word in split(each.text)]
            marks = any(mark in bare.rstrip("".join(MARKS)) for mark in MARKS) and bool(named)
            own = not named or match.intent == SKIP or not set(things).isdisjoint(named)
            if own and not marks and len(named) <= MOST_WORDS:
                return match.intent
    return ""


def _without_exclamations(text: str) -> str:
    words = split(text)
    i = 0
    while i < len(words) and words[i].text in EXCLAIMED | HESITATIONS | MARKS:
        i += 1
    return text[words[i].start :] if i < len(words) else ""


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Give the ways to part a text at its marks: what stands before one, and what behind."""
    for word in split(text):
        if word.text in MARKS or word.text == "-":
            before, behind = text[: word.start].strip(), text[word.end :].strip()
            if before and behind:
                yield before, behind


def also(text: str) -> str:
    """Return a request without what only joins it to what was said before: "and by the way"."""
    words = split(text)
    said, i = [word.text for word in words], 0
    while i < len(words) and (size := longest(said, i, FURTHER)):
        i += size
    end = len(words)
    while end > i and said[end - 1] in MARKS | ORDERING:
        end -= 1
    return text[words[i].start : words[end - 1].end] if i < end else ""


def corrected(text: str) -> Corrected:
    """Return what a text says instead, where it begins as a correction does."""
    words = split(text)
    said, i, marked, firm = [word.text for word in words], 0, False, False
    while i < len(words):
        size, marks = _lead(said, i)
        if not size:
            break
        firm = firm or tuple(said[i : i + size]) in _FIRM
        i, marked = i + size, marked or marks
    end = len(words)
    while end > i and said[end - 1] in MARKS:
        end -= 1
    return Corrected(text[words[i].start : words[end - 1].end] if i < end else "", marked, firm)


def _lead(said: Sequence[str], i: int) -> tuple[int, bool]:
    """Return how many words from ``i`` on only lead to a value, and whether they say it is new."""
    for marks, leads in ((True, _MARKING), (False, _LEADING)):
        if size := longest(said, i, leads):
            return size, marks
    return 0, False


_MARKING = (
    *((word,) for word in DOUBTING - DECLINING),
    *(("no", mark) for mark in MARKS),
    *MEANING,
    *MAKING,
    *SHOULD,
    *TAKING_BACK,
)

_FIRM = frozenset((*MEANING, *MAKING, *SHOULD))

_LEADING = (
    *((word,) for word in EXCLAIMED | HESITATIONS | HAILS | MARKS),
    *phrases(*BEFORE),
    *BEING,
    *phrases(*WAITING),
)


def denies(words: Sequence[Word], start: int, end: int) -> bool:
    """Tell whether words beside a value at ``text[start:end]`` take it back: "not | 50", "I didn't
    mean | Joe", "8 | is not good".
    """
    before = tuple(word.text for word in words if word.end <= start)
    behind = tuple(word.text for word in words if word.start >= end)
    alone = before[-1:] == ("not",) and before[-2:-1] not in _HELPING
    meant = len(before) > 1 and before[-1] in SAYING and _denying(before[-2])
    return alone or meant or any(behind[: len(each)] == each for each in BAD)


def ordered(text: str, called: str) -> str | None:
    """Return what follows the name of a value in a text that only wants it changed, or takes it
    back: "change the amount | to 20", "not the amount", "the amount is wrong". None for others.
    """
    words, name = split(text), tuple(word.text for word in split(called))
    said = [word.text for word in words]
    while said and said[-1] in MARKS:
        said.pop()
    for i in range(1, len(said) - len(name) + 1):
        if tuple(said[i : i + len(name)]) != name or said[i - 1] not in OF_NAMES:
            continue
        before, end = said[: i - 1], i + len(name)
        bad = longest(said, end, BAD)
        wished = not CHANGING.isdisjoint(before) and all(w in _WISHING for w in before)
        if not (wished or before == ["not"] or (bad and not before)):
            continue
        end += bad
        while end < len(said) and said[end] in TOWARDS | MARKS:
            end += 1
        return text[words[end].start : words[len(said) - 1].end] if end < len(said) else ""
    return None


OF_NAMES = frozenset("the my its".split())
"""Words before the name of a value."""

SAYING = frozenset("mean say said want".split())
"""Verbs that take a value back where they are denied."""

BAD = phrases("is wrong", "is not good", "is not right", "is not it", "isn't good", "isn't right")
"""What takes back the value before it."""

_WISHING = CHANGING | TOWARDS | POLITE | FILLER | frozenset("can could you we us let".split())

_HELPING = frozenset((word,) for word in "can could do does did will would should is am".split())


def _denying(word: str) -> bool:
    return word in ("not", "never") or word.endswith("n't")
