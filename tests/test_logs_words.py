"""Whatever goes wrong, no word that was said gets into the log."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from assistant import paths
from assistant.doors.ending import log_what_is_lost
from assistant.doors.logs import keep_log
from assistant.doors.news import trouble
from assistant.errors import places
from assistant.testing import Conversation
from assistant.understanding.parsers import chain, offered

WORD = "gorgonzola"
"""A word that is said and that every error quotes."""

HURTS = '''
from typing import Annotated

from assistant import Skill, Slot, Suggest

skill = Skill("hurting", "Quotes what was said, wherever it can.")


class Sort:
    """A sort of cheese that can't be read, or not again."""

    examples = ("mild", "old")

    def __init__(self, text):
        self.text = text

    @classmethod
    def parse(cls, text):
        if "first" in text:
            raise KeyError(text)
        return cls(text)

    def to_json(self):
        return self.text

    @classmethod
    def from_json(cls, data):
        raise RuntimeError(f"{data} is no sort")


@skill.intent("rate {sort}")
def rate(sort: Sort) -> str:
    """Rate a sort."""
    try:
        {}[sort.text]
    except KeyError as error:
        raise RuntimeError(f"no {sort.text} here") from error


@skill.intent("fetch {what}")
def fetch(what: str) -> str:
    """Fetch something."""
    raise KeyError(what)


def enough(what: str):
    """Want something else."""
    return Suggest("Not that one?", what=object(), sort=what)


@skill.intent("store cheese")
def store(what: Annotated[str, Slot(ask="Which one?", check=enough)]) -> str:
    """Store it."""
    return f"Stored {what}."
'''

SAID = (
    f"rate {WORD}",
    f"rate the first {WORD}",
    f"fetch the {WORD}",
    "store cheese",
    f"the {WORD}",
    "never mind",
    f"no, the other {WORD}",
)


def logged() -> str:
    """Return what is in the log."""
    return paths.log_file().read_text(encoding="utf-8")


@pytest.fixture
def hurting(say: Conversation, tmp_path: Path) -> Path:
    """Return a file with a skill whose errors quote what was said."""
    keep_log()
    path = tmp_path / "hurting.py"
    path.write_text(HURTS, encoding="utf-8")
    return path


@pytest.mark.parametrize("apart", [False, True])
def test_logs_hold_no_word_that_a_skill_quotes(
    say: Conversation, hurting: Path, apart: bool
) -> None:
    """Neither of its functions, nor of its types, nor of what checks an answer."""
    (say.apart() if apart else say).use(hurting)
    replies = [say(each).reply.text for each in SAID]
    assert sum("hurting" in each for each in replies) >= 2
    there = logged()
    for told in ("KeyError", "hurting.py", "can't be a value"):
        assert told in there
    assert "RuntimeError" in there
    assert WORD not in there


def test_logs_hold_no_word_of_ours(
    say: Conversation, monkeypatch: pytest.MonkeyPatch, hurting: Path
) -> None:
    """Nor what goes wrong while it is read, handled, offered or told."""

    def quoting(*given: object, **_: object) -> None:
        raise ValueError(f"{given!r} {WORD}")

    for owner, name in ((chain, "_ask"), (offered, "offers_of")):
        with monkeypatch.context() as patched:
            patched.setattr(owner, name, quoting)
            say(f"add {WORD} to my shopping list")
            offered._lasts(offered.Offer("lists.add", (), WORD), None)  # type: ignore[arg-type]
    trouble(ValueError(WORD))
    assert WORD not in logged()
    assert logged().count("ValueError") >= 3


def test_logs_hold_no_word_of_what_is_stored(say: Conversation, hurting: Path) -> None:
    """A row that can't be read is named by its number."""
    say(f"add {WORD} to my shopping list")
    say(f"remind me to buy {WORD} every day at 7")
    say.close()
    with closing(sqlite3.connect(paths.database())) as db:
        db.execute("UPDATE turns SET utterance = ?", [json.dumps({"text": {WORD: 1}})])
        db.execute("UPDATE alarms SET due_utc = ?", [WORD])
        db.execute("UPDATE sessions SET open_question = ?", [f"[{WORD}"])
        db.commit()
    say("undo")
    say("list my alarms")
    assert "can't be read" in logged()
    assert WORD not in logged()


def test_logs_hold_no_word_of_what_nobody_catches(
    hurting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in a thread is logged by its kind and place."""
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)

    def fail() -> None:
        raise LookupError(WORD)

    log_what_is_lost()
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "LookupError" in logged()
    assert "in fail" in logged()
    assert WORD not in logged()


def test_places_tell_kinds_and_where_they_come_from() -> None:
    """Of an error all it came of is told; of the system's and SQLite's which they are."""
    try:
        try:
            json.loads(f"[{WORD}")
        except ValueError:
            try:
                sqlite3.connect(":memory:").execute(f"SELECT {WORD}")
            except sqlite3.Error as of:
                raise OSError(28, WORD, WORD) from of
    except OSError as error:
        told = places(error)
    assert WORD not in told
    kinds = re.findall(r"^\w+Error.*", told, flags=re.MULTILINE)
    assert kinds == [
        "JSONDecodeError", "OperationalError (SQLITE_ERROR)", "OSError (No space left on device)",
    ]  # fmt: skip
    assert told.count("in test_places_tell_kinds_and_where_they_come_from\n") == 3


def test_places_of_an_error_that_came_of_itself() -> None:
    """A circle ends."""
    error, other = ValueError(WORD), KeyError(WORD)
    error.__cause__, other.__cause__ = other, error
    assert places(error) == "KeyError\nfrom which came\nValueError"


def test_logs_keep_more_than_one_error(hurting: Path) -> None:
    """A record with an error is a line, and what it adds is indented."""
    try:
        raise ValueError(WORD)
    except ValueError:
        logging.getLogger("assistant.x").exception("something failed")
    lines = logged().splitlines()
    assert lines[0].endswith("something failed")
    assert all(line.startswith("    ") for line in lines[1:])
    assert lines[-1].strip() == "ValueError"
