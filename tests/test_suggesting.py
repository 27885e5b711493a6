"""Drafts of skills for what was refused: grouped by meaning, valid, and never over a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from assistant import paths
from assistant.cli import commands
from assistant.skill.loading import Installed, load
from assistant.teaching.drafting import draft
from assistant.testing import Conversation
from assistant.understanding.learning.grouping import groups

SPANISH = [f"translate {word} into spanish" for word in ("dog", "thank you", "good morning")]
LAMP = ["turn the lamp on for 10 minutes", "turn the lamp on for half an hour"]

BOIL = ["boil an egg and wake me at 7 am", "boil the rice and wake me at 8 am"]
POLISH = ["polish my boots and wake me at 7 am", "polish a shoe and wake me at 8 am"]


def suggest(*options: str) -> str:
    """Run the command; return what it told."""
    told = CliRunner().invoke(commands, ["skills", "suggest", *options])
    assert told.exit_code == 0, (told.output, told.exception)
    return told.output


@pytest.fixture
def missed(say: Conversation) -> Conversation:
    """Give a talk that was refused much, just now."""
    say.clock.at = datetime.now(UTC).astimezone()
    for text in (*SPANISH, *LAMP, "play the violin", "what time is it"):
        say(text)
    say.close()
    return say


def test_suggest_drafts_what_was_refused(missed: Conversation, tmp_path: Path) -> None:
    """Each group is a file that loads and is understood; what is alone or was understood is not."""
    folder = tmp_path / "drafts"
    told = suggest("--out", str(folder))
    assert "Said 3 times" in told
    assert "Said 2 times" in told
    assert "violin" not in told
    found = {path.name: path for path in folder.glob("*.py")}
    assert len(found) == 2
    spanish = next(path for path in found.values() if "spanish" in path.read_text())
    assert '"translate {what} into spanish",' in spanish.read_text()
    lamp = next(path for path in found.values() if "lamp" in path.read_text())
    assert "length: timedelta | None = None" in lamp.read_text()
    say = missed.use(*found.values())
    turn = say("translate cat into spanish")
    assert turn.understanding.slots[0].value == "cat"
    assert "draft" in turn.reply.text
    assert say("turn the lamp on for 3 minutes").understanding.slots[0].name == "length"


@pytest.mark.slow
def test_suggest_is_quiet_about_what_is_there(missed: Conversation) -> None:
    """Once the drafts are skills nothing of them is suggested any more."""
    paths.user_skills().mkdir(parents=True)
    suggest("--out", str(paths.user_skills()))
    assert len([*paths.user_skills().glob("*.py")]) == 2
    forgotten = CliRunner().invoke(commands, ["history", "forget", "--about", "violin", "--yes"])
    assert forgotten.exit_code == 0, forgotten.output  # so that nothing has to be learnt anew
    assert suggest().startswith("Nothing to suggest")


@pytest.mark.slow
def test_suggest_prints_without_a_folder(missed: Conversation) -> None:
    """And writes nothing; as many as are wanted."""
    told = suggest("--most", "1")
    assert "@skill.intent(" in told
    assert told.count("Said") == 1
    assert not paths.user_skills().exists()


@pytest.mark.slow
def test_suggest_writes_over_nothing(missed: Conversation, tmp_path: Path) -> None:
    """A file that is there stays as it was, which is told."""
    suggest("--out", str(tmp_path))
    before = {path: path.read_text() for path in tmp_path.glob("*.py")}
    told = CliRunner().invoke(commands, ["skills", "suggest", "--out", str(tmp_path)])
    assert "is there already" in str(told.exception)
    assert {path: path.read_text() for path in tmp_path.glob("*.py")} == before


@pytest.fixture
def offered(say: Conversation) -> Conversation:
    """Give a talk in which it was asked what was meant, in vain and not."""
    say.listen_freely()
    say.clock.at = datetime.now(UTC).astimezone()
    for text, answer in (*((each, "never mind") for each in BOIL), *((p, "yes") for p in POLISH)):
        assert "Did you mean “wake me at" in say(text).reply.text
        say(answer)
    return say


def test_suggest_counts_what_was_offered_in_vain(offered: Conversation) -> None:
    """“Did you mean …?” is a refusal, unless that was what was meant."""
    since = datetime.now(UTC) - timedelta(days=1)
    assert offered.assistant.store.missed(since, 50) == [*reversed(BOIL)]


@pytest.mark.slow
def test_suggest_drafts_what_was_offered_in_vain(offered: Conversation) -> None:
    """It is drafted as what was refused is."""
    offered.close()
    told = suggest()
    assert "boil" in told
    assert "polish" not in told


def test_suggest_nothing(say: Conversation) -> None:
    """Told in a sentence, also where all is too old."""
    say("play the violin")
    say("play the violin")
    say.close()
    told = suggest("--days", "30")
    assert told == (
        "Nothing to suggest: in the last 30 days nothing was refused again and again.\n"
    )


@pytest.mark.parametrize(
    "sentences",
    [
        SPANISH,
        LAMP,
        ['say "hi" \\ to {him}', 'say "bye" \\ to {him}'],
        ["класс раз", "класс два"],
        ["5", "6"],
        ["class import", "class return"],
        ["x" * 300, "y y y"],
    ],
)
def test_draft_is_valid_python_that_loads(sentences: list[str], tmp_path: Path) -> None:
    """Whatever was said."""
    made = draft(sentences, {"class"})
    path = tmp_path / f"{made.name}.py"
    path.write_text(made.text, encoding="utf-8")
    loaded = load("file", path)
    assert isinstance(loaded, Installed), loaded
    assert loaded.skill.name == made.name


def test_draft_takes_no_name_that_is_taken() -> None:
    """Of a skill, or a word of Python."""
    first = draft(LAMP, set()).name
    assert draft(LAMP, {first}).name == f"{first}_2"


def test_groups_by_average_linkage() -> None:
    """Near ones are joined, the largest first; a chain of pairs is not one group."""
    angles = np.radians([0, 5, 10, 90, 95, 180])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert groups(vectors, 0.9) == [[0, 1, 2], [3, 4], [5]]
    assert groups(vectors[:0], 0.9) == []
    chain = np.radians([0, 40, 80, 120])
    vectors = np.stack([np.cos(chain), np.sin(chain)], axis=1).astype(np.float32)
    assert groups(vectors, 0.75) == [[0, 1], [2, 3]]


@pytest.mark.slow
def test_suggest_drafts_nothing_that_was_taught(missed: Conversation) -> None:
    """By “when I say … I mean …”, which is no example of any skill."""
    for text in SPANISH:
        missed(f"when i say {text} i mean what time is it")
    missed.close()
    told = suggest()
    assert "spanish" not in told
    assert "lamp" in told
