"""The user's own examples: a file of plain lines, ``intent: sentence``, to be edited by hand too.

A sentence is written as those of skills are, ``let it brew for {length}``. Blank lines and those
that begin with ``#`` are the user's; whatever can't be read stays where it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant import files
from assistant.errors import AssistantError
from assistant.language import templates
from assistant.language.records import dataclass
from assistant.language.words import normalise, take_off_beginning, take_off_end
from assistant.skill.loading import stamp_of

LARGEST = 1_000_000
"""Bytes of the file that are read."""

HEAD = (
    "# Sentences you taught, and what each means: intent: sentence. {length} stands for a value.\n"
    "# Add, change or delete lines as you like; open chats read them again within two seconds.\n"
)

SIGNS = re.compile(r"[\[\](){}|]")
"""What means something in an example, and nothing in a sentence."""

ODD = "surrogateescape"
"""How bytes that are no UTF-8 are kept as they are."""

BLANK = " \t\r\f\v\ufeff"
"""What a line may have around it; some editors begin a file with the last."""

ENDS = " .,;:!?…"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: an intent, one of its examples, and where it stands."""

    intent: str
    text: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.intent}: {self.text}"


class Examples:
    """The user's own examples in a file, which several processes may change."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def stamp(self) -> tuple[int, int]:
        """Return what changes when the file does: when it was written, and its size."""
        return stamp_of(self.path)

    def read(self) -> list[Line]:
        """Return the lines that hold an example, or should; nothing where there is no file."""
        lines = enumerate(self._text().split("\n"), 1)
        return [line_of(_legible(t), f"{self.path}:{n}") for n, t in lines if _counts(t)]

    def has(self, line: Line) -> bool:
        """Tell whether an example is there. Raises AssistantError."""
        return _key(line) in {_key(each) for each in self.read()}

    def add(self, line: Line) -> None:
        """Put an example at the end, unless it is there. Raises AssistantError."""

        def added(text: str) -> str:
            there = {_key(line_of(each)) for each in text.split("\n") if _counts(each)}
            end = "" if not text or text.endswith("\n") else "\n"
            return text if _key(line) in there else f"{text or HEAD}{end}{line}\n"

        self._change(added)

    def remove(self, line: Line) -> None:
        """Take an example out, where it is there. Raises AssistantError."""
        self._keep(lambda each: not _counts(each) or _key(line_of(each)) != _key(line))

    def forget(self, says: Callable[[str], bool]) -> int:
        """Take out every line that says something; return how many. Raises AssistantError."""
        said = sum(says(_legible(each)) for each in self._text().split("\n"))
        if said:
            self._keep(lambda each: not says(_legible(each)))
        return said

    def _keep(self, stays: Callable[[str], bool]) -> None:
        self._change(lambda text: "\n".join(filter(stays, text.split("\n"))))

    def _change(self, change: Callable[[str], str]) -> None:
        """Write the file anew, one writer at a time."""
        try:
            files.folder(self.path.parent)
            with files.alone(self.path):
                before = self._text()
                after = change(before)
                if after != before:
                    with files.replacing(self.path) as file:
                        file.write(after.encode("utf-8", ODD))
        except OSError as error:
            raise AssistantError(
                f"Your examples in {self.path} can't be written ({error.strerror}): mend that, and "
                "say it again."
            ) from error

    def _text(self) -> str:
        """Return the file as it is: what is no UTF-8 in it is written again as the bytes it was."""
        try:
            return files.read(self.path, LARGEST).decode("utf-8", ODD)
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise AssistantError(
                f"Your examples in {self.path} can't be read ({error.strerror}): mend that file."
            ) from error


def line_of(text: str, where: str = "") -> Line:
    """Return the example that a line holds; without an intent where there is none."""
    intent, _, rest = text.strip(BLANK).partition(":")
    return Line(intent.strip(), " ".join(rest.split()), where)


def _counts(line: str) -> bool:
    return bool(line.strip(BLANK)) and not line.strip(BLANK).startswith("#")


def _legible(line: str) -> str:
    """Return a line with a sign for each byte that is no UTF-8."""
    return line.encode("utf-8", ODD).decode("utf-8", "replace")


def _key(line: Line) -> tuple[str, str]:
    return line.intent, line.text.casefold()


def example_of(sentence: str, values: Sequence[tuple[str, int, int]]) -> str:
    """Return a sentence as an example: each value (slot, start, end) is a hole in its place.

    What is said around any request is left out. Where nothing but values would be left it is the
    sentence, word for word.
    """
    first, last = _request(sentence)
    inside = [(n, start - first, end - first) for n, start, end in values if first <= start < last]
    text = "".join(_pieces(sentence[first:last], inside))
    plain = " ".join(SIGNS.sub(" ", sentence).split()).strip(ENDS)
    return text if has_words(text) else plain


def _request(sentence: str) -> tuple[int, int]:
    """Return where a sentence begins and ends without politeness; all of it where that is all."""
    words = normalise(sentence)
    for take in (take_off_beginning, take_off_end):
        while rest := take(words):
            words = rest
    return (words[0].start, words[-1].end) if words else (0, len(sentence))


def _pieces(sentence: str, values: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    at, told = 0, list[str]()
    for name, start, end in sorted(values, key=lambda each: each[1]):
        if name in told or start < at or not sentence[start:end].strip():
            continue
        yield SIGNS.sub(" ", sentence[at:start])
        yield f"{{{name}}}"
        told.append(name)
        at = end
    yield SIGNS.sub(" ", sentence[at:]).rstrip(ENDS)


def has_words(text: str) -> bool:
    """Tell whether a text can be read as an example, and has words of its own."""
    try:
        templates.check_words(templates.read(text))
    except AssistantError:
        return False
    return True
