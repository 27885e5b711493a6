"""The user's own examples as a file: every byte that is not a line's own stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import paths
from assistant.teaching.examples import Examples, Line
from assistant.testing import Conversation

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


WRONG = "that was wrong, I meant set a timer for ten minutes"


def test_teaching_leaves_a_line_that_was_there(say: Conversation) -> None:
    """What was written by hand is not learnt, and no undo takes it out."""
    say("when i say let it brew for ten minutes i mean what time is it")
    path = paths.user_examples()
    path.write_text("timer.start: Let it brew for {length}\n")
    say.assistant.refresh()
    say("let it brew for ten minutes.")
    told = say(WRONG).reply.text
    assert "stands in your examples already" in told
    assert say("what have i taught you").reply.text.startswith("Nothing yet")
    assert say("let it brew for ten minutes").understanding.intent == "timer.start"
    say("undo")
    say("undo")
    assert path.read_text() == "timer.start: Let it brew for {length}\n"


@pytest.mark.parametrize("said", ["let it brew for ten minutes.", "Let it brew for ten minutes"])
def test_teaching_is_unlearnt_however_it_is_written(say: Conversation, said: str) -> None:
    """A full stop or a capital is no other sentence."""
    say(said)
    say(WRONG)
    assert say("forget what let it brew for ten minutes means").outcome == "answered"
    assert say("what have i taught you").reply.text.startswith("Nothing yet")


def test_teaching_in_spite_takes_the_place_of_what_was_taught(say: Conversation) -> None:
    """One sentence has one meaning: to forget it leaves none."""
    say("when i say Wake me in ten minutes i mean what time is it")
    say("wake me in ten minutes!")
    say("that was wrong, i meant remind me to get up in ten minutes")
    say("yes")
    told = say("what have i taught you").reply.text
    assert told.count("ake me in ten minutes") == 1
    say("forget what wake me in ten minutes means")
    assert say("what have i taught you").reply.text.startswith("Nothing yet")
    assert say("wake me in ten minutes").understanding.intent == "alarm.set_alarm"
