"""What is forgotten is gone: no byte of it is left in any file of the home."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import paths
from assistant.cli import commands
from assistant.store import backups
from assistant.testing import Conversation
from assistant.turn import Utterance

WORD = "zanzibar"


def left(word: str = WORD) -> list[str]:
    """Return the files of the home that have a word: in any case, escaped, in any encoding."""
    files = [each for each in paths.home().rglob("*") if each.is_file()]
    forms = spellings(word)
    return [each.name for each in files if any(form in each.read_bytes().lower() for form in forms)]


def spellings(word: str) -> set[bytes]:
    """Return the bytes a word may be in a file as."""
    texts = {unicodedata.normalize(form, word) for form in ("NFC", "NFD")}
    for _ in range(3):
        texts |= {json.dumps(text, ensure_ascii=plain)[1:-1] for text in texts for plain in (0, 1)}
        texts |= {repr(text)[1:-1] for text in texts}
    cased = {form for text in texts for form in (text, text.lower(), text.upper())}
    encodings = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
    return {form.encode(name).lower() for form in cased for name in encodings}


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


@pytest.mark.parametrize(
    "how", [("--session", "test"), ("--last", "10000000"), ("--before", "2030-01-01")]
)
def test_forget_lets_go_what_is_asked(say: Conversation, how: tuple[str, str]) -> None:
    """A question that waits holds the words that it was put for."""
    assert say(f"remind me to call {WORD}").outcome == "asked"
    say.close()
    forget(*how)
    assert left() == []


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


ODD = [
    'zan"zibar', "zan\\zibar", "\\\\zan\\zibar", "zan\nzibar", "/zan\tzibar/", "zan\u2028zibar",
    "zänzibär", "za\u0308nzibar", "zan😀zibar", "zan'zibar", "zan%zi_bar", "Straße", "занзибар",
]  # fmt: skip

SAID = [
    "note that {} is an island",
    "remember that my cat is called {}",
    "add {} to my shopping list",
    "clear my shopping list",
    "remind me to call {} at 5 pm",
    "set a {} timer for 5 minutes",
    "cancel all reminders",
    "{0} {0} {0}",
]


@pytest.mark.parametrize("word", ODD)
def test_forget_about_a_word_however_it_is_written(say: Conversation, word: str) -> None:
    """Quotes, backslashes, ends of lines, letters of all scripts stand escaped in what is kept."""
    say("note that the sea is blue")
    for text in SAID:
        say(text.format(word))
    backups.back_up(paths.database(), paths.home() / "backups" / "assistant-2026-11-29.db")
    say.close()
    odd = [json.dumps({"said": word}), json.dumps(word, ensure_ascii=False), repr(word), word]
    paths.log_file().write_text("\n".join(["a line", *odd, "another line"]), encoding="utf-8")
    paths.log_file().with_name("assistant.log.1").write_text(f"older {word}\n", encoding="utf-8")
    (paths.cache() / "slots").mkdir(parents=True, exist_ok=True)
    for name in ("utf-8", "utf-16-le", "utf-32-le"):
        (paths.cache() / "slots" / name).write_bytes(b"\0\1" + word.encode(name))
    (paths.cache() / "other").write_text("the sea")
    assert len(left(word)) > 4

    forget("--about", word)

    assert left(word) == []
    assert (paths.cache() / "other").exists()
    assert "the sea is blue" in say("my notes").reply.text.lower()


def test_forget_takes_of_what_is_kept_only_what_is_about_it(say: Conversation) -> None:
    """Of lists and tables one entry, of records the whole one; what can't be read goes too."""
    say("note that the sea is blue")
    say.close()
    ages = {"Anna": 30, "Zanzibar": 31, "Ben": 32}
    kept = {
        ("s", "ages"): (ages, {"Anna": 30, "Ben": 32}),
        ("s", "phones"): ({"a": "zanzibar 1", "b": "2"}, {"b": "2"}),
        ("s", "only"): ({"zanzibar": 1}, None),
        ("s", "deep"): ({"x": {"y": ["a", "zanzibar", None]}}, {"x": {"y": ["a", None]}}),
        ("s", "empty"): ({"x": [], "zanzibar": {}}, {"x": []}),
        ("s", "records"): (
            [{"who": "Zanzibar", "what": "tea"}, {"who": "Ben", "what": "milk"}],
            [{"who": "Ben", "what": "milk"}],
        ),
        ("s", "record"): ({"name": "trip", "to": ["zanzibar"], "on": "2026-12-01"},
            {"name": "trip", "to": [], "on": "2026-12-01"}),
        ("t", "1"): ({"one": "zanzibar", "two": "a"}, None),
        ("t", "2"): ({"one": "b", "two": "c"}, {"one": "b", "two": "c"}),
        ("t", "ZANZIBAR"): ({"one": "b", "two": "c"}, None),
        ("notes", "7"): ({"text": "zanzibar", "at": "2026-11-29T10:00:00+00:00"}, None),
    }  # fmt: skip
    with closing(sqlite3.connect(paths.database())) as db:
        for (skill, key), (value, _) in kept.items():
            row = [skill, key, json.dumps(value)]
            db.execute("INSERT INTO memory (skill, key, value) VALUES (?, ?, ?)", row)
        db.execute("INSERT INTO memory VALUES ('s', 'broken', '{\"zanzibar')")
        db.commit()

    forget("--about", WORD)

    with closing(sqlite3.connect(paths.database())) as db:
        rows = db.execute("SELECT skill, key, value FROM memory WHERE skill IN ('s', 't')")
        there = {(skill, key): json.loads(value) for skill, key, value in rows}
    assert there == {k: after for k, (_, after) in kept.items() if after is not None}
    assert (
        say("my notes").reply.text.endswith("The sea is blue")
        or "sea" in say("my notes").reply.text
    )


