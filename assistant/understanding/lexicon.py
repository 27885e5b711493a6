"""What the installed skills' examples say: the words of each intent, and its verbs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.language.content import EMPTY
from assistant.language.moods import (
    ASKING,
    DETERMINERS,
    PRONOUNS,
    SHOWING,
    WISHES,
    Taken,
    taken,
    whose_meaning,
)
from assistant.language.plurals import singular
from assistant.language.records import dataclass
from assistant.language.telling import closed_class
from assistant.language.templates import Hole, OneOf, word_texts
from assistant.language.templates import Word as Literal
from assistant.language.tokens import Word
from assistant.language.words import JOINING, longest

if TYPE_CHECKING:
    from assistant.language.templates import Node, Template
    from assistant.language.values import SlotType
    from assistant.skill.declared import Intent

ARTICLES = frozenset("a the my our your".split())
"""Words behind which a noun stands."""

PARTICLES = frozenset("off on up down out away back over rid of".split())
"""Words that make another verb of the one before them: "take off", "get rid of"."""

ASKED = 0.25
"""Which share of an intent's examples are questions where it is asked and not told."""

CHANGED = frozenset(("Alarms", "Memory", "History"))
"""What a skill is given to change."""

THINGS = "Things"
"""The type of slots that hold things, of which none is a request."""

SELF = (("me",), ("us",))
"""Who speaks, as the object of a request."""

CONNECTING = JOINING | {"but"}
"""Words that join one request to another, or to what it is set against."""

SHARED = 4
"""In how many skills, or intents that are asked, a verb is one that says little by itself."""


