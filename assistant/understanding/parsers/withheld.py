"""Takes a request beside which another is forbidden: “add tea to the list, but don't clear it”."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.language.moods import FORBIDDING
from assistant.language.plurals import singular
from assistant.language.sharing import pointers
from assistant.language.tokens import split
from assistant.language.words import MARKS, longest, normalise
from assistant.turn import Explained, Situation, Understanding, Utterance
from assistant.understanding.parsers.chain import complete
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.skill.registry import Skills
    from assistant.understanding.parsers.chain import Parser

PARSER = "withheld"
"""The name of this parser in an ``Understanding``."""

PARTING = frozenset(("but", "and", *MARKS))
"""What stands between a request and what is forbidden beside it."""


class WithheldParser:
    """Reads a request behind which another one is forbidden as that request, where an example
    covers it and none the whole.

    What is forbidden is not done; where it is no request, or the same one, it tells how the first
    is meant, and that is asked about.
    """

    def __init__(self, skills: Skills, exact: Parser, free: Parser) -> None:
        self._skills = skills
        self._exact = exact
        self._free = free

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the request, or what to ask about; None where nothing is forbidden beside one."""
        text, parted = utterance.text, _parted(utterance.text)
        if parted is None or self._exact(utterance, situation) is not None:
            return None
        head, start, rest = parted
        meant = self._exact(replace(utterance, text=head), situation)
        if meant is None or not meant.intent:
            return None
        if self._apart(meant, replace(utterance, text=rest), situation):
            words = (word for word in normalise(text) if word.start >= start)
            told = (Explained(text[w.start : w.end], w.start, w.end, "repaired") for w in words)
            return replace(meant, parser=PARSER, account=(*meant.account, *told))
        offer = as_offer(self._skills.intents[meant.intent], meant.slots)
        return Understanding(None, 1.0, why=f"“{text[start:].strip()}”", offered=(offer,))

    def _apart(self, meant: Understanding, said: Utterance, at: Situation) -> bool:
        """Tell whether what is forbidden is a request, of another kind or with other values.

        A word alone may tell how the first is meant: "but don't | ring".
        """
        if len(split(said.text)) == 1:
            return False
        read = [found for text in self._wordings(meant, said.text)
                if (found := self._read(replace(said, text=text), at)) is not None]  # fmt: skip
        return bool(read) and all(self._differs(meant, each) for each in read)

    def _read(self, said: Utterance, at: Situation) -> Understanding | None:
        """Return a request, by an example or else by its meaning."""
        found = self._exact(said, at) or self._free(said, at)
        return found if found is not None and found.intent else None

    def _wordings(self, meant: Understanding, text: str) -> Iterator[str]:
        """Give what is forbidden as it is said, and with what the request is about for "it"."""
        yield text
        noun = singular((meant.intent or "").partition(".")[0])
        for word in pointers(text):
            for whose in ("the", "my"):
                yield f"{text[: word.start]}{whose} {noun}{text[word.end :]}"

    def _differs(self, meant: Understanding, other: Understanding) -> bool:
        """Tell whether another request is not what is wanted, in other words or less of them."""
        if other.intent != meant.intent:
            return True
        values = {slot.name: slot.value for slot in meant.slots}
        told = [slot for slot in other.slots if slot.name in values]
        return complete(other, self._skills) and any(s.value != values[s.name] for s in told)


def _parted(text: str) -> tuple[str, int, str] | None:
    """Return what stands before something forbidden, where that begins, and what is forbidden."""
    words = normalise(text)
    said = [word.text for word in words]
    for i in range(1, len(words)):
        start = i
        while start < len(words) and said[start] in PARTING:
            start += 1
        size = longest(said, start, FORBIDDING) if start > i else 0
        if size and start + size < len(words):
            rest = text[words[start + size].start :].strip()
            return text[: words[i].start].strip(), words[i].start, rest
    return None
