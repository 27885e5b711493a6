"""The one place where text meets a terminal: what could steer it, or hide, is shown as a sign.

Every line of the commands and doors goes through ``tell``; the screen and the log take what
``visible`` makes of a text.
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from typing import Any, TextIO

from assistant.doors.ending import nobody_reads
from assistant.errors import AssistantError

STEERS = (
    "\\x00-\\x1f\\x7f-\\x9f"  # C0, DEL, C1
    "\\ud800-\\udfff"  # halves of a pair, which no encoding knows
    "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u206f"  # direction
    "\\u2028\\u2029\\ufff0-\\ufffb"  # breaks, annotations
)
"""Characters, as a regular expression has them, that steer what shows text."""

HIDES = (
    "\\xad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200d\\u2060-\\u2065\\u3164"
    "\\ufe00-\\ufe0f\\ufeff\\uffa0\\U00013430-\\U0001345f\\U0001bca0-\\U0001bca3"
    "\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff"
)
"""Characters that take no room: Unicode's Default_Ignorable_Code_Point, and format controls."""

KEPT = (
    # joiners in words of some scripts, and in pictures of several
    "(?<=[^\\x00-\\x7f{hides}])[\\u200c\\u200d](?=[^\\x00-\\x7f{hides}])"
    # which of two pictures is meant
    "|(?<=[^{hides}{steers}])[\\ufe00-\\ufe0f](?:\\u200d(?=[^\\x00-\\x7f{hides}]))?"
    # flags of parts of a country
    "|(?<=\\U0001f3f4)[\\U000e0061-\\U000e007a]{{4,6}}\\U000e007f"
)
"""Where scripts and pictures need one of these."""

PLAIN = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "×": "x", "·": "*"}
)
"""What is written for marks that a terminal's encoding lacks."""


def visible(text: str, *, lines: bool = False) -> str:
    """Return text as it can be shown: ``\\x1b`` for ESC, and so on.

    Line breaks and tabs stay only where several ``lines`` are meant.
    """
    if text.isascii() and text.isprintable():
        return text
    if not lines:
        return _signs().sub(_sign, text)
    return "\n".join(
        "\t".join(_signs().sub(_sign, part) for part in line.split("\t"))
        for line in text.replace("\r\n", "\n").split("\n")
    )


def steering(text: str) -> set[str]:
    """Return the characters of a text that would steer a terminal; line breaks and tabs too."""
    return set() if text.isprintable() else set(_steering().findall(text))


def tell(text: str = "", *, lines: bool = False, aside: bool = False, bell: bool = False) -> None:
    """Print a line, or several; ``aside`` puts it on standard error, ``bell`` rings first."""
    _put(("\a" if bell else "") + visible(text, lines=lines) + "\n", aside=aside)


def aside(text: str = "") -> None:
    """Print a line on standard error."""
    tell(text, aside=True)


def tell_json(value: Any, indent: int | None = None) -> None:
    """Print a value as JSON, where what steers or hides is an escape of JSON's own."""
    wide = _encoding(sys.stdout).lower().replace("-", "") in ("utf8", "utf16", "utf32")
    text = json.dumps(value, ensure_ascii=not wide, indent=indent)
    _put(_signs().sub(_escape, text) + "\n")


def prompt(text: str) -> None:
    """Print what stands before what will be typed."""
    _put(visible(text))


def draw(text: str, *, width: int = 0, aside: bool = False) -> int:
    """Write over the last line of a terminal, and what it had; return the columns now taken."""
    shown = visible(text)
    _put("\r" + shown.ljust(width) + ("" if shown else "\r"), aside=aside)
    return len(shown)


def wipe() -> None:
    """Take away what was drawn on standard error, where that is a terminal."""
    if sys.stderr is not None and sys.stderr.isatty():
        _put("\r\x1b[K", aside=True)


def confirm(question: str, otherwise: str) -> None:
    """Ask for a yes. Raises AssistantError for anything else, which tells what is ``otherwise``."""
    prompt(f"{question} [y/N]: ")
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        _put("\n")
    if answer.strip().lower() not in ("y", "yes"):
        raise AssistantError(otherwise)


def page(text: str) -> None:
    """Show a long text in the pager."""
    import click

    click.echo_via_pager(_encodable(visible(text, lines=True), sys.stdout))


def _put(text: str, *, aside: bool = False) -> None:
    """Write what is safe to show; without the stream there is nobody to show it to."""
    stream = sys.stderr if aside else sys.stdout
    if stream is not None:
        try:
            stream.write(_encodable(text, stream))
            stream.flush()
        except OSError as error:
            nobody_reads(error)


def _encoding(stream: TextIO | None) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def _encodable(text: str, stream: TextIO | None) -> str:
    """Return text with signs for what the terminal's encoding lacks."""
    encoding = _encoding(stream)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text


@cache
def _steering() -> re.Pattern[str]:
    return re.compile(f"[{STEERS}]")


@cache
def _signs() -> re.Pattern[str]:
    """Return what finds the characters to show; what is kept is found first, as a group."""
    kept = KEPT.format(hides=HIDES, steers=STEERS)
    return re.compile(f"({kept})|[{STEERS}{HIDES}]")


def _sign(found: re.Match[str]) -> str:
    """Return a character as Python's escape of it."""
    return found[0] if found[1] else found[0].encode("unicode_escape").decode("ascii")


def _escape(found: re.Match[str]) -> str:
    """Return a character as JSON's escape of it; line breaks are JSON's own."""
    return found[0] if found[1] or found[0] == "\n" else json.dumps(found[0])[1:-1]
