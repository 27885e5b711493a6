"""Accounts for every word of a sentence, and finds what an intent leaves unexplained."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from assistant.language.content import EMPTY
from assistant.language.counting import ORDINALS
from assistant.language.moods import ASKING, AUXILIARIES, DETERMINERS, PRONOUNS, Taken
from assistant.language.plurals import singular
from assistant.language.telling import (
    COMPARED,
    CONDITION,
    DENIED,
    EXCEPTED,
    NUMBER,
    RELATION,
    UNIT,
    closed_class,
)
from assistant.language.tokens import Word
from assistant.language.words import (
    AFTER,
    BEFORE,
    FILLER,
    HAILS,
    HESITATIONS,
    POLITE,
    normalise,
)
from assistant.turn import Explained, SlotValue
from assistant.understanding.lexicon import ARTICLES, PARTICLES, Lexicon, hole
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

    It is ``foreign`` where the thing that is asked about is none of the intent's.
    """

    words: tuple[Explained, ...]
    against: str = ""
    foreign: bool = False

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
        against = _changing(told) or _joined(told, words)
        against = against or self._verb(words, intent, slots, taken)
        if not against and intent in self._lexicon.changing and not asked:
            against = self._changes(told, words, intent, taken)
        elif not against:
            against = asks_more(told, words, intent, taken, self._lexicon)
        return Account(told, against or foreign, bool(foreign))

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

    def _changes(
        self, told: Sequence[Explained], words: Sequence[Word], intent: str, taken: Taken
    ) -> str:
        """Return what speaks against changing anything: a word that nothing explains, an "all" of
        which no example tells, or that the sentence begins as no such request does.
        """
        left = [
            each.text
            for i, each in enumerate(told)
            if i != taken.verb and (each.by == "left" or _is_all(each, words[i]))
        ]
        if left:
            return ", ".join(f"“{word}”" for word in left)
        start = min(taken.lead, len(words) - 1)
        first = hole(told[start].name) if told[start].by == "slot" else words[start].text
        begins = taken.verb is not None or taken.lead or first in self._lexicon.first[intent]
        return "" if begins else f"“{words[start].text}”"

    def _verb(
        self, words: Sequence[Word], intent: str, slots: Sequence[SlotValue], taken: Taken
    ) -> str:
        """Return what speaks against the verb, where the sentence has another than the intent."""
        if taken.verb is None:
            return ""
        verb = words[taken.verb]
        if taken.verb == len(words) - 1 or any(slot.covers(verb.start, verb.end) for slot in slots):
            return ""
        heads = {own.split()[0] for own in self._own(intent)}
        if verb.text in heads and (object_ := self._other_object(words, intent, slots, taken.verb)):
            return f"“{object_}”"
        if verb.text in heads or not self._is_verb(verb.text, intent, taken):
            return ""
        return "" if self._means(_whole(words, taken.verb), intent) else f"“{verb.text}”"

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

    def _means(self, verb: str, intent: str) -> bool:
        """Tell whether a verb is near to one of the intent's, and none of its siblings nearer."""
        own = sorted(self._own(intent))
        if not own:
            return False
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
        return best >= least and best >= max(near[len(own) :], default=0.0) - BESIDE

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


def _is_all(each: Explained, word: Word) -> bool:
    return each.by == "function" and word.text in ALL


def _is_known(word: str, known: Collection[str]) -> bool:
    return word in known or singular(word) in known


def _class_of(words: Sequence[Word], i: int) -> str:
    """Return the closed class of a word where it stands, "" where it changes nothing there."""
    kind, before = closed_class(words[i].text), words[i - 1].text if i else ""
    if kind == UNIT and before not in COUNTING and not closed_class(before):
        return ""
    if kind == COMPARED and before in MEASURING:
        return ""
    return "" if words[i].text == "today" and before == "from" else kind


def _changing(told: Sequence[Explained]) -> str:
    """Return the words left over that change the request, in the order they were said."""
    left = [each for each in told if each.by == "left" and each.name]
    return ", ".join(f"“{run}”" for run in _runs(told, left)) if left else ""


def _joined(told: Sequence[Explained], words: Sequence[Word]) -> str:
    """Return what is joined to the request and not explained: "roll two dice and a | coin"."""
    for i, word in enumerate(words[:-1]):
        if word.text in JOINING and told[i].by != "slot":
            k = i + 1
            while k < len(words) - 1 and words[k].text in DETERMINERS:
                k += 1
            if told[k].by == "left":
                return f"“{word.text} {told[k].text}”"
    return ""


JOINING = frozenset(("and", "or", "then", "but"))


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


def _runs(told: Sequence[Explained], left: Sequence[Explained]) -> list[str]:
    """Return the words that are left, those side by side in one."""
    runs: list[list[Explained]] = []
    for before, each in zip((None, *told), told, strict=False):
        if each not in left:
            continue
        if runs and before is runs[-1][-1]:
            runs[-1].append(each)
        else:
            runs.append([each])
    return [" ".join(each.text for each in run) for run in runs]


def qualified(slot: SlotValue) -> bool:
    """Tell whether a text holds a condition or an exception, which no mere name does."""
    return any(closed_class(word.text) in OPENING for word in normalise(slot.text))


def hollow(slot: SlotValue, skill: str) -> bool:
    """Tell whether a free text says nothing: function words, or the skill's own noun.

    So does one that ends where more must come, or begins with a condition ("unless it is there"),
    and a number in words, which says how many of something: "three quarters | of an hour".
    """
    if not isinstance(slot.value, str) or not slot.text:
        return False
    words = [word.text for word in normalise(slot.text)] or [""]
    begins = words[0] in JOINING or closed_class(words[0]) in OPENING
    ends = words[-1] in JOINING | ARTICLES | EACH
    empty = FUNCTION | AROUND | {skill, singular(skill)}
    return begins or ends or all(map(_is_count, words)) or empty.issuperset(words)


def _is_count(word: str) -> bool:
    """Tell whether a word is a number in words; an ordinal is a place, which tells one thing."""
    return word.isalpha() and closed_class(word) == NUMBER and word not in ORDINALS


EACH = frozenset(("every", "each", "until", "till"))
"""Words that a day or a unit of time follows, so that no free text ends in one."""

OPENING = (CONDITION, EXCEPTED)
"""Classes of words that no free text begins with."""


def _whole(words: Sequence[Word], i: int) -> str:
    """Return a verb with the particle behind it: "take off", "get rid"."""
    following = words[i + 1].text if i + 1 < len(words) else ""
    return f"{words[i].text} {following}" if following in PARTICLES else words[i].text
