"""Several lengths in one breath: "5, 10 and 15 minutes", "one for 5 minutes and one for 10"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from assistant.language.tokens import SOMETIME, split, word
from assistant.language.values.durations import duration, unit_of
from assistant.language.values.numbers import number

JOINTS = frozenset([*"and plus then & , ; +".split(), ""])
"""What stands between two lengths, and the end."""

LEADS = frozenset("a an the one ones another other first second third fourth for of".split())
"""Words before a length that only say that it is one of several."""

_Said = tuple[timedelta | float, int]
"""A length or a bare number, and the seconds of its last unit."""


class Lengths(tuple[timedelta, ...]):
    """Two lengths or more; a number without its unit has that of the next, or of the last."""

    __slots__ = ()
    examples = ("5, 10 and 15 minutes", "ten minutes and an hour", "one for 5 minutes, one for 10")

    @classmethod
    def parse(cls, text: str) -> Lengths:
        """Read lengths. Raises ValueError where there are not at least two, and nothing else."""
        read = list(_read(text))
        if len(read) == 1:
            read = [each for part in _parts(text) for each in _read(part)]
            if not all(unit for _, unit in read):
                raise ValueError(f"“{text}” is one length")
        if len(read) <= 1:
            raise ValueError(f"“{text}” is not several lengths")
        return cls(_with_units(read))

    @classmethod
    def from_json(cls, data: list[float]) -> Lengths:
        """Return the lengths that were written as seconds."""
        return cls(timedelta(seconds=each) for each in data)


def _read(text: str) -> Iterator[_Said]:
    """Give lengths, and numbers without a unit."""
    words, i = split(text), 0
    while i < len(words):
        length = _length(text, i)
        bare = None if length else number(words, i)
        if length:
            yield length[0], length[1]
            i = length[2]
        elif bare and word(words, bare[1]) in JOINTS:
            yield float(bare[0]), 0
            i = bare[1]
        elif word(words, i) in JOINTS | LEADS:
            i += 1
        else:
            raise ValueError(f"“{word(words, i)}” is no length")


def _length(text: str, i: int) -> tuple[timedelta, int, int] | None:
    """Read a length, the seconds of its last unit and the place behind it.

    A larger unit after a smaller one begins another length: "a minute and an hour".
    """
    words = split(text)
    ends = [j for j in range(i + 1, len(words)) if words[j].text in JOINTS] + [len(words)]
    found = None
    for end in ends:
        read = duration(split(text[: words[end - 1].end]), i, SOMETIME)
        units = [unit for j in range(i, read[1] if read else i) if (unit := unit_of(words[j].text))]
        if read is None or units != sorted(units, reverse=True):
            break
        found = read[0], units[-1] if units else 0, read[1]
    return found


def _parts(text: str) -> Iterator[str]:
    """Give what stands between the joints, so that "an hour and ten minutes" is two."""
    start = 0
    for each in split(text):
        if each.text in JOINTS:
            yield text[start : each.start]
            start = each.end
    yield text[start:]


def _with_units(read: Sequence[_Said]) -> Iterator[timedelta]:
    """Give bare numbers the unit of the next length, or of the last one there is."""
    units = [unit for _, unit in read if unit]
    for i, (value, _) in enumerate(read):
        later = [unit for _, unit in read[i:] if unit]
        if isinstance(value, timedelta):
            yield value
        elif units:
            yield timedelta(seconds=value * (later[0] if later else units[-1]))
        else:
            raise ValueError("a length needs its unit, e.g. minutes")
