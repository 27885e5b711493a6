"""Things of a list: what one is, how much of it there is, and two of a kind added up.

"Two litres of milk" is two of a measure, "a loaf of bread" one of what bread comes in, "another
egg" one egg; "milk", "2 litres of milk" and "the milk" are the same thing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import field, replace
from itertools import pairwise

from assistant.language.content import content_words
from assistant.language.plurals import plural, singular
from assistant.language.records import dataclass
from assistant.language.saying import joined, sentence, shown_number
from assistant.language.tokens import SOMETIME, Word, Words, split, word
from assistant.language.values.numbers import number
from assistant.language.values.quantities import SIZES, quantity
from assistant.language.words import HESITATIONS, MARKS, POLITE, SOUNDS, SUBJECTS

BEFORE_THINGS = frozenset("the some any my our your also more".split())
"""Words before a thing that a list of things leaves out."""

POINTING = frozenset("it them this that these those same".split())
"""Words that begin what was named before, and name no thing themselves."""

SPARED = frozenset("but except not don't".split())
"""Words that take something out of what is named, so that all of it is no list of things."""

TARGETS, WHERE = frozenset("list lists".split()), frozenset("to on onto from off".split())
"""Words that together tell where things go, and are no part of them."""

ONE = frozenset("a an another".split())
"""Words before a thing of which there is one."""

ARTICLES = BEFORE_THINGS | ONE | {"few"}
"""Words before a thing that do not tell which kind of thing it is."""

CONTAINERS = frozenset(
    "bag bar bottle bowl box bunch can carton case clove crate cup glass head jar jug loaf pack "
    "packet pair piece pot punnet roll sack sheet slice stick tin tray tub tube".split()
)
"""What things come in, before an "of": a loaf of bread is bread."""

MEASURED = ("mass", "volume")
"""What a unit before a thing measures; a "3 inch nail" is no amount of nails."""

NOUNS = frozenset("cup stone".split())
"""Units that are a thing's first word as often, so that an "of" must follow: "2 cup cakes"."""

JOINED = ("and", "n")
"""How the "&" inside a thing is said, which does not tell one thing from another."""

SHORT = 3
"""Letters of the longest unit that is a sign and has no plural: "kg", "oz"."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a thing: ``count`` of a ``unit``, None and "" where none is told.

    ``unit`` is pint's name of a measure, or a container in the singular; ``called`` is how it was
    worded. ``thing`` is what there is of it, as it was said.
    """

    count: float | None
    unit: str
    called: str
    thing: str


def _idle(words: Words, i: int) -> bool:
    """Tell whether a word before things only fills a pause; "sorry | cards" are things."""
    said, behind = words[i].text, word(words, i + 1)
    return said in SOUNDS | POLITE | MARKS or (said in HESITATIONS and behind in MARKS)


def amount_of(text: str) -> Amount:
    """Return how much of what a text names: "3 kg flour" is 3 kilograms, of "flour"."""
    words = split(text.strip())
    i = 0
    while i < len(words) - 1 and words[i].text in BEFORE_THINGS:
        i += 1
    return _measured(words, i) or _contained(words, i) or _counted(words, i)


def same_thing(one: str, other: str) -> bool:
    """Tell whether two texts name the same kind of thing: "the Egg" and "a dozen eggs" do."""
    return thing_of(one) == thing_of(other)


def thing_of(text: str) -> str:
    """Return a thing to compare: small letters, one of it, without accents, amount or article."""
    words = split(amount_of(text).thing)
    telling = (w.text for w in words if w.text[0].isalnum() and w.text not in JOINED)
    return singular(_without_accents(" ".join(telling)))


def are(things: Sequence[str]) -> str:
    """Return the "is" or "are" that things are told with: "milk is", "eggs are", "a and b are"."""
    one = singular(things[0]) if things else ""
    return "are" if len(things) > 1 or (one and plural(one) == things[0] != one) else "is"


def without_article(thing: str) -> str:
    """Return a thing without "the", "my", "some" before it and the full stop behind it."""
    thing = thing.strip(" .?")
    words = split(thing)
    kept = (i for i, w in enumerate(words) if w.text not in BEFORE_THINGS)
    start = next(kept, 0)
    return thing[words[start].start :] if words else ""


def added_up(there: str, more: str) -> str | None:
    """Return two amounts of a thing as one: "2 eggs" and "a dozen eggs" are "14 eggs".

    None where they can't be added: no amount is told, or a bag of it and a litre.
    """
    one, other = amount_of(there), amount_of(more)
    if one.count is None and _another(more):
        one = replace(one, count=1)
    if one.count is None or other.count is None:
        return None
    size = _size(one.unit, other.unit)
    return _told(one, other, one.count + other.count * size) if size else None