def test_forget_finds_no_word_in_the_names_of_fields(say: Conversation) -> None:
    """How a turn is written is no word of the user's."""
    say("note that the sea is blue")
    say.close()
    for word in ("utterance", "confidence", "heard_at"):
        assert forget("--about", word).startswith("Forgot nothing.")


@pytest.mark.parametrize("given", [["--session", "s"], ["--all"], ["--about", WORD]])
def test_forget_said_again_does_what_was_left(
    say: Conversation, monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    """A wait that failed leaves no copies, and the next time no byte, whatever it is asked for."""
    from assistant.store import forgetting

    monkeypatch.setattr(forgetting, "WAIT", 0.3)
    assistant = say.assistant
    session = assistant.open_session("s")
    assistant.respond(Utterance(f"note that {WORD} is far", say.clock()), session.id)
    path: Path = say.assistant.store._path
    backups.back_up_daily(path, date(2026, 11, 29))
    say.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM turns").fetchone()
        told = CliRunner().invoke(commands, ["history", "forget", "--yes", *given])
        assert "still on the disk" in str(told.exception)
        assert backups.copies(path) == []
        assert left()
    backups.back_up_daily(path, date(2026, 11, 30))
    paths.log_file().write_text(f"a line about {WORD}\n")

    forget(*given)

    kept = {"assistant.db"} if given[0] != "--about" else set()  # the note itself stays
    assert {*left()} == kept
    assert backups.copies(path) == []


def test_forget_names_the_copies_before_it_asks(say: Conversation) -> None:
    """They go with it, so the question says which; those half made go too."""
    say(f"note that {WORD} is far")
    say.close()
    for day in (28, 29):
        backups.back_up_daily(paths.database(), date(2026, 11, day))
    half = paths.home() / "backups" / ".assistant-2026-11-30.db.1.part"
    half.write_text(WORD)
    (paths.home() / "assistant.db.work").mkdir()
    (paths.home() / "assistant.db.work" / "old.db").write_text(WORD)
    asked = ["history", "forget", "--about", WORD]
    told = CliRunner().invoke(commands, asked, input="n\n").output
    for name in ("assistant-2026-11-28.db", "assistant-2026-11-29.db"):
        assert name in told
    assert len(backups.copies(paths.database())) == 2
    forget("--about", WORD)
    assert left() == []


def test_forget_takes_all_else_where_examples_can_not_be_read(say: Conversation) -> None:
    """No byte is left elsewhere, and it is told what to mend, to say it again."""
    say(f"note that {WORD} is far")
    say.close()
    paths.log_file().write_text(f"a line about {WORD}\nanother line\n")
    paths.user_examples().mkdir()
    told = CliRunner().invoke(commands, ["history", "forget", "--yes", "--about", WORD])
    assert told.exit_code != 0
    assert "examples" in str(told.exception)
    assert left() == []
    paths.user_examples().rmdir()
    paths.user_examples().write_text(f"a.b: to {WORD}\n")
    assert "lines of your examples" in forget("--about", WORD)
    assert left() == []
