"""``assistant skills rights`` and ``trust``, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import settings
from assistant.cli import commands

SKILL = '''
from assistant import Skill
skill = Skill("strange", "Strange things.", needs={"reads": ["FOLDER"]})

@skill.intent("strange file")
def file() -> str:
    """Read a file."""
    return open("FOLDER/secret.txt").read()
'''


@pytest.fixture
def strange(assistant_home: Path, tmp_path: Path) -> Path:
    """Install a skill of the user's that reads a folder."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "secret.txt").write_text("the secret", encoding="utf-8")
    (assistant_home / "skills").mkdir(parents=True)
    code = SKILL.replace("FOLDER", str(folder))
    (assistant_home / "skills" / "strange.py").write_text(code, encoding="utf-8")
    return folder


def run(*words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(commands, [*words])


def test_rights_are_told_given_and_taken_back(strange: Path) -> None:
    """In words, by name, and at once; `say undo` takes the last back too."""
    assert run("skills", "rights").output == f"strange will ask whether it may read {strange}.\n"
    told = run("skills", "rights", "strange", "--allow").output
    assert told == f"strange may read {strange}.\n"
    assert run("say", "strange file").output == "the secret\n"
    told = run("skills", "rights", "strange", "--forbid").output
    assert told == f"strange may not, though it wants to, read {strange}.\n"
    run("say", "undo")
    assert run("skills", "rights").output == f"strange may read {strange}.\n"


def test_rights_of_nobody_are_told(assistant_home: Path) -> None:
    """Without skills of others there is nothing to give; a wrong name is told with the right."""
    assert "only bundled skills" in run("skills", "rights").output
    failed = run("skills", "rights", "timer")
    assert failed.exit_code != 0
    assert "There is no skill “timer” of others; there are: none yet." in str(failed.exception)


def test_trust_is_for_packages_that_are_there(assistant_home: Path) -> None:
    """It is kept in the settings, and taken back."""
    assert run("skills", "trust", "numpy").output == "numpy is trusted, from the next start on.\n"
    path = assistant_home / "settings.toml"
    assert settings.load(path).trusted == ("numpy",)
    assert "no longer trusted" in run("skills", "trust", "numpy", "--no").output
    assert settings.load(path).trusted == ()
    assert "no package “nump”: did you mean “numpy”?" in str(
        run("skills", "trust", "nump").exception
    )
