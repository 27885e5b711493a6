"""``assistant doctor``: every check, and the command that mends what is wrong."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from assistant import paths
from assistant.doors import terminal
from assistant.errors import StoreError

if TYPE_CHECKING:
    from assistant.measuring.checks import Check


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@click.option("--recover", is_flag=True, help="Save what can be read of a damaged database.")
def doctor(as_json: bool, recover: bool) -> None:
    """Check everything the assistant needs, and name the command that mends what is wrong."""
    if recover:
        _recover()
        return
    from assistant.measuring.checks import examine

    found = examine()
    if as_json:
        terminal.tell_json([asdict(check) for check in found], indent=2)
    else:
        for check in found:
            show(check)
    sys.exit(0 if all(check.well for check in found) else 1)


def _recover() -> None:
    from assistant.store import recovering

    path = paths.database()
    if not path.exists():
        raise StoreError(f"There is no database {path}: there is nothing to recover.")
    found = recovering.recover(path, datetime.now(UTC).astimezone())
    if found is None:
        terminal.tell(f"The database {path} is whole: there is nothing to recover.")
        return
    told = ", ".join(f"{count} {table}" for table, count in found.saved.items() if count)
    terminal.tell(f"Saved {told}. The file as it was is kept in {found.aside}.")


def show(check: Check) -> None:
    """Print a check, and what mends it."""
    terminal.tell(f"{'ok  ' if check.well else 'BAD '} {check.name}: {check.found}")
    if check.mend:
        terminal.tell(f"     mend: {check.mend}")
