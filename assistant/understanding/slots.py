"""Slots out of a sentence that matches no template.

Typed values are looked for anywhere. Free text is found by the words that stand around its hole in
the intent's examples, which a free wording often shares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from assistant.language.pace import look
from assistant.language.presently import is_now, loses, shorter
from assistant.language.records import dataclass
from assistant.language.templates import Hole, Template
from assistant.language.tokens import Found, Word, cuts_a_word
from assistant.language.tying import LEADING, is_typed
from assistant.language.values import SlotType
from assistant.language.words import POLITE, normalise
from assistant.turn import SlotValue

__all__ = ["SlotType", "fill", "moved"]

LOOSE = frozenset("a an the my our your some me please to of".split())
"""Words that say little about where a hole begins."""


SINGLE = frozenset("timedelta time datetime Formula".split())
"""Types of which one value too many is asked about: "one for 5 minutes and one for 10"."""


_Option = tuple[float, int, str, Found]
"""What to choose a value by, the less the sooner, with the place and the name of its slot."""


class Spec(Protocol):
    """What is needed to know of a slot."""

    @property
    def name(self) -> str:
        """Return the parameter's name."""

    @property
    def type(self) -> SlotType:
        """Return how its values are read."""

    @property
    def required(self) -> bool:
        """Tell whether the skill can't do without."""


@dataclass(frozen=True, slots=True)
class _Guess:
    """A place where free text may stand: words[start:end], and how much speaks for it."""

    score: float
    start: int
    end: int


def fill(
    text: str,
    specs: Mapping[str, Spec],
    examples: Sequence[Template],
    now: datetime,
    tagged: Sequence[tuple[int, int, str]] = (),
) -> tuple[SlotValue, ...]:
    """Return the slots that could be found, in the order of the parameters.

    ``tagged`` are (start, end, slot) of free texts that a tagger found; they go before guesses.
    """
    words = normalise(text)
    roads = [road for example in examples for road in example.ways]
    taken = _typed(text, words, specs, roads, now)
    found = {name: _as_slot(name, f) for name, f in taken.items()}
    for spec in specs.values():
        if spec.type.greedy:
            others = list(taken.values())
            body = _undressed(words, spec, specs, examples)
            filled = _tagged(text, body, spec, tagged, others, now) or _free(
                text, body, spec, roads, others, now
            )
            kinds = [each.type for each in specs.values() if each.name not in taken]
            if filled is not None and (
                cuts_a_word(text, filled.start, filled.end)
                or is_typed(filled.text, kinds, now)
                or _is_wording(filled.text, roads)
            ):
                continue
            if filled is not None:
                filled = _stretched(text, body, filled, spec, roads, others, now)
            if filled is not None:
                found[spec.name] = filled
                taken[spec.name] = Found(filled.value, filled.text, filled.start, filled.end)
    return tuple(found[name] for name in specs if name in found)


def _as_slot(name: str, found: Found) -> SlotValue:
    return SlotValue(name, found.value, found.text, found.start, found.end, found.spans)


def _typed(
    text: str,
    words: Sequence[Word],
    specs: Mapping[str, Spec],
    roads: Sequence[Sequence[str | Hole]],
    now: datetime,
) -> dict[str, Found]:
    """Give each typed slot a value of its own, the longest and best placed first."""
    options: list[_Option] = []
    for order, spec in enumerate(specs.values()):
        if spec.type.greedy or spec.type.name == "bool":
            continue
        around = _neighbours(spec.name, roads)
        listed = spec.type.find(text, now, around[0] | around[1])
        alike = sum(each.type is spec.type for each in specs.values())
        if spec.type.name in SINGLE and len({each.value for each in listed}) > alike:
            listed = _best(listed, words, around)
        for found in listed:
            fit = _fit(found, words, around) + 0.1 * spec.required
            options.append((-len(found.text.split()) - fit, order, spec.name, found))
    chosen: dict[str, Found] = {}
    options = [each for each in options if not _robs(each, options, specs)]
    for _, _, name, found in sorted(options, key=lambda o: (o[0], o[1], o[3].start)):
        others = (c for n, c in chosen.items() if not _tells_day(specs[n], c, specs[name], found))
        if name not in chosen and not any(_overlap(found, other) for other in others):
            chosen[name] = found
    return chosen


def _tells_day(spec: Spec, found: Found, other: Spec, within: Found) -> bool:
    """Tell whether a time names its day too: the "tonight" of "8 tonight" is for both slots."""
    both = spec.type.name == "time" and other.type.name == "date"
    return both and all(found.covers(*place) for place in within.places)


