"""What a door tells at its opening is found out once, and anew where skills say anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import files, paths
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
    assistant = say.reopen().assistant
    assert news.at_opening(assistant) == []
    assert news.in_the_way(assistant.skills, assistant.settings) == [told.text]
    assert looked == []
    file.write_text(THEIRS.replace("note that my", "jot that my"), encoding="utf-8")
    assert news.at_opening(say.reopen().assistant) == []
    assert "theirs" in looked


def test_news_of_covered_examples_are_told_once_for_each_content(say: Conversation) -> None:
    """Other skills that come and go tell nothing anew; a changed file does, and a lost cache."""
    folder, told = paths.user_skills(), []
    folder.mkdir(parents=True)
    theirs, other = folder / "theirs.py", folder / "other.py"
    theirs.write_text(THEIRS, encoding="utf-8")
    for change in ("", "other", "", "other", "changed", "", "lost"):
        other.unlink(missing_ok=True)
        if change == "other":
            code = THEIRS.replace("theirs", "other").replace("my", "our")
            other.write_text(code, encoding="utf-8")
        if change == "changed":
            theirs.write_text(THEIRS + "\n# changed\n", encoding="utf-8")
        if change == "lost":
            (paths.cache() / "covered.json").unlink()
        found = [each.text for each in news.at_opening(say.reopen().assistant)]
        told.append([Path(each.partition(":")[0]).stem for each in found])
    assert told == [["theirs"], ["other"], [], [], ["theirs"], [], ["theirs"]]


def test_news_are_told_each_time_where_none_can_be_kept(
    say: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather too often than never."""
    file = tmp_path / "theirs.py"
    file.write_text(THEIRS, encoding="utf-8")
    say.use(file)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write", full)
    assert len(news.at_opening(say.assistant)) == 1
    assert len(news.at_opening(say.assistant)) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"skills": 1}', b'{"skills": 1, "told": [5], "said": {}}', b"\xff\xfe"],
)
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
