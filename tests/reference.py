"""Writes every name a user can meet: ``python -m tests.reference docs/reference.md``."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

import assistant
from assistant.cli import commands
from assistant.settings import ALLOWED, RANGES, Settings
from assistant.skill.declared import GIVEN, ROLES

if TYPE_CHECKING:
    from assistant.language.values import SlotType

ROOT = Path(__file__).parent.parent

HEAD = """# Reference

Every command, setting, key and name there is. This page is written from the code by
`python -m tests.reference docs/reference.md`; a test fails where it is no longer true.
The other pages tell what they are good for.
"""

VARIABLES = {
    "ASSISTANT_HOME": "the folder of everything that is yours",
    "VOSK_MODEL": "the folder of a speech model, which goes before that of the settings",
    "ASSISTANT_ENGINE": "what runs the encoders: `native` or `numpy`",
    "ASSISTANT_ISA": "the kernel of the native engine, one that `assistant doctor` tells",
    "ASSISTANT_THREADS": "threads of the native engine; else one a core, at most eight",
    "ASSISTANT_SHARED": "for tests and recipes: a folder that holds `datasets/`",
}
"""What is read from the environment by people's wish."""

GROUPS = {
    "assistant.skills": "an object of the class `Skill`",
    "assistant.parsers": "a function of the installed `Skills` that returns a parser, itself a "
    "function of an utterance and the situation that returns an `Understanding`, or None",
    "assistant.recognizers": "a function of the `Settings` that returns a speech model, whose "
    "`recognizer` takes 16 kHz sound and gives words with their times",
}
"""The entry points by which a package brings something, and what each names."""


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Give every command with the words that reach it, those imported late too."""

    def below(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            yield f"{before}{name}", command
            if isinstance(command, click.Group):
                yield from below(command, f"{before}{name} ")

    return below(commands, "assistant ")


def options(command: click.Command) -> list[click.Option]:
    """Return the options of a command."""
    return [each for each in command.params if isinstance(each, click.Option)]


def told_settings() -> dict[str, str]:
    """Return what is said of each setting beside its definition."""
    tree = ast.parse((ROOT / "assistant" / "settings.py").read_text(encoding="utf-8"))
    body = next(n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Settings")
    return {
        field.target.id: str(after.value.value)
        for field, after in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
    }


def slot_types() -> list[SlotType]:
    """Return how each kind of value that may be heard is read."""
    from assistant.language.values import KNOWN

    return list(KNOWN.values())


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """Return a table of markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def one_command(words: str, command: click.Command) -> str:
    """Return a command with its arguments, help and options."""
    told = " ".join(inspect.cleandoc(command.help or "").split())
    rows = ((_flags(each), each.help or "") for each in options(command))
    flags = f"\n\n{table(('option', 'what it does'), rows)}" if options(command) else ""
    return f"{'##' + '#' * words.count(' ')} `{words}`\n\n{_arguments(command)}{told}{flags}"


def _arguments(command: click.Command) -> str:
    """Return what stands behind the name of a command, and where it does."""
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    told = " ".join(each.make_metavar(click.Context(command)) for each in arguments)
    return f"Then `{told}`. " if told else ""


def _flags(option: click.Option) -> str:
    names = " ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    if isinstance(option.type, click.Choice):
        return f"{names} {' or '.join(str(each) for each in option.type.choices)}"
    return f"{names} {option.type.name.upper().replace(' RANGE', '')}"


def settings() -> str:
    """Return the table of settings."""
    told = told_settings()
    rows = (
        (f"`{each.name}`", _default(each), _allowed(each.name), told[each.name])
        for each in dataclasses.fields(Settings)
    )
    return table(("setting", "at first", "allowed", "what it is"), rows)


def _default(each: dataclasses.Field[object]) -> str:
    value = getattr(Settings(), each.name)
    return f"`{value}`" if value not in ("", (), {}) else "none"


def _allowed(name: str) -> str:
    if name in ALLOWED:
        return ", ".join(f"`{each}`" for each in ALLOWED[name])
    return "{:g} to {:g}".format(*RANGES[name]) if name in RANGES else "any"


def keys() -> str:
    """Return the table of the chat's keys."""
    from textual.binding import Binding

    from assistant.tui.app import ChatApp
    from assistant.tui.keys import PROMPT

    bound = [each for each in ChatApp.BINDINGS if isinstance(each, Binding)]
    rows = [(f"`{each.key}`", each.description, f"`keys.{each.id}`") for each in bound]
    rows += [(f"`{key}`", does, "") for key, does in PROMPT]
    return table(("key", "what it does", "setting that moves it"), iter(rows))


def names() -> str:
    """Return the tables for those who write skills."""
    public = ((f"`{each}`", _first(getattr(assistant, each))) for each in assistant.__all__)
    slots = (
        (f"`{each.name}`", ", ".join(f"“{wording}”" for wording in each.examples))
        for each in slot_types()
    )
    given = ((f"`{each.__name__}`", _first(each)) for each in GIVEN)
    roles = ((f"`{name}`", does) for name, does in ROLES.items())
    groups = ((f"`{name}`", does) for name, does in GROUPS.items())
    parts = [
        ("Names of the package `assistant`", table(("name", "what it is"), public)),
        ("Types of what is heard", table(("annotation", "for instance"), slots)),
        ("Types of what is given", table(("annotation", "what it is"), given)),
        ("Roles", table(("role", "what it makes a function"), roles)),
        ("Entry points", table(("group", "each names"), groups)),
    ]
    return "\n\n".join(f"### {title}\n\n{body}" for title, body in parts)


def _first(thing: object) -> str:
    return (inspect.getdoc(thing) or "").splitlines()[0].replace("``", "`")


def page() -> str:
    """Return the whole page."""
    every = "\n\n".join(one_command(words, command) for words, command in every_command())
    variables = ((f"`{name}`", does) for name, does in VARIABLES.items())
    parts = [
        HEAD.strip(),
        f"## Commands\n\nEach also takes `--help`; `assistant` itself `--version`.\n\n{every}",
        f"## Settings\n\n`assistant settings set NAME VALUE` changes one.\n\n{settings()}",
        f"## Keys of the chat\n\n{keys()}",
        f"## For skills\n\n{names()}",
        f"## Variables of the environment\n\n{table(('variable', 'what it names'), variables)}",
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
