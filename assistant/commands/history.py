"""``assistant history``: read, search, export and forget what was said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from assistant import paths
from assistant.doors import terminal
from assistant.errors import StoreError
from assistant.turn import Turn

if TYPE_CHECKING:
    from assistant.store import Store


@click.group(invoke_without_command=True)
@click.pass_context
def history(context: click.Context) -> None:
    """Read, search, export or forget what was said."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@history.command("list")
@click.option("--session", help="Only the session of this name.")
@click.option("--limit", default=20, show_default=True, help="How many turns.")
def list_(session: str | None = None, limit: int = 20) -> None:
    """Show the newest turns."""
    with _store() as store:
        for summary in reversed(_sessions(store, session)):
            turns = store.turns(summary, limit)
            for turn in turns:
                _print(turn)


@history.command()
@click.argument("query")
def search(query: str) -> None:
    """Find turns whose words match QUERY."""
    with _store() as store:
        turns = store.search(query)
        for turn in turns:
            _print(turn)
    if not turns:
        terminal.tell(f"Nothing was said about “{query}”.")


@history.command()
@click.option("--session", help="Only the session of this name.")
def export(session: str | None) -> None:
    """Print every turn as JSON, one a line."""
    with _store() as store:
        chosen = _sessions(store, session) if session else [None]
        for each in chosen:
            for row in store.export(each):
                terminal.tell_json(row)


@history.command()
@click.option("--session", help="Forget the session of this name.")
@click.option("--before", type=click.DateTime(), help="Forget what was said before this moment.")
@click.option("--all", "everything", is_flag=True, help="Forget every turn.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(session: str | None, before: datetime | None, everything: bool, yes: bool) -> None:
    """Forget turns for good; they are gone from the file too."""
    if not (session or before or everything):
        raise click.UsageError("Say what to forget: --session, --before or --all.")
    if not yes:
        terminal.confirm("Forget this for good?")
    moment = before.astimezone() if before else None
    with _store() as store:
        chosen = _sessions(store, session) if session else [None]
        count = sum(store.forget(each, moment) for each in chosen)
    terminal.tell(f"Forgot {count} turn{'' if count == 1 else 's'}.")


def _sessions(store: Store, name: str | None) -> list[int]:
    found = [s.id for s in store.sessions(limit=10_000) if name in (None, s.name)]
    if name and not found:
        raise StoreError(f"There is no session called “{name}”; see assistant history list.")
    return found


def _print(turn: Turn) -> None:
    terminal.tell(f"{turn.utterance.heard_at:%Y-%m-%d %H:%M}  you: {turn.utterance.text}")
    terminal.tell(f"{'':16}  {turn.reply.text}", lines=True)


@contextmanager
def _store() -> Iterator[Store]:
    from assistant.store import Store

    store = Store.open(paths.database())
    try:
        yield store
    finally:
        store.close()
