"""Sentence templates: ``set a [{label}] timer for {length}``, read, counted and sampled.

``{slot}`` is a hole, ``[a|b]`` may be left out, ``(a|b)`` is one of several, nested freely.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate

from assistant.errors import TemplateError
from assistant.language.pace import aside
from assistant.language.records import dataclass
from assistant.language.words import contracted, normalise

MOST = 200
"""How many sentences are sampled of a template at most."""

WAYS = 8
"""Ways through each template that slots are looked for on."""

DEEPEST = 12
"""Brackets in one another, at most."""

_PIECE = re.compile(r"\{[^{}]*\}|[\[\]()|{}]|[^\s\[\]()|{}]+")
"""A hole, a sign or a word; a "{" or "}" alone is a stray."""

_DETERMINERS = ("a", "an", "the", "my", "your", "our")

_CLOSING = {"[": "]", "(": ")"}

_SIGNS = "[](){}|"


@dataclass(frozen=True, slots=True)
class Word:
    """A word that must be said."""

    text: str


@dataclass(frozen=True, slots=True)
class Hole:
    """A place for a slot's value."""

    name: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several sequences, or none where it is optional."""

    options: tuple[tuple[Node, ...], ...]
    optional: bool


Node = Word | Hole | OneOf


@dataclass(frozen=True)
class Template:
    """A sentence with holes, options and alternatives. ``str`` gives it as it was written."""

    text: str
    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return self.text

    @cached_property
    def holes(self) -> tuple[str, ...]:
        """Return the names of the holes, each once, in order."""
        return tuple(dict.fromkeys(_holes(self.nodes)))

    @cached_property
    def anchors(self) -> list[frozenset[str]]:
        """Return sets of words of which every sentence of the template has at least one."""
        return _anchors(self.nodes)

    @cached_property
    def ways(self) -> tuple[tuple[str | Hole, ...], ...]:
        """Return up to ``WAYS`` ways through the template: normalised words and holes."""
        chance = random.Random(0)
        found: dict[tuple[str | Hole, ...], None] = {}
        for attempt in range(3 * WAYS):
            nodes = _choose(self.nodes, chance if attempt else None)
            with aside():
                found[tuple(_flat(nodes))] = None
            if len(found) >= WAYS:
                break
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Sampled:
    """A sentence made from a template; ``spans`` tells where each hole's words stand."""

    text: str
    spans: Mapping[str, tuple[int, int]]


@lru_cache(maxsize=8192)
def read(text: str) -> Template:
    """Read a template. Raises TemplateError naming the column of a mistake.

    Skills that are loaded anew say mostly what they said before.
    """
    text = " ".join(text.split())
    pieces = _PIECE.findall(text)
    if _depth(pieces) > DEEPEST:
        raise TemplateError(f"“{text[:60]}” has brackets in more than {DEEPEST} others.")
    options, rest = _read_options(text, pieces, 0, None)
    if rest != len(pieces):
        raise _stray(text, pieces, rest)
    return Template(text, options[0])


@lru_cache(maxsize=4096)
def word_texts(text: str) -> tuple[str, ...]:
    """Return the normalised words of a template's word; skills say the same ones often."""
    with aside():
        if text.isascii() and text.isalpha():
            return tuple(part for part, _, _ in contracted(text.lower()))
        return tuple(word.text for word in normalise(text))


def _anchors(nodes: Sequence[Node]) -> list[frozenset[str]]:
    """Return sets of words of which every sentence of the template has at least one."""
    groups: list[frozenset[str]] = []
    for node in nodes:
        if isinstance(node, Word):
            groups += [frozenset([text]) for text in word_texts(node.text)]
        elif isinstance(node, OneOf) and not node.optional:
            inner = [_anchors(option) for option in node.options]
            if all(inner):
                groups.append(frozenset().union(*(option[0] for option in inner)))
    return groups


def check_words(template: Template, alone: Collection[str] = ()) -> None:
    """Raise TemplateError for what can be said without a word of its own.

    ``alone`` are holes whose value is a request by itself.
    """
    if _fewest_words(template.nodes, alone) == 0:
        raise TemplateError(f"“{template}” can be said without any word of its own; add one.")


def count(template: Template) -> int:
    """Return how many sentences a template stands for, its holes counted as one word each."""
    return _count(template.nodes)


def sample(
    template: Template, values: Mapping[str, Sequence[str]], limit: int = MOST, seed: int = 0
) -> list[Sampled]:
    """Return up to ``limit`` different sentences, the plainest first, the same for the same seed.

    ``values`` are the wordings a hole may be filled with. Nothing is enumerated, however many
    sentences the template stands for.
    """
    chance = random.Random(zlib.crc32(template.text.encode()) + seed)
    found: dict[str, Sampled] = {}
    for attempt in range(4 * limit):
        made = _build(_choose(template.nodes, chance if attempt else None), values, chance, attempt)
        found.setdefault(made.text, made)
        if len(found) >= limit:
            break
    return list(found.values())


