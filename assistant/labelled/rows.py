"""Labelled sentences as they lie on disk: one JSON object, or one plain sentence, a line.

Intents are ``{text, intent}``, sentiment ``{text, label}``, entities ``{tokens, tags}`` in
strict BIO, pairs ``{a, b, label}``; plain text is a ``.txt``. Any of them may be packed as ``.xz``.
"""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.errors import AssistantError

Kind = Literal["intents", "sentiment", "entities", "pairs", "text"]


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled sentence. ``label`` is the intent or sentiment, ``line`` where it stood."""

    text: str
    label: str = ""
    tokens: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pair: str = ""
    score: float | None = None
    line: int = 0


def spans(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """Return (first word, word after the last, type) of every span of strict BIO tags."""
    found: list[tuple[int, int, str]] = []
    for at, tag in enumerate(tags):
        if tag.startswith("B-"):
            found.append((at, at + 1, tag[2:]))
        elif tag.startswith("I-"):
            start, _, kind = found[-1]
            found[-1] = (start, at + 1, kind)
    return set(found)


class _WrongError(Exception):
    """What is the matter with a line."""


def read(path: Path, kind: Kind) -> list[Row]:
    """Return every row. Raises AssistantError naming the file, the line and what is wrong."""
    rows = list(stream(path, kind))
    if not rows:
        raise AssistantError(f"{path} holds no rows: give a file with one JSON object a line.")
    return rows


def stream(path: Path, kind: Kind) -> Iterator[Row]:
    """Give the rows one by one, so that a file may be larger than memory."""
    plain = ".txt" in path.suffixes
    if plain and kind != "text":
        raise AssistantError(f"{path} is plain text; {kind} are read from .jsonl files.")
    make = _text if plain else READERS[kind]
    for number, line in _lines(path):
        try:
            yield make(line if plain else _object(line), number)
        except _WrongError as wrong:
            raise AssistantError(f"{path}:{number} {wrong}.") from wrong


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that are not blank, with their numbers."""
    number = 0
    try:
        with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise AssistantError(
            f"{path}:{number} is not UTF-8 (byte {error.start}): save the file as UTF-8."
        ) from error
    except (OSError, EOFError, lzma.LZMAError) as error:
        why = getattr(error, "strerror", None) or error
        raise AssistantError(
            f"{path} can't be read ({why}): check the name, or pack it again."
        ) from error


def _object(line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _WrongError(f"is no JSON ({error!s:.60})") from error
    if not isinstance(data, dict):
        raise _WrongError("is no JSON object")
    if "\\ud" in line.lower():
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise _WrongError("has half of a letter (a lone \\ud…), which is no text") from error
    return data


def _words(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _WrongError(f"has no text under “{key}”")
    return value


def _label(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise _WrongError(f"has no label under “{key}”")
    return sys.intern(str(value))


def _intent(data: dict[str, Any], line: int) -> Row:
    several = data.get("intents")
    if "intent" not in data and isinstance(several, list):
        return Row(_sentence(data), "+".join(sorted(map(str, several))) or "none", line=line)
    return Row(_sentence(data), _label(data, "intent"), line=line)


def _sentiment(data: dict[str, Any], line: int) -> Row:
    return Row(_words(data, "text"), _label(data, "label"), line=line)


def _sentence(data: dict[str, Any]) -> str:
    if "text" not in data and isinstance(data.get("tokens"), list):
        return " ".join(map(str, data["tokens"]))
    return _words(data, "text")


def _entities(data: dict[str, Any], line: int) -> Row:
    tokens, tags = data.get("tokens"), data.get("tags")
    if not isinstance(tokens, list) or not isinstance(tags, list) or not tokens:
        raise _WrongError("has no lists “tokens” and “tags”")
    if len(tokens) != len(tags):
        raise _WrongError(f"has {len(tokens)} tokens but {len(tags)} tags")
    if any(not isinstance(each, str) for each in (*tokens, *tags)):
        raise _WrongError("has tokens or tags that are no text")
    # A token of blanks alone would vanish from the text, and with it the places of all after it.
    words = tuple("".join(token.split()) or "_" for token in tokens)
    for place, tag in enumerate(tags):
        before = tags[place - 1] if place else "O"
        if tag != "O" and tag[:2] not in ("B-", "I-"):
            raise _WrongError(f"has the tag “{tag}”, which is not BIO")
        if tag.startswith("I-") and (before == "O" or before[2:] != tag[2:]):
            raise _WrongError(f"has “{tag}” after “{before}”, which is not strict BIO")
    told = (sys.intern(str(data.get("intent", ""))), words, tuple(map(sys.intern, tags)))
    return Row(" ".join(words), *told, line=line)


def _pair(data: dict[str, Any], line: int) -> Row:
    score = data.get("label")
    try:
        number = float(score)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise _WrongError("has no number under “label”") from error
    return Row(_words(data, "a"), str(score), pair=_words(data, "b"), score=number, line=line)


def _any(data: dict[str, Any], line: int) -> Row:
    return Row(_sentence(data), line=line)


def _text(line: Any, number: int) -> Row:
    return Row(line.strip(), line=number)


READERS: dict[Kind, Callable[[Any, int], Row]] = {
    "intents": _intent,
    "sentiment": _sentiment,
    "entities": _entities,
    "pairs": _pair,
    "text": _any,
}
"""What makes a row of each kind."""
