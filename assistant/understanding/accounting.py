"""Accounts for every word of a sentence, and finds what an intent leaves unexplained."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import groupby

from assistant.language.content import EMPTY
from assistant.language.moods import (
    ASKING,
    AUXILIARIES,
    DETERMINERS,
    HAD,
    PRONOUNS,
    Taken,
    states,
)
from assistant.language.plurals import singular
from assistant.language.records import dataclass
from assistant.language.telling import (
    COMPARED,
    DAY,
    DENIED,
    EXCEPTED,
    RELATION,
    UNIT,
    closed_class,
)
from assistant.language.tokens import Word, Words
from assistant.language.values.almanac import UNCERTAIN, surely
from assistant.language.words import (
    AFTER,
    BEFORE,
    FILLER,
    HAILS,
    HESITATIONS,
    POLITE,
)
from assistant.turn import Explained, SlotValue
from assistant.understanding.joining import joined, other_text
from assistant.understanding.lexicon import PARTICLES, Lexicon, hole
from assistant.understanding.restricting import asks_more

Nearness = Callable[[str, Sequence[str]], Sequence[float]]
"""Gives the cosine of a text's meaning with that of each of several others."""

ALIKE = 0.5
"""Cosine from which "V it" means what another "V it" does: create and begin 0.52, disable and turn
off 0.81, erase and delete 0.75, but play and start 0.48, check and read 0.43."""

LIGHT = 0.4
"""The same for a verb that many skills share, whose object tells what is meant: add and set 0.46,
but check and buy 0.37."""

BESIDE = 0.04
"""How much nearer a sibling's verb may be than the intent's own."""

TYING = (RELATION, EXCEPTED, DENIED)
"""Classes of words that say what the value behind them does."""

ASKED_ABOUT = frozenset("the any my our your".split())
"""Words behind which a question names what it is about."""

AROUND = (
    HESITATIONS
    | HAILS
    | POLITE
    | frozenset(word for said in (*BEFORE, *AFTER) for word in said.split())
)
ALL = frozenset("all every each everything".split())
"""Words for all there are; an intent that knows one of them knows them all."""

COUNTING = frozenset("a one half per this that last next other".split())
"""Words behind which a unit of time is counted: "in a | minute", but "the current | hour"."""

MEASURING = frozenset("how much many any".split())
"""Words behind which a comparison only measures: "how much | longer"."""

FUNCTION = EMPTY | FILLER | AUXILIARIES | DETERMINERS | PRONOUNS


@dataclass(frozen=True, slots=True)
class Account:
    """Every word with what explains it, and in words what speaks against acting, if anything.

    It is ``firm`` where that can't be outweighed by how sure one is: words that change a request
    whatever it is, the verb of another one, or what is asked about. It is ``foreign`` where the
    thing that is asked about is none of the intent's.
    """

    words: tuple[Explained, ...]
    against: str = ""
    foreign: bool = False
    firm: bool = False

    @property
    def left(self) -> tuple[Explained, ...]:
        """Return what nothing explains."""
        return tuple(each for each in self.words if each.by == "left")

    @property
    def mostly_left(self) -> bool:
        """Tell whether more is left than explained, of the words that say what it is about."""
        said = [each for each in self.words if each.by in ("literal", "slot")]
        return len(self.left) > sum(each.text.lower() not in FUNCTION for each in said)

    @property
    def opposed(self) -> bool:
        """Tell whether what is left may ask for the opposite: "not", "except"."""
        return any(each.name in (DENIED, EXCEPTED) for each in self.left)


