"""The docs are true: what is written there runs, leads somewhere, and leaves nothing out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import assistant
from assistant.cli import commands
from assistant.settings import Settings
from assistant.skill.declared import GIVEN, ROLES
from assistant.testing import Conversation
from tests import reference

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
OTHERS = [*(ROOT / "assistant").rglob("*.md"), ROOT / "CHANGELOG.md"]
ALL = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
COMMANDS = dict(reference.every_command())


def named(page: Path) -> str:
    """Return a page's name, for the names of tests."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """Return the code of a page in one language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_docs_first_commands() -> None:
    """The first two commands of the README are make chat and make test."""
    lines = [line.split("#")[0].strip() for line in blocks(README, "sh")[0].splitlines()]
    assert lines == ["make chat", "make test"]


def test_docs_readme_is_read_in_ten_minutes() -> None:
    """The README has some 700 words; what is more stands in the docs."""
    words = [word for word in README.read_text(encoding="utf-8").split() if re.search(r"\w", word)]
    assert 600 <= len(words) <= 800


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_docs_python_runs(
    page: Path, say: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Skills are understood by their examples, tests pass, and anything else runs too."""
    monkeypatch.chdir(tmp_path)
    for code in blocks(page, "python"):
        name = re.search(r'^skill = Skill\("(\w+)"', code, re.MULTILINE)
        if name:
            Path(f"{name[1]}.py").write_text(code, encoding="utf-8")
            say.use(f"{name[1]}.py")
            talk_to(say, name[1])
        space: dict[str, object] = {}
        exec(compile(code, named(page), "exec"), space)
        for told, test in space.items():
            if told.startswith("test_") and callable(test):
                monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / told))
                test(fresh := Conversation())
                fresh.close()


def talk_to(say: Conversation, skill: str) -> None:
    """Say one sentence for every example of a skill; it must be understood as that."""
    from assistant.understanding.parsers.template import spoken

    for intent in say.assistant.skills.intents.values():
        for example in intent.examples if intent.name.startswith(f"{skill}.") else ():
            for sentence in spoken(intent, example):
                turn = say.reopen()(sentence)
                assert turn.understanding.intent == intent.name, sentence
                assert " broke (" not in turn.reply.text


def lines_of(page: Path) -> Iterator[str]:
    """Give what a page tells to type: the lines of its shell blocks, and commands in its text."""
    text = page.read_text(encoding="utf-8")
    for block in blocks(page, "sh"):
        yield from block.splitlines()
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    yield from re.findall(r"`((?:assistant|make|python -m|pip) [^`]+)`", prose)


TYPED = [(named(page), line) for page in PAGES for line in dict.fromkeys(lines_of(page))]


@pytest.mark.parametrize(("page", "line"), TYPED, ids=lambda part: part[:60])
def test_docs_commands_exist(page: str, line: str) -> None:
    """What is to be typed is there: the command, its options, the target, the module."""
    words = shlex.split(line.replace("…", " "), comments=True)
    words = words[: next((i for i, w in enumerate(words) if w in ("<", "|", ">")), None)]
    while words and re.fullmatch(r"[A-Z_]+=\S+", words[0]):
        words.pop(0)
    if not words:
        return
    program, *rest = words
    if program == "assistant":
        parsed(commands, rest)
    elif program == "make":
        targets = re.findall(r"^(\S+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert rest[0] in targets
    elif program == "python":
        path = ROOT.joinpath(*rest[1].split("."))
        assert rest[0] == "-m"
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()
    else:
        assert program in ("pip", "top")


def parsed(command: click.Command, words: list[str]) -> None:
    """Read the words as the command line would. Raises click.UsageError for an unknown option."""
    context = click.Context(command, info_name=command.name, resilient_parsing=True)
    if not isinstance(command, click.Group):
        command.make_parser(context).parse_args(list(words))
        return
    if words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        parsed(found, words[1:])


LINKS = [
    (page, target)
    for page in [*PAGES, *OTHERS]
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("page", "target"), LINKS, ids=lambda p: named(p) if p in PAGES else None)
def test_docs_links_lead_somewhere(page: Path, target: str) -> None:
    """A link leads to a file that is there, and to a heading that is on it."""
    file, _, heading = target.partition("#")
    path = (page.parent / file).resolve() if file else page
    assert path.exists()
    if heading:
        titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        anchors = [re.sub(r"[^\w -]", "", t.lower()).strip().replace(" ", "-") for t in titles]
        assert heading in anchors


def test_docs_reference_is_what_the_code_says() -> None:
    """The reference is as it would be written now (mend: python -m tests.reference)."""
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert page == reference.page(), "write it anew: python -m tests.reference docs/reference.md"


@pytest.mark.parametrize("words", COMMANDS)
def test_docs_every_command_tells_what_it_does(words: str) -> None:
    """Every command is in the docs and has a help, and so has every option."""
    command = COMMANDS[words]
    assert f"`{words}`" in ALL
    assert command.help
    for option in reference.options(command):
        assert option.help, f"{words} {option.opts}"
        for flag in (*option.opts, *option.secondary_opts):
            assert f"`{flag}`" in ALL


def test_docs_commands_that_are_imported_late_are_seen() -> None:
    """The walk over the commands reaches groups that the command line imports when called."""
    tops = {words.split()[1] for words in COMMANDS}

    assert set(commands.list_commands(click.Context(commands))) == tops
    assert {"assistant models get", "assistant train glue", "assistant voice wake"} <= set(COMMANDS)


@pytest.mark.parametrize(
    "name",
    [
        *assistant.__all__,
        *(given.__name__ for given in GIVEN),
        *(slot.name for slot in reference.slot_types()),
        *ROLES,
        *Settings.__dataclass_fields__,
        *reference.GROUPS,
    ],
)
def test_docs_every_name_is_told(name: str) -> None:
    """Every public name, type, role, setting and entry point is in the docs."""
    assert f"`{name}`" in ALL


def test_docs_names_are_told_beside_the_reference() -> None:
    """What a skill author imports is not only listed: the page on skills tells of it."""
    page = (ROOT / "docs" / "skills.md").read_text(encoding="utf-8")
    skipped = [name for name in assistant.__all__ if not re.search(rf"\b{name}\b", page)]

    assert skipped == []


def test_docs_every_setting_has_a_docstring() -> None:
    """Each setting is explained beside its definition."""
    assert list(reference.told_settings()) == list(Settings.__dataclass_fields__)


@pytest.mark.parametrize("name", assistant.__all__)
def test_docs_every_public_name_has_a_docstring(name: str) -> None:
    """What skill authors import explains itself."""
    assert getattr(assistant, name).__doc__


def test_docs_every_variable_of_the_environment_is_told() -> None:
    """What the package reads from the environment by our name is in the docs."""
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "assistant").rglob("*.py"))
    names = set(re.findall(r"environ\.get\(\W*(ASSISTANT_\w+)", code))
    names |= set(re.findall(r'^\w+ = "(ASSISTANT_\w+)"', code, re.MULTILINE))

    assert names
    assert names <= set(reference.VARIABLES)
    assert all(f"`{name}`" in ALL for name in reference.VARIABLES)


@pytest.mark.parametrize("name", [p.stem for p in (ROOT / "skills").glob("*.py")])
def test_docs_every_bundled_skill_is_in_the_changelog(name: str) -> None:
    """Every bundled skill is announced."""
    assert name in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [p.name for p in (ROOT / "data").iterdir() if p.is_dir()])
def test_docs_every_set_tells_its_licence_and_making(folder: str) -> None:
    """Each folder of data has a README: what, licence, how made; and stands in the index."""
    told = (ROOT / "data" / folder / "README.md").read_text(encoding="utf-8")

    assert "Licence:" in told
    assert "How made:" in told
    assert f"`{folder}/`" in (ROOT / "data" / "README.md").read_text(encoding="utf-8")
