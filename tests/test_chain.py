"""The chain of parsers: who is asked, when, and how a package's own parser takes part."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant import paths, settings
from assistant.assembly import assemble, templates_only
from assistant.cli import commands
from assistant.conversation.assistant import Assistant
from assistant.doors import news
from assistant.measuring import checks
from assistant.settings import Settings
from assistant.store import opening, store
from assistant.testing import Conversation
from assistant.turn import Session, Situation, Understanding, Utterance
from assistant.turn.hearing import Hearing, Hypothesis
from assistant.understanding.parsers import chain


def whistled(skills: object) -> chain.Parser:
    """Return a parser, as a package would bring one, that understands a whistle."""

    def parse(utterance: Utterance, situation: Situation) -> Understanding | None:
        if utterance.text == "break":
            raise RuntimeError("a stranger's mistake")
        if utterance.text == "nobody's":
            return Understanding("no.such", 1.0)
        return Understanding("clock.now", 1.0) if utterance.text == "fweet" else None

    return parse


def broken(skills: object) -> chain.Parser:
    """Fail before there is a parser."""
    raise RuntimeError("not today")


@pytest.fixture
def packaged(assistant_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    """Return an assistant beside which two packages with parsers are installed."""
    for name, parser in (("broken", "broken"), ("whistle", "whistled")):
        about = tmp_path / "site" / f"pack_{name}-1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Name: pack-{name}\nVersion: 1.0\n", "utf-8")
        entry = f"[{chain.GROUP}]\n{name} = tests.test_chain:{parser}\n"
        (about / "entry_points.txt").write_text(entry, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    trusted = ("pack-broken", "pack-whistle")
    return assemble(Settings(trusted=trusted), model=templates_only())


@pytest.mark.parametrize(
    ("text", "parser", "intent"),
    [
        ("fweet", "whistle", "clock.now"),
        ("what time is it", "template", "clock.now"),
        ("nobody's", "none", None),
        ("break", "none", None),
    ],
)
def test_chain_asks_the_parser_of_a_package(
    packaged: Assistant, text: str, parser: str, intent: str | None
) -> None:
    """It is asked after the examples; where it fails or means no installed intent it is silent."""
    turn = packaged.respond(Utterance(text, datetime.now(UTC)), packaged.open_session("s").id)

    assert (turn.understanding.parser, turn.understanding.intent) == (parser, intent)
    packaged.close()


def test_chain_stops_at_the_first_that_is_sure() -> None:
    """Who comes after is not asked, and each stage's time is told."""
    asked: list[str] = []

    def silent(utterance: Utterance, situation: Situation) -> None:
        asked.append("silent")

    def sure(utterance: Utterance, situation: Situation) -> Understanding:
        asked.append("sure")
        return Understanding("a.b", 1.0)

    links = [chain.Link("one", silent), chain.Link("two", sure), chain.Link("three", silent)]
    now = datetime.now(UTC)
    meant = chain.ask(links, Utterance("x", now), Situation(Session(1, "s", now), now))

    assert asked == ["silent", "sure"]
    assert meant.intent == "a.b"
    assert list(meant.timings) == ["one", "two"]


def test_chain_spoken_words_arrive_understood(
    say: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was chosen for its meaning is not understood a second time."""
    spoken = Hearing((Hypothesis("what time is it", 1.0, "open", 0.9),), datetime.now(UTC))
    utterance = say.assistant.heard(spoken, say.session.id)
    monkeypatch.setattr(chain, "_ask", lambda *_: Understanding(None))

    turn = say.assistant.respond(utterance, say.session.id)

    assert turn.understanding.intent == "clock.now"
    assert turn.outcome == "answered"


def test_chain_a_choice_of_another_session_is_read_anew(say: Conversation) -> None:
    """Where the words come into another session than they were chosen in, that one counts."""
    spoken = Hearing((Hypothesis("what time is it", 1.0, "open", 0.9),), datetime.now(UTC))
    utterance = say.assistant.heard(spoken, say.session.id)
    other = say.assistant.open_session("other")

    turn = say.assistant.respond(utterance, other.id)
    assert (turn.session_id, turn.outcome) == (other.id, "answered")


def test_chain_a_choice_that_is_past_is_read_anew(say: Conversation) -> None:
    """Where something was said since the words were chosen, they mean what they mean now."""
    say("set a timer for 5 minutes")
    spoken = Hearing((Hypothesis("undo", 1.0, "open", 0.9),), datetime.now(UTC))
    utterance = say.assistant.heard(spoken, say.session.id)
    assert utterance.choice is not None
    wrong = replace(utterance.choice.understanding, intent="clock.now")
    past = replace(utterance, choice=replace(utterance.choice, understanding=wrong))
    say("add milk to my shopping list")

    assert say.assistant.respond(past, say.session.id).understanding.intent == "conversation.undo"


def test_chain_a_situation_is_one_look_at_the_store(
    say: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the ears nor a turn open the database again for what is known when it begins."""
    say("add milk to my shopping list")
    opened: list[Path] = []

    def counted(path: Path) -> Any:
        opened.append(path)
        return opening.read_only(path)

    monkeypatch.setattr(store, "read_only", counted)
    assistant, session = say.assistant, say.session.id
    sayable = assistant.sayable(session)
    spoken = Hearing((Hypothesis("what time is it", 1.0, "open", 0.9),), datetime.now(UTC))
    utterance = assistant.heard(spoken, session)
    sayable.complete("what time is it")
    assistant.respond(utterance, session)

    assert opened == []
    assert "milk" in " ".join(sayable.sentences)


def test_chain_runs_no_parser_of_a_package_that_nobody_trusts(
    packaged: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits, and what to do is told: once at an opening, always by those who list it."""
    monkeypatch.setattr(checks, "CHECKS", {"skills": checks.CHECKS["skills"]})
    with closing(assemble(Settings(), model=templates_only())) as assistant:
        told = [each.text for each in news.at_opening(assistant)]
        said = Utterance("fweet", datetime.now(UTC))
        turn = assistant.respond(said, assistant.open_session().id)
        assert turn.understanding.intent is None
        assert sorted(each.rpartition(": ")[2] for each in told) == [
            "if you trust it, assistant skills trust pack-broken.",
            "if you trust it, assistant skills trust pack-whistle.",
        ]
        assert news.at_opening(assistant) == []
    for words in (["skills"], ["doctor"]):
        assert told[0] in CliRunner().invoke(commands, words).output
    settings.save(paths.settings_file(), "trusted", "pack-broken pack-whistle")
    assert "The parser" not in CliRunner().invoke(commands, ["skills"]).output