class Lexicon:
    """The words of every intent's examples, in the singular, and the verbs they begin with.

    Each table is read from the examples when it is first asked for.
    """

    def __init__(self, intents: Mapping[str, Intent]) -> None:
        self._intents = intents
        self._words: dict[str, frozenset[str]] = {}

    def words(self, intent: str) -> frozenset[str]:
        """Return the words of an intent's examples."""
        if intent not in self._words:
            examples = self._intents[intent].examples
            self._words[intent] = frozenset(word for each in examples for word in literals(each))
        return self._words[intent]

    def skill_words(self, intent: str) -> frozenset[str]:
        """Return the words of the examples of an intent and its siblings."""
        return self.words(intent).union(*map(self.words, self.siblings(intent)))

    @cached_property
    def every_word(self) -> frozenset[str]:
        """Return the words of all examples."""
        return frozenset().union(*map(self.words, self._intents))

    @cached_property
    def verbs(self) -> Mapping[str, frozenset[str]]:
        """Return what each intent's examples begin with, with particles, but for nouns."""
        nouns = _nouns([each for read in self._edges.values() for each in read])
        return {
            name: frozenset(
                verb
                for example, each in zip(self._intents[name].examples, read, strict=True)
                for verb in _verbs(example, each)
                if verb.split()[0] not in nouns
            )
            for name, read in self._edges.items()
        }

    @cached_property
    def asking(self) -> frozenset[str]:
        """Return the intents that are asked questions: a good part of their examples are."""
        return frozenset(name for name, intent in self._intents.items() if _is_asked(intent))

    @cached_property
    def naming(self) -> Mapping[str, list[SlotType]]:
        """Return by skill the types of values that name what it keeps."""
        found: defaultdict[str, dict[str, SlotType]] = defaultdict(dict)
        for name, intent in self._intents.items():
            kinds = (slot.type for slot in intent.slots.values() if slot.type.kept)
            found[name.partition(".")[0]] |= {kind.name: kind for kind in kinds}
        return {skill: [*kinds.values()] for skill, kinds in found.items()}

    @cached_property
    def explained(self) -> frozenset[str]:
        """Return the words whose meaning examples ask for: "what are | handles"."""
        ways = (way for each in self._intents.values() for e in each.examples for way in e.ways)
        said = ([node for node in way if isinstance(node, str)] for way in ways)
        return frozenset().union(*map(whose_meaning, said))

    def taken(self, words: Sequence[Word]) -> Taken:
        """Return how words are to be taken; a meaning that examples ask for is a request."""
        about = whose_meaning([word.text for word in words])
        known = self.explained & about
        return Taken("request") if known else taken(words, self.every_verb)

    @cached_property
    def changing(self) -> frozenset[str]:
        """Return the intents that are given what they can change."""
        given = {name: i.given.values() for name, i in self._intents.items()}
        return frozenset(
            name for name, kinds in given.items() if any(k.__name__ in CHANGED for k in kinds)
        )

    @cached_property
    def pairs(self) -> Mapping[str, frozenset[tuple[str, str]]]:
        """Return which words, and holes as {name}, stand side by side in each one's examples."""
        return {
            name: frozenset(pair for each in read for pair in each.pairs)
            for name, read in self._edges.items()
        }

    def owners(self, noun: str) -> list[str]:
        """Return the intents that know something as the user's own: "my | schedule"."""
        return [name for name, pairs in self.pairs.items() if ("my", noun) in pairs]

    @cached_property
    def first(self) -> Mapping[str, frozenset[str]]:
        """Return which words, and holes, each intent's examples begin with."""
        return {
            name: frozenset(w for each in intent.examples for w in _first(each.nodes) if w)
            for name, intent in self._intents.items()
        }

    @cached_property
    def _edges(self) -> Mapping[str, list[_Edges]]:
        return {name: [_edges(e.nodes) for e in i.examples] for name, i in self._intents.items()}

    @property
    def all_verbs(self) -> list[str]:
        """Return all verbs, with their particles, in order."""
        return sorted(frozenset().union(*self.verbs.values()))

    @cached_property
    def every_verb(self) -> frozenset[str]:
        """Return the first words of all verbs."""
        return frozenset(verb.split()[0] for verbs in self.verbs.values() for verb in verbs)

    @cached_property
    def light(self) -> frozenset[str]:
        """Return the verbs that many skills share, which say little without their object."""
        return frozenset(verb for verb, skills in self._skills_of.items() if len(skills) >= SHARED)

    @cached_property
    def asking_verbs(self) -> frozenset[str]:
        """Return the verbs that any question is put by, or those of several skills: show, check."""
        asked = Counter(verb for name in self.asking for verb in self.verbs[name])
        return SHOWING | frozenset(verb for verb, times in asked.items() if times >= SHARED)

    @cached_property
    def _skills_of(self) -> Mapping[str, set[str]]:
        found = defaultdict[str, set[str]](set)
        for name, verbs in self.verbs.items():
            for verb in verbs:
                found[verb.split()[0]].add(name.partition(".")[0])
        return found

    def orders(self, intent: str, slot: str, text: str) -> bool:
        """Tell whether things for a slot hold another request: "bread and remove milk"."""
        if self._intents[intent].slots[slot].type.name != THINGS:
            return False
        others = {verb for name in self.siblings(intent) for verb in self.verbs[name]}
        words = word_texts(text)
        joints = (i for i, word in enumerate(words[:-2]) if word in CONNECTING)
        return any(words[i + 1] in others for i in joints)

    def asks_of_me(self, intent: str, text: str) -> bool:
        """Tell whether what is to be done is asked of the assistant: a reminder to "wake me"."""
        said = word_texts(text)[:2]
        others = (pairs for name, pairs in self.pairs.items() if name in self.changing - {intent})
        return said[1:] in SELF and any(said in pairs for pairs in others)

    def siblings(self, intent: str) -> list[str]:
        """Return the other intents of an intent's skill."""
        skill = intent.partition(".")[0]
        return [n for n in self._intents if n != intent and n.partition(".")[0] == skill]


def literals(template: Template) -> Iterator[str]:
    """Give every word of a template's own, normalised and in the singular, and as it stands."""
    for node in _walk(template.nodes):
        if isinstance(node, Literal):
            for word in word_texts(node.text):
                yield word
                yield singular(word)


