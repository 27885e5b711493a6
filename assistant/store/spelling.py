"""Tells whether something says a word, however the word is written there."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
"""What JSON, Python and the log write in place of a character."""

LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

DEEP = 8
"""How often what is escaped may be escaped again: JSON in JSON in a log."""

WIDE = ("utf-16-le", "utf-32-le")
"""Encodings of files that are not text: arrays of words are UTF-32."""


class Spelling:
    """Tells whether texts, JSON or bytes say a word: in any case, escaped or not."""

    def __init__(self, word: str) -> None:
        self._word = _plain(word)
        cases = {word, word.lower(), word.upper(), word.title(), word.casefold()}
        self._wide = [each.encode(name, "replace") for each in cases for name in WIDE]

    def text(self, text: str) -> bool:
        """Tell whether a text says it."""
        return any(self._word in _plain(form) for form in _forms(text))

    def json(self, text: str) -> bool:
        """Tell whether a value in JSON of ours says it, whose names of fields are no words of a
        user's; what is no JSON is a text.
        """
        if not self.text(text):
            return False
        try:
            return any(map(self.text, _texts(json.loads(text))))
        except (ValueError, RecursionError):
            return True

    def bytes(self, data: bytes) -> bool:
        """Tell whether the bytes of a file say it."""
        return any(each in data for each in self._wide) or self.text(
            data.decode("utf-8", "replace")
        )


def _plain(text: str) -> str:
    """Return a text as it is compared: no case, one form of each letter, blanks alike."""
    if text.isascii():
        return " ".join(text.lower().split())
    composed = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split())


def _forms(text: str) -> Iterator[str]:
    """Give a text, and what it stands for as long as there are escapes in it."""
    yield text
    for _ in range(DEEP):
        if "\\" not in text:
            return
        text = ESCAPE.sub(_character, text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        yield text


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code is None:
        return LETTERS.get(found[4], found[4])
    return chr(int(code, 16)) if int(code, 16) < 0x110000 else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    else:
        yield str(value)
