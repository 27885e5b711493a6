"""``assistant say``: the words of the command line, or the lines of standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from assistant.commands import AS_TURNS, SKILL
from assistant.doors import terminal
from assistant.doors.ending import nobody_reads


@click.command()
@click.argument("text", nargs=-1)
@AS_TURNS
@click.option(
    "--each-alone", is_flag=True, help="Give every line of standard input its own session."
)
@click.option("--session", default="shell", show_default=True, help="The session it goes on with.")
@SKILL
def say(
    text: tuple[str, ...],
    as_json: bool,
    each_alone: bool,
    session: str,
    skill_files: tuple[Path, ...],
) -> None:
    """Answer TEXT once, or every line of standard input.

    Exit code: 0 understood, 1 could not be saved, 3 refused, 4 waits for an answer (say it with the
    next call).
    """
    from assistant.doors.shell import answer_all

    lines = _said(" ".join(text)) if text else standard_input()
    if lines and not as_json:
        lines = _said("\n".join(lines))
    sys.exit(answer_all(lines, None if each_alone else session, as_json, skill_files))


def _said(text: str) -> list[str]:
    """Return the lines of a text that say something, or the one that says nothing."""
    lines = text.splitlines()
    return [line for line in lines if line.strip()] or [""]


def standard_input() -> list[str]:
    """Return the lines of standard input; bytes that are no UTF-8 become replacement marks."""
    if sys.stdin.isatty():
        terminal.aside("Type a request a line, then Ctrl-D.")
    try:
        said = sys.stdin.buffer.read()
    except OSError as error:
        nobody_reads(error)
    return said.decode("utf-8", "replace").splitlines()
