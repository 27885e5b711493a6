"""How a sentence means to be taken: a request, or one of those that ask for nothing to be done.

"Don't set a timer" forbids, "my sister set a timer" tells, "can you set timers" asks what can be
done, "what is a timer" asks what a word means. A sentence that an example covers word for word is
that example, whatever its mood.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from assistant.language.content import content_words
from assistant.language.plurals import singular
from assistant.language.records import dataclass
from assistant.language.telling import closed_class
from assistant.language.tokens import Word
from assistant.language.words import (
    HAILS,
    HESITATIONS,
    POLITE,
    REQUESTING,
    SUBJECTS,
    WISHING,
    Phrase,
    phrases,
)

Mood = Literal["request", "forbidding", "telling", "ability", "how", "meaning"]

POSSESSIVE = frozenset("my our your his her their".split())
"""Words that tell whose something is."""

DETERMINERS = POSSESSIVE | frozenset(
    "a the this that these those some any all every each both another other no".split()
)
PRONOUNS = frozenset("i you he she it we they me us him them".split())

SHOWING = frozenset("show tell give read".split())
"""Verbs by which one asks for what a question asks for: "show my balance"."""

PREPOSITIONS = frozenset("for on at in by from with to of as about until since".split())

OTHERS = frozenset("he she they somebody someone everybody everyone nobody people".split())
"""Subjects that ask for nothing."""

AUXILIARIES = frozenset(
    "is are am was were be been do does did have has had got will would shall should can could may "
    "might must".split()
)

ASKING = frozenset("what when where who whom whose which why how".split()) | AUXILIARIES
"""Words that begin a question."""

NO_VERBS = ASKING | DETERMINERS | PRONOUNS | PREPOSITIONS

WISHES = phrases(
    *WISHING, "i want to", "i would like to",
    "i need to", "i have to", "i must", "i wish to", "i am going to", "i got to", "i want",
    "i need", "i would like", "i would love", "let us", "let me", "help me to", "help me",
    "go ahead and", "make sure to", "make sure that you", "make sure you", "make sure",
    "remember to", "do not forget to", "be sure to", "try to", "start to", "you should", "you can",
    "you have to", "you need to", "we need to", "we want to", "we have to", "it is time to",
    "time to",
)  # fmt: skip
"""What makes a wish of the verb that follows."""

POLITELY = phrases(
    *REQUESTING, "may i", "can we", "do you mind", "do you think you could", "are you able to",
    "would it be possible to", "is it possible to", "is there a way to",
    "i wonder if you could", "i would appreciate it if you could",
    "it would be nice if you could", "i would be grateful if you could",
    "do you know", "i want to know", "i need to know",
)  # fmt: skip
"""What makes a polite request, or a question about ability, of the verb that follows."""

ABLE = phrases(
    "are you able to", "do you know how to", "are you capable of", "is it possible for you to",
    "do you support", "do you have the ability to", "what about your ability to",
)  # fmt: skip
"""Questions about ability only."""

HOW = phrases(
    "how do i", "how can i", "how would i", "how could i", "how should i", "how do you",
    "how does one", "how to", "should i", "shall i", "would i", "do i have to", "do i need to",
    "what if i", "what happens if i",
)  # fmt: skip
"""Questions how, or whether, something is to be done."""

FORBIDDING = phrases(
    "do not", "never ever", "please do not", "you must not", "you should not",
    "i do not want you to", "i would not like you to", "you need not", "no need to",
    "there is no need to", "let us not",
    "i would rather you did not", "under no circumstances", "you do not have to",
    "i do not need you to", "you do not need to",
)  # fmt: skip
"""What forbids the verb that follows."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How a sentence is to be taken, and the place of its verb where it has one up front.

    ``imperative`` tells that what stands there can be nothing but a verb: "quiz | me". ``lead`` is
    how many words in front only lead to the request.
    """

    mood: Mood
    verb: int | None = None
    imperative: bool = False
    lead: int = 0


def taken(words: Sequence[Word], verbs: Collection[str]) -> Taken:
    """Return how normalised words are to be taken; ``verbs`` are those of all that can be asked.

    Verbs are given and looked up as they stand in the imperative.
    """
    said = [w.text for w in words] or [""]
    start = _past(said, 0, _HAILING)
    forbidden = _led(said, start, FORBIDDING)
    if forbidden and said[forbidden : forbidden + 1] not in (["forget"], ["let"]):
        return Taken("forbidding")
    if _led(said, start, ABLE):
        return Taken("ability")
    if _led(said, start, HOW):
        return Taken("how")
    if asks_meaning(said[start:]):
        return Taken("meaning")
    polite = _led(said, start, POLITELY)
    if polite and _whole_kind(said, polite, verbs):
        return Taken("ability")
    head = _past(said, polite or start, _HAILING)
    wish = _led(said, head, WISHES)
    head = min(_past(said, wish or head, _HAILING), len(said) - 1)
    if not wish and not polite and _tells(said, head, verbs):
        return Taken("telling")
    lead = head if wish or polite else 0
    if said[head] in NO_VERBS or not said[head].isalpha():
        return Taken("request", lead=lead)
    return Taken("request", head, _imperative(said, head), lead)


def led_by(words: Sequence[Word], leads: Sequence[Phrase]) -> bool:
    """Tell whether one of the leads begins the words, behind what hails."""
    said = [w.text for w in words] or [""]
    return bool(_led(said, _past(said, 0, _HAILING), leads))


def remarks(words: Sequence[Word]) -> bool:
    """Tell whether words only tell something beside a request: "i love their crust", "anna comes".

    Nothing that changes one may be among them: "i don't mean today", "it is for two".
    """
    said = [w.text for w in words]
    start = _past(said, 0, _HAILING) if said else 0
    if any(closed_class(word) for word in said) or _led(said, start, WISHES):
        return False
    first, *rest = said[start:] or [""]
    noun = first in DETERMINERS and len(rest) > 2  # "my wife loves it", not "the tall ones"
    told = first in SUBJECTS or noun or rest[:1] in [[word] for word in BEING]
    return told and bool(rest) and first not in ASKING


def of_others(words: Sequence[Word]) -> bool:
    """Tell whether a clause is about somebody or something else: "my train leaves at six"."""
    said = [w.text for w in words]
    first, *rest = said[_past(said, 0, _HAILING) :] if said else [""]
    noun = first in DETERMINERS and len(rest) > 2
    return first in (SUBJECTS | OTHERS) - SPEAKERS or noun


SPEAKERS = frozenset(["i", "we"])


def begins_with_subject(words: Sequence[Word]) -> bool:
    """Tell whether words begin as a statement does: "i was born in may", "my train leaves"."""
    said = [w.text for w in words]
    start = _past(said, 0, _HAILING) if said else 0
    first = said[start] if said else ""
    return first in SUBJECTS | DETERMINERS | OTHERS and not _led(said, start, WISHES)


def states(words: Sequence[Word], verbs: Collection[str]) -> bool:
    """Tell whether words say what something is, and no more: "the door code is 4711"."""
    first, *rest = [w.text for w in words] or [""]
    i = next((i for i, word in enumerate(rest) if word in BEING), 0)
    named, told = rest[:i], rest[i + 1 :]
    asks = (ASKING - BEING).intersection(rest) or not set(verbs).isdisjoint(told)
    short = 0 < len(named) <= LONGEST_NAME
    begins = first in DETERMINERS or first.endswith("'s")
    return begins and short and bool(told) and not asks


_HAILING = (
    HESITATIONS | HAILS | POLITE | frozenset("just now then also and assistant computer".split())
)


def _past(said: Sequence[str], i: int, passed: Collection[str]) -> int:
    while i < len(said) - 1 and said[i] in passed:
        i += 1
    return i


def _led(said: Sequence[str], start: int, leads: Sequence[Phrase]) -> int:
    """Return the place after the longest of the leads that stands there, 0 for none."""
    there = [start + len(lead) for lead in leads if tuple(said[start : start + len(lead)]) == lead]
    return max(there, default=0)


def whose_meaning(said: Sequence[str]) -> set[str]:
    """Return what words are about that ask for a meaning; nothing for other words."""
    return content_words(" ".join(said)) - {"mean", "define"} if asks_meaning(said) else set()


def asks_meaning(said: Sequence[str]) -> bool:
    """Tell whether the words ask for a meaning: "what is a timer", "what does snooze mean"."""
    if said[:1] == ["define"]:
        return True
    if said[:2] in (["what", "does"], ["what", "do"]) and said[-1:] in (["mean"], ["means"]):
        return True
    if said[:3] == ["what", "is", "a"] and len(said) <= 5:
        return not set(said[3:]) & PRONOUNS
    return said[:2] == ["what", "are"] and len(said) == 3 and singular(said[2]) != said[2]


def _whole_kind(said: Sequence[str], head: int, verbs: Collection[str]) -> bool:
    """Tell whether "can you ..." asks about things of a kind: "set timers", "do sums"."""
    rest = said[head:]
    if len(rest) != 2 and not (len(rest) == 3 and rest[1] not in DETERMINERS | PRONOUNS):
        return False
    last = rest[-1]
    return rest[0] in verbs and last not in PRONOUNS and singular(last) != last


def _tells(said: Sequence[str], head: int, verbs: Collection[str]) -> bool:
    """Tell whether somebody is said to do or have done what can be asked for."""
    first, *rest = said[head:] or [""]
    if first in OTHERS or (first.isalpha() and first not in verbs and rest[:1] in WANTING):
        return bool(rest)
    if first in ("i", "we"):
        late = [word for word in rest if word not in LATELY]
        over = late[:1] and late[0] in HAD
        if over and ((late[1:2] and late[1] in DETERMINERS) or "to" in late[1:3]):
            return True
        told = next((w for w in late if w not in AUXILIARIES), "")
        return told in verbs or bool(_stems(told) & set(verbs))
    if first in DETERMINERS and len(rest) > 2:
        did = rest[1] if rest[1] not in LATELY else rest[2]
        done = did in REPORTING or bool(_stems(did) & set(verbs))
        return rest[0] not in verbs and (done or (did in verbs and rest[2] in DETERMINERS))
    return False


BEING = frozenset("is are was were".split())

LONGEST_NAME = 5
"""Words of the longest thing that is told to be something: "code for the back door"."""

LATELY = frozenset("already just never always once only usually also really not".split())

HAD = frozenset("had was were used did".split())
"""What is over: "i once had a timer", "i was about to set one"."""

WANTING = (["wants"], ["needs"], ["says"], ["thinks"])
"""What only others do: "anna wants milk"."""

REPORTING = frozenset("told asked said says wants wanted thinks thought".split())
"""What others do with words: "the boss told me to set a timer"."""


def _stems(word: str) -> set[str]:
    """Return what a regular past or present form may be in the imperative: "cancelled"."""
    found = set()
    for ending in ("ed", "d", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            base = word[: -len(ending)]
            found.add(base)
            if ending == "ed" and base[-1:] == base[-2:-1]:
                found.add(base[:-1])
    return found


def _imperative(said: Sequence[str], head: int) -> bool:
    """Tell whether what follows shows a verb: "quiz | me", "open | the", "count | to"."""
    following = said[head + 1] if head + 1 < len(said) else ""
    return following in DETERMINERS | PRONOUNS or following in ("to", "everything")