def _flat(nodes: Iterator[Word | Hole]) -> Iterator[str | Hole]:
    for node in nodes:
        if isinstance(node, Hole):
            yield node
        else:
            yield from (word.text for word in normalise(node.text))


def _read_options(
    text: str, pieces: list[str], i: int, closing: str | None
) -> tuple[list[tuple[Node, ...]], int]:
    """Read sequences parted by | up to a closing bracket; return them and the place after."""
    options: list[list[Node]] = [[]]
    while i < len(pieces):
        piece = pieces[i]
        if piece[0] not in _SIGNS:
            options[-1].append(Word(piece))
        elif piece in _CLOSING:
            node, i = _read_group(text, pieces, i)
            options[-1].append(node)
            continue
        elif piece == "|" and closing:
            options.append([])
        elif piece in ("{", "}"):
            raise _stray(text, pieces, i)
        elif piece[0] == "{":
            options[-1].append(Hole(_hole_name(text, pieces, i)))
        else:
            break
        i += 1
    return [tuple(option) for option in options], i


def _depth(pieces: list[str]) -> int:
    """Return how many brackets are open at once."""
    steps = ((piece in _CLOSING) - (piece in _CLOSING.values()) for piece in pieces)
    return max(accumulate(steps), default=0)


def _stray(text: str, pieces: list[str], i: int) -> TemplateError:
    return TemplateError(f"“{text}” has a stray “{pieces[i]}” at column {_column(text, i)}.")


def _column(text: str, i: int) -> int:
    """Return where a piece begins, counted from 1."""
    return [each.start() for each in _PIECE.finditer(text)][i] + 1


def _read_group(text: str, pieces: list[str], i: int) -> tuple[OneOf, int]:
    bracket = pieces[i]
    options, end = _read_options(text, pieces, i + 1, _CLOSING[bracket])
    if end >= len(pieces) or pieces[end] != _CLOSING[bracket]:
        where = f"a “{bracket}” at column {_column(text, i)}"
        raise TemplateError(f"“{text}” opens {where} and never closes it.")
    if not all(options):
        where = f"the group at column {_column(text, i)}"
        raise TemplateError(f"“{text}” has an empty alternative in {where}.")
    return OneOf(tuple(options), bracket == "["), end + 1


def _hole_name(text: str, pieces: list[str], i: int) -> str:
    name = pieces[i][1:-1]
    if not name.isidentifier():
        where = f"the hole {pieces[i]} at column {_column(text, i)}"
        raise TemplateError(f"“{text}” has {where}, which is no parameter name.")
    return name


def _holes(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Hole):
            yield node.name
        elif isinstance(node, OneOf):
            for option in node.options:
                yield from _holes(option)


def _fewest_words(nodes: Sequence[Node], alone: Collection[str]) -> int:
    """Return how many words of its own, or values that stand for one, the shortest sentence has."""
    total = 0
    for node in nodes:
        if isinstance(node, Word) or (isinstance(node, Hole) and node.name in alone):
            total += 1
        elif isinstance(node, OneOf) and not node.optional:
            total += min(_fewest_words(option, alone) for option in node.options)
    return total


def _count(nodes: Sequence[Node]) -> int:
    total = 1
    for node in nodes:
        if isinstance(node, OneOf):
            total *= sum(_count(option) for option in node.options) + node.optional
    return total


def _choose(nodes: Sequence[Node], chance: random.Random | None) -> Iterator[Word | Hole]:
    """Walk one way through a template; without chance the plainest one."""
    for node in nodes:
        if not isinstance(node, OneOf):
            yield node
        elif chance is None:
            yield from () if node.optional else _choose(node.options[0], None)
        elif not node.optional or chance.random() < 0.5:
            yield from _choose(chance.choice(node.options), chance)


def _after(text: str, value: str) -> str:
    """Return the value without its article where one stands before: "my spare key"."""
    first, _, rest = value.partition(" ")
    before = text.rstrip().rpartition(" ")[2]
    doubled = rest and first in _DETERMINERS and before in _DETERMINERS
    return rest if doubled else value


def _build(
    nodes: Iterator[Word | Hole],
    values: Mapping[str, Sequence[str]],
    chance: random.Random,
    attempt: int,
) -> Sampled:
    """Write the sentence, a value in each hole."""
    text, spans = "", {}
    for node in nodes:
        text += " " if text else ""
        if isinstance(node, Word):
            text += node.text
            continue
        choices = values.get(node.name) or (node.name.replace("_", " "),)
        value = _after(text, chance.choice(choices) if attempt else choices[0])
        spans[node.name] = (len(text), len(text) + len(value))
        text += value
    return Sampled(text, spans)
