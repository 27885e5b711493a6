"""What is forgotten is gone: no byte of it is left in any file of the home."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import paths
from assistant.cli import commands
from assistant.store import backups
from assistant.testing import Conversation

WORD = "zanzibar"


def left(word: str = WORD) -> list[str]:
    """Return the files of the home that have a word, in any case."""
    files = [each for each in paths.home().rglob("*") if each.is_file()]
    return [each.name for each in files if word.encode() in each.read_bytes().lower()]


def forget(*options: str) -> str:
    """Run the command; return what it told."""
    told = CliRunner().invoke(commands, ["history", "forget", "--yes", *options])
    assert told.exit_code == 0, (told.output, told.exception)
    return told.output


@pytest.mark.parametrize(
    "said",
    [
        [f"remember that my cat is called {WORD}"],
        [f"note that {WORD} is an island"],
        [f"add {WORD} tea to my shopping list"],
        [f"remind me to call {WORD} at 5 pm"],
        [f"remind me to call {WORD} at 5 pm", "cancel my reminders", "yes"],
        [f"set a {WORD} timer for 5 minutes"],
        [f"{WORD} {WORD} {WORD}"],
        [f"add {WORD} to my shopping list", "clear my shopping list"],
        [f"note that {WORD} is far", f"delete the note about {WORD}"],
        [f"note that {WORD} is far", "undo"],
        [f"remember that {WORD.upper()} is my password"],
    ],
)
def test_forget_about_a_word(say: Conversation, said: list[str]) -> None:
    """Whatever it was said for, nothing of it is left, and everything else is."""
    say("add milk to my shopping list")
    for text in said:
        say(text)
    backups.back_up_daily(paths.database(), date(2026, 11, 29))
    say.close()
    paths.log_file().write_text(f"a line about {WORD}\nanother line\n")
    assert left()

    forget("--about", WORD)

    assert left() == []
    assert "another line" in paths.log_file().read_text()
    assert "- milk" in say("what is on my shopping list").reply.text


def test_forget_everything_that_was_said(say: Conversation) -> None:
    """Turns, sessions, questions, copies, caches and the log; what skills keep stays."""
    say("add milk to my shopping list")
    say(f"{WORD}, what else")
    say("clear my shopping list")
    backups.back_up_daily(paths.database(), date(2026, 11, 29))
    say.close()
    forget("--all")
    assert left() == []
    with closing(sqlite3.connect(paths.database())) as db:
        assert db.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
    assert "- milk" in Conversation()("what is on my shopping list").reply.text


def test_forget_the_last_minutes(say: Conversation) -> None:
    """What was said before stays."""
    say(f"what is {WORD}")
    say.clock.advance(days=-1)
    say("what time is it")
    say.close()
    told = forget("--last", "10000000")
    assert told.startswith("Forgot 2 turns.")


def test_forget_says_how_much_before_it_asks(say: Conversation) -> None:
    """And forgets nothing where the answer is no."""
    say(f"note that {WORD} is far")
    say.close()
    told = CliRunner().invoke(commands, ["history", "forget", "--about", WORD], input="n\n")
    assert "1 turn, 1 kept thing" in told.output
    assert left() == ["assistant.db"]


def test_forget_waits_for_who_still_reads(
    say: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that it waits, and that bytes are left where the other one never ends."""
    from assistant.store import forgetting

    monkeypatch.setattr(forgetting, "WAIT", 0.3)
    say(f"note that {WORD} is far")
    path: Path = say.assistant.store._path
    say.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM turns").fetchone()
        told = CliRunner().invoke(commands, ["history", "forget", "--about", WORD, "--yes"])
        assert "waiting until it is done" in told.output
        assert "still on the disk" in str(told.exception)
    forget("--about", WORD)
    assert left() == []