def _walk(nodes: Sequence[Node]) -> Iterator[Literal | Hole]:
    for node in nodes:
        if isinstance(node, OneOf):
            for option in node.options:
                yield from _walk(option)
        else:
            yield node


@dataclass(frozen=True, slots=True)
class _Edges:
    """Words a piece of a template may begin and end with, the pairs within, and if it may lack.

    A hole counts as the word {name}.
    """

    first: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    lacking: bool = True

    def then(self, other: _Edges) -> _Edges:
        """Return the edges of both pieces, one after the other."""
        joined = frozenset((a, b) for a in self.last for b in other.first)
        return _Edges(
            self.first | other.first if self.lacking else self.first,
            self.last | other.last if other.lacking else other.last,
            self.pairs | other.pairs | joined,
            self.lacking and other.lacking,
        )

    def either(self, other: _Edges) -> _Edges:
        """Return the edges of one piece or the other."""
        return _Edges(
            self.first | other.first,
            self.last | other.last,
            self.pairs | other.pairs,
            self.lacking or other.lacking,
        )


def _nouns(edges: Sequence[_Edges]) -> set[str]:
    """Return the words that stand behind an article more often than they begin an example."""
    behind = Counter(word for each in edges for before, word in each.pairs if before in ARTICLES)
    first = Counter(word for each in edges for word in each.first)
    return {word for word, times in behind.items() if times > first[word]}


def hole(name: str) -> str:
    """Return how a hole stands among words."""
    return f"{{{name}}}"


def _is_asked(intent: Intent) -> bool:
    asked = [bool(_first(each.nodes) & _QUESTIONS) for each in intent.examples]
    return sum(asked) >= ASKED * len(asked) > 0


def _first(nodes: Sequence[Node]) -> set[str]:
    """Return the words, and holes, that a piece of a template may begin with; "" where none is."""
    found = {""}
    for node in nodes:
        if "" not in found:
            break
        found = (found - {""}) | _first_of(node)
    return found


def _first_of(node: Node) -> set[str]:
    if isinstance(node, OneOf):
        found = set[str]().union(*map(_first, node.options))
        return found | {""} if node.optional else found
    texts = word_texts(node.text) if isinstance(node, Literal) else (hole(node.name),)
    return set(texts[:1]) or {""}


def _edges(nodes: Sequence[Node]) -> _Edges:
    edges = _Edges()
    for node in nodes:
        edges = edges.then(_edges_of(node))
    return edges


def _edges_of(node: Node) -> _Edges:
    if isinstance(node, OneOf):
        either = _edges(node.options[0])
        for option in node.options[1:]:
            either = either.either(_edges(option))
        return either.either(_Edges()) if node.optional else either
    texts = word_texts(node.text) if isinstance(node, Literal) else (hole(node.name),)
    edges = _Edges()
    for text in texts:
        one = frozenset((text,))
        edges = edges.then(_Edges(one, one, lacking=False))
    return edges


def _verbs(template: Template, edges: _Edges) -> Iterator[str]:
    """Give what a template begins with, or wishes for, and that with a particle behind it."""
    firsts = set(edges.first)
    if firsts & _WISHING:
        firsts |= _wished(template)
    for first in firsts:
        if first.isalpha() and not _empty(first):
            yield first
            for before, particle in edges.pairs:
                if before == first and particle in PARTICLES:
                    yield f"{first} {particle}"


def _wished(template: Template) -> set[str]:
    """Return the verbs behind "i want to" and the like."""
    found = set[str]()
    for way in template.ways:
        said = [node if isinstance(node, str) else "" for node in way]
        wish = longest(said, 0, WISHES)
        found |= set(said[wish : wish + 1]) if wish else set()
    return found


_QUESTIONS = ASKING - {"have", "may", "can", "could", "will", "would"}

_WISHING = frozenset(wish[0] for wish in WISHES)


def _empty(word: str) -> bool:
    stands = EMPTY - {"put", "tell", "have", "know"}
    return word in ASKING | DETERMINERS | PRONOUNS | stands or bool(closed_class(word))
