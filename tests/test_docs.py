"""What the README says is true, and everything a user can reach is in it."""

from __future__ import annotations

import ast
import dataclasses
import itertools
import re
from pathlib import Path

import click
import pytest

import assistant
from assistant.cli import commands
from assistant.settings import Settings
from assistant.testing import Conversation

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def every_command(
    group: click.Group = commands, before: str = ""
) -> list[tuple[str, click.Command]]:
    """Return every command with the words that reach it."""
    found: list[tuple[str, click.Command]] = []
    for name, command in group.commands.items():
        found.append((f"{before}{name}", command))
        if isinstance(command, click.Group):
            found += every_command(command, f"{before}{name} ")
    return found


def test_docs_first_commands() -> None:
    """The first two commands of the README are make chat and make test."""
    block = re.search(r"```sh\n(.*?)```", README, re.DOTALL)
    assert block is not None
    lines = [line.split("#")[0].strip() for line in block[1].splitlines()]
    assert lines == ["make chat", "make test"]


def test_docs_skill_of_the_readme_runs(say: Conversation, tmp_path: Path) -> None:
    """The skill printed in the README works as printed, and so does its test."""
    skill, test = CODE
    path = tmp_path / "dice2.py"
    path.write_text(skill, encoding="utf-8")
    assert say.use(path)("throw 4 twenty sided bones").understanding.intent == "dice2.throw"
    space: dict[str, object] = {}
    exec(test.replace('"dice2.py"', repr(str(path))), space)
    run = space["test_throw"]
    assert callable(run)
    run(say)


@pytest.mark.parametrize(("words", "command"), every_command())
def test_docs_every_command_has_help(words: str, command: click.Command) -> None:
    """Every command says what it does, and every option too."""
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{words} {parameter.opts}"


@pytest.mark.parametrize("name", [name for name, _ in every_command() if " " not in name])
def test_docs_every_command_is_in_the_readme(name: str) -> None:
    """Every top command is named in the README."""
    assert f"assistant {name}" in README


@pytest.mark.parametrize("name", [p.stem for p in (ROOT / "skills").glob("*.py")])
def test_docs_every_bundled_skill_is_in_the_changelog(name: str) -> None:
    """Every bundled skill is announced."""
    assert name in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_docs_every_setting_has_a_docstring() -> None:
    """Each setting is explained beside its definition."""
    tree = ast.parse((ROOT / "assistant" / "settings.py").read_text(encoding="utf-8"))
    body = next(n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Settings")
    told = [
        field.target.id
        for field, after in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(after, ast.Expr)
    ]
    assert told == [field.name for field in dataclasses.fields(Settings)]


@pytest.mark.parametrize("name", assistant.__all__)
def test_docs_every_public_name_has_a_docstring(name: str) -> None:
    """What skill authors import explains itself."""
    assert getattr(assistant, name).__doc__


def test_docs_given_types_and_slot_types_are_in_the_readme() -> None:
    """The README names every type a skill function may ask for."""
    from assistant.skill.declared import GIVEN

    for given in GIVEN:
        assert f"`{given.__name__}`" in README
    for slot in ("int", "float", "bool", "str", "date", "time", "datetime", "timedelta", "Enum"):
        assert f"`{slot}`" in README


@pytest.mark.parametrize("folder", [p.name for p in (ROOT / "data").iterdir() if p.is_dir()])
def test_docs_every_set_tells_its_licence_and_making(folder: str) -> None:
    """Each folder of data has a README: what, licence, how made; and stands in the index."""
    told = (ROOT / "data" / folder / "README.md").read_text(encoding="utf-8")

    assert "Licence:" in told
    assert "How made:" in told
    assert f"`{folder}/`" in (ROOT / "data" / "README.md").read_text(encoding="utf-8")
