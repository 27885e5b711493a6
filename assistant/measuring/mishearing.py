"""Sentences as a recognizer may mishear them, drawn by chance; no sound is made."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from assistant import paths

if TYPE_CHECKING:
    from assistant.language.sounds import Lexicon
    from assistant.measuring.sound.confusions import Confusions

ALIKE = 0.6
"""The greatest distance of two words that sound alike: one consonant of the same kind."""

SHORT = frozenset(
    "a an the to of in on at for and is are it my me i i'm do does please some that this".split()
)
"""Words that are spoken so faintly that they are left out."""

DRAWS = 20
"""Attempts to draw a change."""

Words = list[str]
Change = Callable[[Words, random.Random], Words | None]


class Mishearing:
    """Three ways to mishear; each returns other words, or None where nothing can change."""

    def __init__(self, words: Iterable[str], confusions: Confusions) -> None:
        """Know ``words`` to be heard beside those of the table."""
        self._words = words
        self._confusions = confusions

    @property
    def ways(self) -> dict[str, Change]:
        """Return the ways by name."""
        return {"homophones": self.alike, "dropped": self.dropped, "confused": self.confused}

    def alike(self, words: Words, chance: random.Random) -> Words | None:
        """Put a word that sounds alike for one word: "whether" for "weather"."""
        places = [(at, near) for at, word in enumerate(words) if (near := self._near(word))]
        if not places:
            return None
        at, near = chance.choice(places)
        return [*words[:at], chance.choice(near), *words[at + 1 :]]

    def dropped(self, words: Words, chance: random.Random) -> Words | None:
        """Leave a short word out."""
        places = [at for at, word in enumerate(words) if word in SHORT]
        if not places or len(words) < 2:
            return None
        at = chance.choice(places)
        return words[:at] + words[at + 1 :]

    def confused(self, words: Words, chance: random.Random) -> Words | None:
        """Hear every word as often wrongly as the recognizer did; at least one of them."""
        for _ in range(DRAWS):
            heard = [self._confusions.draw(word, chance) for word in words]
            if heard != words and any(heard):
                return [word for word in heard if word]
        return None

    @cached_property
    def _lexicon(self) -> Lexicon:
        from assistant.language.sounds import Lexicon

        return Lexicon(sorted({*self._words, *self._confusions.words}))

    def _near(self, word: str) -> list[str]:
        far = self._lexicon.distances(word)
        pairs = zip(self._lexicon.words, far.tolist(), strict=True)
        return [other for other, cost in pairs if cost <= ALIKE and other != word]


def shipped() -> Confusions:
    """Return the confusions that come with the assistant."""
    from assistant.measuring.sound.confusions import read

    return read(paths.bundled() / "data" / "confusions" / "words.tsv")