class Accountant:
    """Knows what the installed intents' examples say, and holds sentences against that."""

    def __init__(self, lexicon: Lexicon, near: Nearness) -> None:
        self._lexicon = lexicon
        self._near = near

    def account(
        self,
        text: str,
        words: Sequence[Word],
        intent: str,
        slots: Sequence[SlotValue],
        taken: Taken,
    ) -> Account:
        """Return what explains each word if a sentence means an intent with these slots."""
        known = self._lexicon.words(intent)
        told = account_of(text, words, known, slots, taken.lead)
        told = tuple(self._placed(told, words, i, intent) for i in range(len(told)))
        asked = intent in self._lexicon.asking
        foreign = _topic(words, told, taken) if asked == (taken.verb is None) else ""
        against = _changing(told) or joined(told, words)
        against = against or other_text(told, words, slots, self._lexicon.pairs[intent])
        verb, other = ("", False) if against else self._verb(words, intent, slots, taken)
        firm = bool(against or other or foreign) or _object_left(told, words, taken)
        against = against or verb
        if intent in self._lexicon.changing and not asked:
            begins = self._begins(told, words, intent, taken)
            every = any(map(_is_all, told, words))
            firm = firm or every or states(words, self._lexicon.every_verb)
            against = against or _unexplained(told, words, taken)
            against = against or (
                "" if begins else f"“{words[min(taken.lead, len(words) - 1)].text}”"
            )
        elif not against:
            against = asks_more(told, words, intent, taken, self._lexicon)
            firm = firm or bool(against)
        return Account(told, against or foreign, bool(foreign), firm)

    def _placed(
        self, told: Sequence[Explained], words: Sequence[Word], i: int, intent: str
    ) -> Explained:
        """Return what explains a word, which one that ties others together does only in its place.

        "Until" of "until {end}" is no example's word before a day: "wake me until june".
        """
        each, kind = told[i], closed_class(words[i].text)
        if each.by != "literal" or kind not in TYING or i + 1 >= len(told):
            return each
        behind = told[i + 1]
        following = hole(behind.name) if behind.by == "slot" else words[i + 1].text
        pairs = self._lexicon.pairs[intent]
        ties = behind.by == "slot" or kind == DENIED
        if not ties or (words[i].text, following) in pairs:
            return each
        return replace(each, by="left", name=kind)

    def _begins(
        self, told: Sequence[Explained], words: Sequence[Word], intent: str, taken: Taken
    ) -> bool:
        """Tell whether a sentence begins as a request for something to be changed does."""
        start = min(taken.lead, len(words) - 1)
        first = hole(told[start].name) if told[start].by == "slot" else words[start].text
        led = taken.verb is not None or bool(taken.lead)
        return led or first in self._lexicon.first[intent]

    def _verb(
        self, words: Sequence[Word], intent: str, slots: Sequence[SlotValue], taken: Taken
    ) -> tuple[str, bool]:
        """Return a verb that is not the intent's, and whether it is rather that of a sibling."""
        if taken.verb is None:
            return "", False
        verb = words[taken.verb]
        if taken.verb == len(words) - 1 or any(slot.covers(verb.start, verb.end) for slot in slots):
            return "", False
        heads = {own.split()[0] for own in self._own(intent)}
        if verb.text in heads and (object_ := self._other_object(words, intent, slots, taken.verb)):
            return f"“{object_}”", True
        if verb.text in heads or not self._is_verb(verb.text, intent, taken):
            return "", False
        means, other = self._means(_whole(words, taken.verb), intent)
        return ("", False) if means else (f"“{verb.text}”", other)

    def _other_object(
        self, words: Sequence[Word], intent: str, slots: Sequence[SlotValue], verb: int
    ) -> str:
        """Return the free text right behind a verb of the intent's, where no example has it there.

        Who is woken is always "me": "wake | my wife | at 7" names no alarm.
        """
        behind = words[verb + 1]
        free = (s for s in slots if isinstance(s.value, str) and s.covers(behind.start, behind.end))
        slot = next(free, None)
        pairs, said = self._lexicon.pairs[intent], words[verb].text
        if slot is None or (said, hole(slot.name)) in pairs:
            return ""
        led = any(
            (said, each) in pairs and (each, hole(slot.name)) in pairs for each in DETERMINERS
        )
        return "" if led else slot.text

    def _is_verb(self, word: str, intent: str, taken: Taken) -> bool:
        """Tell whether a word up front is a verb: by its place, or because others begin with it.

        Where something would be changed, any word up front that nothing explains is taken for one.
        """
        if taken.imperative:
            return True
        if _is_known(word, self._lexicon.words(intent)):
            return False
        return intent not in self._lexicon.asking or word in self._lexicon.every_verb

    def _means(self, verb: str, intent: str) -> tuple[bool, bool]:
        """Tell whether a verb is near to one of the intent's, and whether a sibling's is nearer."""
        own = sorted(self._own(intent))
        if not own:
            return False, False
        light = self._lexicon.light
        others = sorted(
            {
                other
                for name in self._lexicon.siblings(intent)
                for other in self._lexicon.verbs[name]
                if other not in own and other.split()[0] not in light
            }
        )
        near = self._near(verb_it(verb), [verb_it(v) for v in (*own, *others)])
        best = max(near[: len(own)])
        least = LIGHT if verb in light else ALIKE
        other = best < max(near[len(own) :], default=0.0) - BESIDE
        return best >= least and not other, other

    def _own(self, intent: str) -> Collection[str]:
        """Return an intent's verbs; questions share theirs."""
        verbs = self._lexicon.verbs[intent]
        return verbs | self._lexicon.asking_verbs if intent in self._lexicon.asking else verbs


def verb_it(verb: str) -> str:
    """Return the sentence that verbs are compared in."""
    return f"{verb} it"


