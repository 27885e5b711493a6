"""``assistant doctor``: every check, and the command that mends what is wrong."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from assistant.doors import terminal

if TYPE_CHECKING:
    from assistant.measuring.checks import Check


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def doctor(as_json: bool) -> None:
    """Check everything the assistant needs, and name the command that mends what is wrong."""
    from assistant.measuring.checks import examine

    found = examine()
    if as_json:
        terminal.tell_json([asdict(check) for check in found], indent=2)
    else:
        for check in found:
            show(check)
    sys.exit(0 if all(check.well for check in found) else 1)


def show(check: Check) -> None:
    """Print a check, and what mends it."""
    terminal.tell(f"{'ok  ' if check.well else 'BAD '} {check.name}: {check.found}")
    if check.mend:
        terminal.tell(f"     mend: {check.mend}")
