"""What a door tells at its opening is found out once, and anew where skills say anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import paths
from assistant.doors import news
from assistant.skill.registry import Skills
from assistant.testing import Conversation
from tests.hostile import odd

THEIRS = '''
from assistant import Skill

skill = Skill("theirs")


@skill.intent("note that my {thing}")
def odd(thing: str) -> str:
    """Do something odd."""
    return thing
'''


def test_news_of_covered_examples_are_found_once(
    say: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred skills are not looked through at every start; a changed one is."""
    file = tmp_path / "theirs.py"
    file.write_text(THEIRS, encoding="utf-8")
    say.use(file)
    (told,) = news.at_opening(say.assistant)
    assert "“note that my {thing}” takes what is so worded from “note [down] [that] {text}” of" in (
        told.text
    )

    looked: list[str] = []

    def counted(self: Skills, name: str) -> tuple[str, ...]:
        looked.append(name)
        return ()

    monkeypatch.setattr(Skills, "covered", counted)
    assert news.at_opening(say.reopen().assistant) == [told]
    assert looked == []
    file.write_text(THEIRS.replace("note that my", "jot that my"), encoding="utf-8")
    assert news.at_opening(say.reopen().assistant) == []
    assert "theirs" in looked


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"skills": 1}', b"\xff\xfe"])
def test_news_of_a_damaged_cache_are_found_anew(say: Conversation, content: bytes) -> None:
    """A cache may hold anything, or nothing."""
    paths.cache().mkdir(parents=True, exist_ok=True)
    (paths.cache() / "covered.json").write_bytes(content)
    assert news.at_opening(say.assistant) == []


@pytest.mark.parametrize("what", odd.PLACES)
def test_news_whatever_lies_in_the_cache_s_place(say: Conversation, what: str) -> None:
    """Nobody waits for a pipe at every start."""
    paths.cache().mkdir(parents=True, exist_ok=True)
    odd.PLACES[what](paths.cache() / "covered.json")
    with odd.within(20):
        assert news.at_opening(say.assistant) == []