def account_of(
    text: str,
    words: Sequence[Word],
    known: Collection[str],
    slots: Sequence[SlotValue],
    lead: int = 0,
) -> tuple[Explained, ...]:
    """Return what explains each word: a slot, the intent's ``known`` words, or nothing.

    The first ``lead`` words only lead to the request.
    """
    return tuple(_explained(text, words, i, known, slots, lead) for i in range(len(words)))


def _explained(
    text: str,
    words: Sequence[Word],
    i: int,
    known: Collection[str],
    slots: Sequence[SlotValue],
    lead: int,
) -> Explained:
    word = words[i]
    said = text[word.start : word.end]
    slot = next((s for s in slots if s.covers(word.start, word.end)), None)
    if slot is not None:
        return Explained(said, word.start, word.end, "slot", slot.name)
    if _is_known(word.text, known) or (word.text in ALL and not ALL.isdisjoint(known)):
        return Explained(said, word.start, word.end, "literal")
    kind = "" if i < lead else _class_of(words, i)
    if kind:
        return Explained(said, word.start, word.end, "left", kind)
    if i < lead or word.text in AROUND:
        return Explained(said, word.start, word.end, "around")
    by_function = word.text in FUNCTION or word.text in PARTICLES
    return Explained(said, word.start, word.end, "function" if by_function else "left")


def _unexplained(told: Sequence[Explained], words: Sequence[Word], taken: Taken) -> str:
    """Return the words that nothing explains, but for the verb, and an "all" of no example's."""
    left = [
        each.text
        for i, each in enumerate(told)
        if i != taken.verb and (each.by == "left" or _is_all(each, words[i]) or _is_past(each))
    ]
    return ", ".join(f"“{word}”" for word in left)


def _is_all(each: Explained, word: Word) -> bool:
    return each.by == "function" and word.text in ALL


def _is_past(each: Explained) -> bool:
    """Tell whether a word tells of what is over, as no request does unless an example says so."""
    return each.by == "function" and each.text.lower() in HAD


def _is_known(word: str, known: Collection[str]) -> bool:
    return word in known or singular(word) in known


def _class_of(words: Sequence[Word], i: int) -> str:
    """Return the closed class of a word where it stands, "" where it changes nothing there."""
    kind, before = closed_class(words[i].text), words[i - 1].text if i else ""
    if words[i].text in UNCERTAIN and surely(Words(words), i):
        return DAY
    if kind == UNIT and before not in COUNTING and not closed_class(before):
        return ""
    if kind == COMPARED and before in MEASURING:
        return ""
    return "" if words[i].text == "today" and before == "from" else kind


def _changing(told: Sequence[Explained]) -> str:
    """Return the words left over that change the request, in the order they were said."""
    return ", ".join(f"“{run}”" for run in _runs(told))


def _object_left(told: Sequence[Explained], words: Sequence[Word], taken: Taken) -> bool:
    """Tell whether nothing explains what the verb is for: "wake up our | guests"."""
    if taken.verb is None:
        return False
    i = taken.verb + 1
    between = DETERMINERS | PARTICLES
    while i < len(words) and words[i].text in between and told[i].by != "slot":
        i += 1
    return i < len(words) and told[i].by == "left"


def _topic(words: Sequence[Word], told: Sequence[Explained], taken: Taken) -> str:
    """Return what a sentence is about where nothing explains it.

    That is what a question names first ("what is the | forecast"), or what a verb is for ("pause my
    | show").
    """
    start = taken.lead if taken.verb is None else taken.verb + 1
    if taken.verb is None and words[0].text not in ASKING:
        return ""
    if taken.verb is not None and (start >= len(words) or words[start].text not in ASKED_ABOUT):
        return ""
    i = next((i for i in range(max(1, start), len(words)) if words[i].text in ASKED_ABOUT), 0)
    if not i:
        return ""
    end = i + 1
    while end < len(told) and (told[end].by in ("left", "literal") or words[end].text in _OF):
        end += 1
    named = [each for each in told[i + 1 : end] if each.text not in _OF]
    if not named or any(each.by == "literal" for each in named):
        return ""
    return " ".join(f"“{each.text}”" for each in named)


_OF = ("of", "the")


def _runs(told: Sequence[Explained]) -> list[str]:
    """Return the words left over that have a name, those side by side in one."""
    runs = groupby(told, key=lambda each: each.by == "left" and bool(each.name))
    return [" ".join(each.text for each in run) for left, run in runs if left]


def _whole(words: Sequence[Word], i: int) -> str:
    """Return a verb with the particle behind it: "take off", "get rid"."""
    following = words[i + 1].text if i + 1 < len(words) else ""
    return f"{words[i].text} {following}" if following in PARTICLES else words[i].text