class Things(str):
    """Things for a list, as they were said; what one has to do, "to talk", is none."""

    __slots__ = ()
    verbatim = True
    examples = ("milk", "eggs and bread", "two litres of milk", "call mum", "pasta")

    @classmethod
    def parse(cls, text: str) -> Things:
        """Take the words behind what only fills a pause; ValueError where they name no thing."""
        words = split(text)
        start = next((i for i in range(len(words)) if not _idle(words, i)), 0)
        first = next((w.text for w in words[start:] if w.text not in BEFORE_THINGS), "")
        said = {w.text for w in words}
        bad = first in POINTING | {"to"} or SPARED & said or (TARGETS & said and WHERE & said)
        where = any(a.text in WHERE and b.text in POINTING for a, b in pairwise(words))
        if bad or where or _tells(words) or not content_words(text):
            raise ValueError(text)
        return cls(text[words[start].start :])


def _tells(words: Sequence[Word]) -> bool:
    """Tell whether a clause stands behind a mark: "milk, we are out of it" names more than milk."""
    subjects = (b.text.partition("'")[0] for a, b in pairwise(words) if a.text in MARKS)
    return not SUBJECTS.isdisjoint(subjects)


@dataclass(slots=True)
class Put:
    """What putting things on a list did to it.

    ``items`` is the list after it; ``added`` is new, ``more`` is there with another amount now,
    ``old`` was there already.
    """

    items: list[str]
    added: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    old: list[str] = field(default_factory=list)

    def told(self, where: str) -> str:
        """Return in sentences what is new on a list and what was there: "Added a to your list."."""
        old = f"{joined(self.old)} {are(self.old)} on it already"
        sentences = (
            f"Added {joined(self.added)} to {where}." if self.added else "",
            f"It's {joined(self.more)} on {where} now." if self.more else "",
            sentence(old) if self.old else "",
        )
        return " ".join(each for each in sentences if each)


def put(there: Sequence[str], things: Sequence[str]) -> Put:
    """Put things on a list, each kind once: what is there already is added up, or told."""
    done = Put(list(there))
    for thing in things:
        place = next((i for i, item in enumerate(done.items) if _merges(item, thing)), None)
        if place is None:
            new = amount_of(thing).thing if _another(thing) else thing
            done.items.append(new)
            done.added.append(new)
            continue
        total = _together(done.items[place], thing)
        (done.more if total != done.items[place] else done.old).append(total)
        done.items[place] = total
    return done


def _another(text: str) -> bool:
    return word(split(text), 0) == "another"


def _merges(item: str, thing: str) -> bool:
    return same_thing(item, thing) and (
        None in (amount_of(item).count, amount_of(thing).count) or bool(added_up(item, thing))
    )


def _together(item: str, thing: str) -> str:
    """Return what stands on the list for both: their sum, or the one that tells how much."""
    total = added_up(item, thing)
    return total or (thing if amount_of(item).count is None is not amount_of(thing).count else item)


def _measured(words: Words, i: int) -> Amount | None:
    read = quantity(words, i, SOMETIME)
    if read is None or SIZES.get(read[0].unit, ("", 0.0))[0] not in MEASURED:
        return None
    found, j = read
    of = word(words, j) == "of"
    if j + of >= len(words) or (found.unit in NOUNS and not of):
        return None
    return Amount(found.magnitude, found.unit, words[j - 1].said, _rest(words, j + of))


def _contained(words: Words, i: int) -> Amount | None:
    count, j = _count(words, i)
    unit = singular(word(words, j))
    if unit not in CONTAINERS or word(words, j + 1) != "of" or j + 2 >= len(words):
        return None
    return Amount(1 if count is None else count, unit, words[j].said, _rest(words, j + 2))


def _counted(words: Words, i: int) -> Amount:
    count, j = _count(words, i)
    while j < len(words) - 1 and words[j].text in ARTICLES:
        j += 1
    return Amount(count, "", "", _rest(words, j))


def _count(words: Words, i: int) -> tuple[float | None, int]:
    """Read a number before a thing, and return the place behind it; None where there is none."""
    read = number(words, i)
    if read is not None and read[1] < len(words):
        return float(read[0]), read[1] + (word(words, read[1]) == "x" and read[1] + 1 < len(words))
    return (1, i + 1) if word(words, i) in ONE and i + 1 < len(words) else (None, i)


def _rest(words: Words, i: int) -> str:
    return words.source[words[i].start :] if i < len(words) else ""


def _size(unit: str, other: str) -> float:
    """Return how many of a unit one of another is; 0 where they measure different things."""
    (kind, size), (other_kind, other_size) = (
        SIZES.get(each, (each, 1.0)) for each in (unit, other)
    )
    return other_size / size if kind == other_kind else 0


def _told(one: Amount, other: Amount, total: float) -> str:
    """Return a sum in the words of the amounts that it is made of."""
    several = next((each for each in (one, other) if each.count != 1), None)
    thing = several.thing if several else one.thing if one.unit else plural(singular(one.thing))
    shown = shown_number(total, 2)
    return f"{shown} {_many(one.called)} of {thing}" if one.unit else f"{shown} {thing}"


def _many(unit: str) -> str:
    return unit if len(unit) <= SHORT and unit.lower() not in CONTAINERS else plural(singular(unit))


def _without_accents(text: str) -> str:
    parted = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in parted if not unicodedata.combining(sign))