def _robs(option: _Option, options: Sequence[_Option], specs: Mapping[str, Spec]) -> bool:
    """Tell whether a value that can be spared would take in all that one which can't may be:
    "two hours from now" as a time, where a length is needed. Of the same words it is the one that
    the examples have there: "ten" is a count before "transfers", where an amount is needed too.
    """
    look(len(options))
    _, _, name, found = option
    needed = {other for *_, other, _ in options if specs[other].required}
    return not specs[name].required and any(
        all(
            _overlap(found, each[-1])
            and (each[-1].places != found.places or _placed(each) >= _placed(option))
            for each in options
            if each[2] == other
        )
        for other in needed
    )


def _placed(option: _Option) -> float:
    """Return how well an option's neighbours are those of the hole."""
    return -option[0] - len(option[-1].text.split())


def _best(
    listed: Sequence[Found], words: Sequence[Word], around: tuple[set[str], set[str]]
) -> list[Found]:
    """Return the one value that stands as in the examples; none where several do, or no one."""
    said = around[0] - {""}, around[1] - {""}  # an end of the sentence tells little
    fits = [_fit(each, words, said) for each in listed]
    best = [each for each, fit in zip(listed, fits, strict=True) if fit == max(fits)]
    return best if len({each.value for each in best}) == 1 else []


def _neighbours(name: str, roads: Sequence[Sequence[str | Hole]]) -> tuple[set[str], set[str]]:
    """Return the words that stand right before and right after a hole in the examples."""
    before, after = set[str](), set[str]()
    for road in roads:
        for i, node in enumerate(road):
            if isinstance(node, Hole) and node.name == name:
                left = road[i - 1] if i else ""
                right = road[i + 1] if i + 1 < len(road) else ""
                before |= {left} if isinstance(left, str) else set()
                after |= {right} if isinstance(right, str) else set()
    return before, after


def _fit(found: Found, words: Sequence[Word], around: tuple[set[str], set[str]]) -> float:
    """Return how well a value's neighbours are those of the hole, up to 1.5."""
    look(len(words))
    before = next((w.text for w in reversed(words) if w.end <= found.start), "")
    after = next((w.text for w in words if w.start >= found.end), "")
    return 0.75 * (before in around[0]) + 0.75 * (after in around[1])


def _overlap(left: Found, right: Found) -> bool:
    return any(left.covers(start, end) for start, end in right.places)


def _stretched(
    text: str,
    words: Sequence[Word],
    filled: SlotValue,
    spec: Spec,
    roads: Sequence[Sequence[str | Hole]],
    taken: Sequence[Found],
    now: datetime,
) -> SlotValue:
    """Return a free text with the words behind it that nothing else is for.

    It goes on to the next value, or to a word that follows the hole in the examples; a preposition
    right before a value is the value's.
    """
    inside = [i for i, w in enumerate(words) if w.start < filled.end and filled.start < w.end]
    if not inside:
        return filled
    before, behind = _neighbours(spec.name, roads)
    behind |= LEADING | LEADING_ON
    end = inside[-1] + 1
    while end < len(words) and words[end].text not in behind:
        if any(f.covers(words[end].start, words[end].end) for f in taken):
            break
        end += 1
    first = inside[0]
    while first > 0 and words[first - 1].text in INDEFINITE - before:
        first -= 1
    begin, last = min(filled.start, words[first].start), max(filled.end, words[end - 1].end)
    last = begin + len(text[begin:last].rstrip(",;: "))
    value = spec.type.parse(text[begin:last], now)
    return filled if value is None else SlotValue(spec.name, value, text[begin:last], begin, last)


INDEFINITE = frozenset("a some any another".split())
"""Determiners that belong to a thing: "a bag of crisps", but "the | bread"."""

LEADING_ON = frozenset("from to into onto off as".split())
"""Prepositions that lead to more than a time behind a free text: "milk | onto my list"."""


def _undressed(
    words: list[Word], spec: Spec, specs: Mapping[str, Spec], examples: Sequence[Template]
) -> list[Word]:
    """Return the words among which a free text stands: none that are only polite behind it."""
    kinds = {each.name: each.type for each in specs.values()}
    while rest := shorter(words):
        said = tuple(word.text for word in words[len(rest) :])
        if is_now(said) and not loses(said, spec.name, kinds, examples):
            break
        words = rest
    return words


