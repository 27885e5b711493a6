"""What steers a terminal, or hides in a line, is shown as a sign; scripts and pictures are kept."""

from __future__ import annotations

import io
import json
import logging
import sys
import unicodedata

import pytest

from assistant.doors import terminal
from assistant.doors.logs import Records

SHOWN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of Unicode whose characters show nothing, and do something."""

INKED = {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x600, 0x606)}
"""Signs of Arabic, Syriac and Kaithi that Unicode files with them, though they have ink."""


def test_terminal_shows_every_character_that_steers() -> None:
    """Every one of Unicode's, so also those that nobody thought of."""
    steering = [c for c in range(0x110000) if unicodedata.category(chr(c)) in SHOWN]

    raw = {c for c in steering if not terminal.visible(f"a{chr(c)}b").isprintable()}
    assert raw == {c for c in INKED if unicodedata.category(chr(c)) in SHOWN}
    assert len(steering) > 2_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;eA==\x07", r"\x1b]52;c;eA==\x07"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("pay\u200bpal\u2060 \u3164", r"pay\u200bpal\u2060 \u3164"),
        ("half \ud800", r"half \ud800"),
        ("one\r\ntwo\tthree", r"one\r\ntwo\tthree"),
        ("x\ufe0f\ufe0f\U000e0061\U000e0062", "x\ufe0f\\ufe0f\\U000e0061\\U000e0062"),
        ("[/ABC-1.]", "[/ABC-1.]"),
    ],
)
def test_terminal_shows_signs(text: str, shown: str) -> None:
    """A sign is the escape that Python writes for the character."""
    assert terminal.visible(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "“Grüße”, schön – 10 °C …",
        "👨‍👩‍👧 ❤️ 1️⃣ ❤️‍🔥",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می‌خواهم",
        "क्‍ष",
        "日本語",
    ],
)
def test_terminal_keeps_scripts_and_pictures(text: str) -> None:
    """Joiners and selectors stay where letters and pictures are made with them."""
    assert terminal.visible(text) == text


def test_terminal_keeps_lines_where_several_are_meant() -> None:
    """Line breaks and tabs stay then, a lone return does not."""
    assert terminal.visible("a\r\nb\tc\rd\x0b", lines=True) == "a\nb\tc\\rd\\x0b"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_terminal_prints_in_its_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the encoding lacks is a sign too; JSON says the same in every encoding."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    value = {"said": "“日本” \ud800 \x1b[31m \x9b \u202e é"}

    terminal.tell(value["said"])
    terminal.tell_json(value)

    line, told = raw.getvalue().decode(encoding).splitlines()
    quoted = {"utf-8": "“日本”", "latin-1": '"\\u65e5\\u672c"', "ascii": '"\\u65e5\\u672c"'}
    assert line.startswith(quoted[encoding] + r" \ud800 \x1b[31m \x9b \u202e")
    assert json.loads(told) == value
    assert told.isprintable()


def test_terminal_without_a_stream_prints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program started without standard output has nobody to tell."""
    monkeypatch.setattr(sys, "stdout", None)

    terminal.tell("anybody there?")
    assert terminal.visible("") == ""


def test_logs_have_a_line_a_record() -> None:
    """What is logged can't pretend to be another record, nor steer who reads the log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Records("%(levelname)s %(message)s"))
    logger = logging.Logger("of the test")
    logger.addHandler(handler)

    logger.info("one\nERROR forged \x1b[2J")
    try:
        raise ValueError("two\nERROR forged \x1b[2J")
    except ValueError:
        logger.exception("went wrong")

    lines = stream.getvalue().splitlines()
    assert lines[0] == r"INFO one\nERROR forged \x1b[2J"
    assert [line for line in lines if not line.startswith("    ")] == [lines[0], "ERROR went wrong"]
    assert "\x1b" not in stream.getvalue()
