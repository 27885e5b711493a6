"""Written sentences as they would be said, in the words that a speech model knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from assistant.language.counting import DECADES, SMALL
from assistant.language.numerals import in_words, ordinal_in_words, year_in_words
from assistant.language.readable import readable
from assistant.training.ngrams import Ints, Symbols

LARGEST = 9_999
"""The largest figure that is said as one number."""

LARGEST_PLACE = 99
"""The largest figure with an ending that is said: "the 99th"."""

SHORTEST = 2
"""Words that a sentence has at least, or it tells nothing of what follows on what."""

_WRITTEN = re.compile(r"[^A-Za-z'\s.,;:!?\"“”()-]")
_SENTENCE = re.compile(r"(?<=[.!?;:])[\"”’')]*\s+")
_FIGURE = re.compile(r"\b(\d{1,7})(st|nd|rd|th)?\b")
_WRITTEN_HOUR = re.compile(r"(\d) ?([ap])\.?m\b\.?")
_HOUR = re.compile(rf"\b(clock|{'|'.join((*SMALL, *DECADES))}) am\b")
_HALF_DAY = re.compile(r"\bp\.?m\b\.?|\ba\.m\b\.?")
_TORN = re.compile(r" (?=n't\b|'(?:s|m|re|ve|ll|d)\b)")
_EDGES = "'-.,"


def spoken(text: str) -> Iterator[list[str]]:
    """Give the sentences of a written text as words in lower case, figures and signs as words."""
    plain = text.replace("’", "'").replace("‘", "'").replace("`", "'")
    for sentence in _SENTENCE.split(plain):
        told = readable(sentence) if _WRITTEN.search(sentence) else sentence
        told = _FIGURE.sub(_said, _WRITTEN_HOUR.sub(r"\1 \2 m", told.lower()))
        told = _HALF_DAY.sub(_parted, _HOUR.sub(r"\1 a m", told))
        words = _TORN.sub("", told).replace("-", " ").replace("/", " ").split()
        if found := [
            word for word in (word.strip('"“”()[]!?;:*_' + _EDGES) for word in words) if word
        ]:
            yield found


def numbered(
    sentences: Iterable[list[str]], known: Mapping[str, int], symbols: Symbols
) -> Iterator[int]:
    """Give sentences as one row of numbers, see ``ngrams``; words that are not known are gaps."""
    for words in sentences:
        if len(words) < SHORTEST:
            continue
        yield symbols.start
        before = symbols.start
        for word in words:
            number = known.get(word, symbols.gap)
            if number != symbols.gap or before != symbols.gap:
                yield number
            before = number
        yield symbols.end


def text_of(texts: Iterable[str], known: Mapping[str, int], symbols: Symbols) -> Ints:
    """Return written texts as one row of numbers."""
    said = (sentence for text in texts for sentence in spoken(text))
    return np.fromiter(numbered(said, known, symbols), np.int64)


def _said(found: re.Match[str]) -> str:
    """Return a figure in words; one too large stays, and is not known."""
    number = int(found[1])
    if found[2]:
        return f" {ordinal_in_words(number)} " if 0 < number <= LARGEST_PLACE else found[0]
    return f" {_in_words(number)} " if number <= LARGEST else found[0]


def _parted(found: re.Match[str]) -> str:
    return f"{found[0][0]} m"


def _in_words(number: int) -> str:
    """Return a number up to ``LARGEST`` as it is mostly said: as years are, above a thousand."""
    as_years = number >= 1000 and number // 100 % 10
    return year_in_words(number) if as_years else in_words(number)
