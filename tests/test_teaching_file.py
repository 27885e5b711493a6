"""The user's own examples as a file: every byte that is not a line's own stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.teaching.examples import Examples, Line

KEPT = b"# gr\xfc\xdfe\xff\x0c and \xe2\x80\xa8 more\r\nx.y: caf\xe9 au {thing}\n\n"


@pytest.fixture
def examples(tmp_path: Path) -> Examples:
    """Give a file with a comment and a line in another encoding, and odd ends of lines."""
    path = tmp_path / "examples.txt"
    path.write_bytes(KEPT)
    return Examples(path)


def test_examples_keep_bytes_that_are_no_utf_8(examples: Examples) -> None:
    """Whatever is added, taken out or forgotten."""
    examples.add(Line("a.b", "one"))
    assert examples.path.read_bytes() == KEPT + b"a.b: one\n"
    examples.add(Line("a.b", "two"))
    examples.remove(Line("a.b", "one"))
    assert examples.path.read_bytes() == KEPT + b"a.b: two\n"
    assert examples.forget(lambda line: "two" in line) == 1
    assert examples.path.read_bytes() == KEPT
    assert [(line.intent, line.where[-1]) for line in examples.read()] == [("x.y", "2")]


def test_examples_are_read_without_such_bytes(examples: Examples) -> None:
    """A line can be shown anywhere, and begins the file also behind a byte order mark."""
    (line,) = examples.read()
    assert line.text.encode("utf-8").decode() == "caf\N{REPLACEMENT CHARACTER} au {thing}"
    examples.path.write_bytes(b"\xef\xbb\xbfa.b: one\n")
    assert [str(line) for line in examples.read()] == ["a.b: one"]
    examples.add(Line("a.b", "One"))
    assert examples.path.read_bytes() == b"\xef\xbb\xbfa.b: one\n"
