"""An example said in natural English: "cancel all my alarms", "add milk to the shopping list"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.language.moods import DETERMINERS, PREPOSITIONS
from assistant.language.plurals import singular
from assistant.language.records import dataclass
from assistant.language.templates import Hole, Node, OneOf, Template, Word, sample

DOTS = "…"
"""What stands for words that are not known."""

ARTICLES = frozenset("a an the my our your any".split())
"""Words that an example may leave out before a noun, and nobody does."""

SEVERAL = frozenset("all both several".split())
"""Words before several of a thing."""

BESIDE = PREPOSITIONS | frozenset("off up down out away back over again onto into".split())
"""Words before which a hole stands for a thing by itself: "take {items} | off"."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way to say an example: its words, the holes that are said, and how many are dots."""

    words: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()
    dots: int = 0

    def __str__(self) -> str:
        return " ".join(_agreeing(self.words))

    @property
    def worth(self) -> tuple[int, int]:
        """Return what to choose it by: more is said, then less is missing."""
        return len(self.said), -self.dots


class _Left(str):
    """An article that the example leaves open."""

    __slots__ = ()


def phrased(template: Template, values: Mapping[str, str]) -> Phrase:
    """Return a template said with as many of the values as it can say, dots for the others."""
    return _say(template.nodes, values, Phrase())


def is_bare(text: str) -> bool:
    """Tell whether a text is nothing but dots."""
    return not text.strip(f"{DOTS} ")


def suggested(
    template: Template, sentence: str, values: Mapping[str, Sequence[str]], seldom: frozenset[str]
) -> str:
    """Return how to suggest a template of which a sentence was sampled from ``values``.

    It has the same holes; those that ``seldom`` hold what they were filled with become dots, of
    others no two hold the same.
    """
    drawn = sample(template, values, len(values) * 4 + 4)
    holes = next((each.spans for each in drawn if each.text == sentence), {})
    given: dict[str, str] = {}
    for name in holes:
        left = [text for text in values[name] if text not in given.values()]
        given[name] = DOTS if name in seldom or not left else left[0]
    return str(phrased(template, given))


def _say(nodes: Sequence[Node], values: Mapping[str, str], before: Phrase) -> Phrase:
    """Return a phrase with a sequence of nodes said behind it."""
    said = before
    for i, node in enumerate(nodes):
        if isinstance(node, Word):
            said = _add(said, node.text)
        elif isinstance(node, Hole):
            said = _fill(said, node.name, values)
        elif node.optional and (article := _article_of(node)):
            said = _add(said, _Left(article)) if _is_noun(nodes[i + 1 :]) else said
        else:
            said = _choose(node, values, said)
    return said


def _add(before: Phrase, word: str) -> Phrase:
    return Phrase((*before.words, word), before.said, before.dots)


def _fill(before: Phrase, name: str, values: Mapping[str, str]) -> Phrase:
    if name not in values or name in before.said:
        return Phrase((*before.words, DOTS), before.said, before.dots + 1)
    return Phrase((*before.words, values[name]), before.said | {name}, before.dots)


def _choose(node: OneOf, values: Mapping[str, str], before: Phrase) -> Phrase:
    """Say the option that says most; an optional one only where it says a value."""
    options = [_say(option, values, before) for option in node.options]
    best = max(each.worth for each in options)
    if node.optional and (best[0] == len(before.said) or best[1] < -before.dots):
        return before
    good = [each for each in options if each.worth == best]
    several = not SEVERAL.isdisjoint(before.words)
    return next((each for each in good if several and _is_plural(each.words[-1])), good[0])


def _article_of(node: OneOf) -> str:
    """Return the first of determiners that may be left out, "" where other words are there."""
    only = [option[0] for option in node.options if len(option) == 1]
    said = [each.text for each in only if isinstance(each, Word) and each.text in DETERMINERS]
    articles = [text for text in said if text in ARTICLES]
    return articles[0] if articles and len(said) == len(node.options) else ""


def _is_noun(nodes: Sequence[Node]) -> bool:
    """Tell whether a noun of the example's own follows, behind holes perhaps."""
    for node in nodes:
        if isinstance(node, Word):
            return node.text not in BESIDE
        if isinstance(node, OneOf) and not node.optional:
            return _is_noun(node.options[0])
    return False


def _is_plural(word: str) -> bool:
    return singular(word) != word


def _agreeing(words: Sequence[str]) -> list[str]:
    """Return words without a second determiner before a noun, and with "an" before a vowel."""
    said: list[str] = []
    for i, word in enumerate(words):
        following = words[i + 1] if i + 1 < len(words) else ""
        first, _, rest = word.partition(" ")
        if isinstance(word, _Left) and following.partition(" ")[0] in DETERMINERS:
            continue
        doubled = said and said[-1] in ARTICLES and first in ARTICLES and rest
        said.append(rest if doubled else word)
    return [_sounding(each, after) for each, after in zip(said, [*said[1:], ""], strict=True)]


def _sounding(word: str, following: str) -> str:
    if word not in ("a", "an") or not following[:1].isalpha():
        return word
    return "an" if following[0].lower() in "aeiou" else "a"