def _tagged(
    text: str,
    words: Sequence[Word],
    spec: Spec,
    tagged: Sequence[tuple[int, int, str]],
    taken: Sequence[Found],
    now: datetime,
) -> SlotValue | None:
    """Return the first free text a tagger found for a slot, where no other value stands."""
    last = max((w.end for w in words), default=0)
    for start, stop, name in tagged:
        if name != spec.name or any(f.covers(start, stop) for f in taken):
            continue
        end = last if start < last and normalise(text[last:stop]) else stop
        value = spec.type.parse(text[start:end].rstrip("?!,."), now)
        if value is not None:
            return SlotValue(spec.name, value, text[start:end], start, end)
    return None


def _free(
    text: str,
    words: Sequence[Word],
    spec: Spec,
    roads: Sequence[Sequence[str | Hole]],
    taken: Sequence[Found],
    now: datetime,
) -> SlotValue | None:
    """Return the free text that the best fitting way of an example points at."""
    free = [not any(f.covers(w.start, w.end) for f in taken) for w in words]
    guesses = [
        guess
        for road in roads
        for i, node in enumerate(road)
        if isinstance(node, Hole) and node.name == spec.name
        for guess in _guesses(words, free, road, i, spec.required)
    ]
    least = 1.0 if spec.required else 2.0
    for guess in sorted(guesses, key=lambda g: (-g.score, g.end - g.start)):
        if guess.score < least:
            break
        start, end = words[guess.start].start, words[guess.end - 1].end
        value = spec.type.parse(text[start:end], now)
        if value is not None:
            return SlotValue(spec.name, value, text[start:end], start, end)
    return None


def _is_wording(text: str, roads: Sequence[Sequence[str | Hole]]) -> bool:
    """Tell whether a text is nothing but the examples' own words and those every sentence has."""
    own = {node for road in roads for node in road if isinstance(node, str)}
    return all(word.text in own | LOOSE | POLITE for word in normalise(text))


def _guesses(
    words: Sequence[Word], free: Sequence[bool], road: Sequence[str | Hole], i: int, required: bool
) -> Iterator[_Guess]:
    """Give places for the hole at ``i`` of a way: after its left words, before its right ones."""
    left = [n for n in road[:i] if isinstance(n, str)]
    right = [n for n in road[i + 1 :] if isinstance(n, str)]
    shared = {w.text for w in words} - LOOSE
    common = sum(n in shared for n in (*left, *right)) / max(1, len(left) + len(right))
    for start, said_left in _starts(words, road, i, left, required):
        if right and start < len(words) and words[start].text == right[0]:
            continue  # what follows the hole begins no value: "my | alarm with music"
        end = start
        while end < len(words) and free[end]:
            if right and words[end].text == right[0] and end > start:
                said_right = 1.0 + (len(right) > 1 and _at(words, end + 1) == right[1])
                yield _Guess(said_left + said_right + common, start, end)
            end += 1
        look(end - start)
        if end > start:
            # The sentence or a typed value ends the free text, as it does in the example.
            closed = not any(isinstance(n, str) for n in road[i + 1 :])
            yield _Guess(said_left + (0.9 if closed else 0) + common, start, end)


def _starts(
    words: Sequence[Word], road: Sequence[str | Hole], i: int, left: Sequence[str], required: bool
) -> Iterator[tuple[int, float]]:
    """Give where the hole may begin, with how much its left words speak for it."""
    if i == 0:
        yield 0, 0.5
        return
    anchor = road[i - 1]
    found = False
    for k, word in enumerate(words):
        if isinstance(anchor, str) and word.text == anchor and k + 1 < len(words):
            found = True
            before = len(left) > 1 and k > 0 and words[k - 1].text == left[-2]
            yield k + 1, 1.0 + before - 0.5 * (anchor in LOOSE and not before)
    # Another verb in the example's place: as many words are passed over as it has before the hole.
    if required and not found and len(left) == i and i < len(words):
        yield i, 0.3


def _at(words: Sequence[Word], i: int) -> str:
    return words[i].text if i < len(words) else ""


def moved(slot: SlotValue, by: int) -> SlotValue:
    """Return a value with its place in a text that begins so many characters sooner."""
    if slot.start < 0:
        return slot
    spans = tuple((start + by, end + by) for start, end in slot.spans)
    return replace(slot, start=slot.start + by, end=slot.end + by, spans=spans)
