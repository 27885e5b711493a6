"""Skills are found, loaded, reloaded and kept apart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.skill.registry import Registry

DICE = '''
from assistant import Skill

skill = Skill("{name}")


@skill.intent("{sentence}")
def roll() -> str:
    """Roll."""
    return "{answer}"
'''


def write(folder: Path, file: str, text: str) -> Path:
    """Write a file with a date of its own, as an editor would a moment later."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file
    path.write_text(text, encoding="utf-8")
    stamp = path.stat().st_mtime_ns + len(list(folder.iterdir())) * 1_000_000
    os.utime(path, ns=(stamp, stamp))
    return path


def dice(name: str = "dice", sentence: str = "roll a die", answer: str = "four") -> str:
    """Return a skill file's text."""
    return DICE.format(name=name, sentence=sentence, answer=answer)


def look(folder: Path) -> Registry:
    """Return a registry of one user folder."""
    return Registry([("user", folder)], packages=False)


def test_registry_loads_folder(tmp_path: Path) -> None:
    """Every file of the folder becomes a skill."""
    write(tmp_path, "dice.py", dice())

    assert list(look(tmp_path).skills.intents) == ["dice.roll"]


def test_registry_hot_reload(tmp_path: Path) -> None:
    """A new file, a change and a removal are each noticed and told."""
    registry = look(tmp_path)
    path = write(tmp_path, "dice.py", dice())
    assert registry.refresh() == ["The skill dice is ready."]
    assert registry.refresh() == []

    path.write_text(dice(answer="six!"), encoding="utf-8")
    assert registry.refresh() == ["The skill dice is reloaded."]
    assert registry.skills.intents["dice.roll"].function() == "six!"

    path.unlink()
    assert registry.refresh() == ["The skill dice is gone (dice.py was removed)."]
    assert registry.skills.intents == {}


def test_registry_broken_reload_keeps_old_version(tmp_path: Path) -> None:
    """A reload that breaks is told with its line, and the version before goes on working."""
    path = write(tmp_path, "dice.py", dice())
    registry = look(tmp_path)
    path.write_text(dice() + "\n1 / 0\n", encoding="utf-8")

    (notice,) = registry.refresh()

    assert "dice.py:12: ZeroDivisionError" in notice
    assert "goes on working" in notice
    assert registry.skills.intents["dice.roll"].function() == "four"
    assert len(registry.skills.broken) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def (", "broken.py:1"),
        ("import sys\nsys.exit(3)", "broken.py:2: SystemExit"),
        ("x = 1", "found 0 skills"),
        ("from assistant import Skill\ns = Skill('a')", "no intents"),
        ("from assistant import Skill\ns = Skill('a b')", "letters"),
        ("\0", "broken.py"),
    ],
)
def test_registry_broken_file_does_not_stop_the_rest(tmp_path: Path, text: str, told: str) -> None:
    """A file that can't be loaded is listed with its place, the others work."""
    write(tmp_path, "broken.py", text)
    write(tmp_path, "dice.py", dice())

    skills = look(tmp_path).skills

    assert list(skills.intents) == ["dice.roll"]
    assert told in skills.broken[0].message


def test_registry_two_skills_of_one_name(tmp_path: Path) -> None:
    """The error names both files, and the first goes on."""
    write(tmp_path, "a.py", dice())
    write(tmp_path, "b.py", dice(sentence="throw a die"))

    skills = look(tmp_path).skills

    assert len(skills.installed) == 1
    assert "a.py" in skills.broken[0].message
    assert "b.py" in skills.broken[0].message


def test_registry_same_example_in_two_skills(tmp_path: Path) -> None:
    """The same example in two intents is an error that names both."""
    write(tmp_path, "a.py", dice("one"))
    write(tmp_path, "b.py", dice("two"))

    message = look(tmp_path).skills.broken[0].message

    assert "“roll a die”" in message
    assert "one.roll" in message
    assert "two.roll" in message


def test_registry_disabled_skill_is_listed_not_heard(tmp_path: Path) -> None:
    """A skill that is switched off is known but has no intents."""
    write(tmp_path, "dice.py", dice())
    skills = Registry([("user", tmp_path)], disabled=["dice"], packages=False).skills

    assert len(skills.installed) == 1
    assert skills.intents == {}


ROLE = """
from assistant import Skill

skill = Skill("{name}")


@skill.intent("{sentence}", role="cancel")
def leave() -> str:
    \"\"\"Leave it.\"\"\"
    return "left"


@skill.answer(role="heard")
def sure(yes: bool) -> str:
    \"\"\"Go on.\"\"\"
    return "on"
"""


def test_registry_finds_what_has_a_role(tmp_path: Path) -> None:
    """An intent and an answer are found by the role they declare; without one there is none."""
    write(tmp_path, "a.py", ROLE.format(name="talk", sentence="leave it"))
    registry = look(tmp_path)
    found = [registry.skills.role(role) for role in ("cancel", "heard", "teach")]

    assert [each.name if each else None for each in found] == ["talk.leave", "talk.sure", None]

    registry.disable(["talk"])
    assert registry.skills.role("cancel") is None


def test_registry_gives_a_role_to_one_skill(tmp_path: Path) -> None:
    """A second skill with a role that is taken is told so."""
    write(tmp_path, "a.py", ROLE.format(name="one", sentence="leave it"))
    write(tmp_path, "b.py", ROLE.format(name="two", sentence="drop it"))
    skills = look(tmp_path).skills

    assert "the role “cancel” of two.leave belongs to one.leave" in skills.broken[0].message
    assert skills.role("cancel") is skills.intents["one.leave"]
