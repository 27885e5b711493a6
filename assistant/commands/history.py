"""``assistant history``: read, search, export and forget what was said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from assistant import paths
from assistant.doors import terminal
from assistant.errors import AssistantError, StoreError
from assistant.turn import Turn

if TYPE_CHECKING:
    from assistant.store import Forgotten, Store


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
@click.option("--last", type=click.IntRange(min=1), help="Forget the last so many minutes.")
@click.option("--about", help="Forget everything about this word or person, what is kept too.")
@click.option("--all", "everything", is_flag=True, help="Forget every turn.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(
    session: str | None,
    before: datetime | None,
    last: int | None,
    about: str | None,
    everything: bool,
    yes: bool,
) -> None:
    """Forget for good: no byte of it is left in the database, its log, copies, caches or the log.

    Turns go, and with --about also what skills keep, alarms and reminders.
    """
    if not (session or before or last or (about and about.strip()) or everything):
        raise click.UsageError("Say what to forget: --session, --before, --last, --about or --all.")
    from assistant.store import What

    with _store() as store:
        again = store.owes_wiping()
        if again:
            _leave_nothing(store, "")
        chosen = _sessions(store, session, may_lack=again) if session else None
        since = datetime.now(UTC) - timedelta(minutes=last) if last else None
        moment = before.astimezone() if before else None
        what = What(chosen, since, moment, (about or "").strip())
        if not yes:
            counted = _counted(store.would_forget(what))
            asked = f"Forget {counted} for good{_with_it(what.about)}?"
            terminal.confirm(asked, "Nothing was forgotten.")
        terminal.tell(f"Forgot {_counted(store.forget(what))}.")
        _leave_nothing(store, what.about)


def _leave_nothing(store: Store, word: str) -> None:
    """Take what was forgotten, all without a word, out of every file: first from what nobody holds.

    Where this is stopped the next time begins with it. What keeps the user's own examples as they
    are is raised once all else is done.
    """
    from assistant.doors import traces
    from assistant.store import Spelling

    says, failed = Spelling(word) if word else None, None
    dropped = traces.forget(says)
    try:
        dropped += traces.forget_examples(says) if says else []
    except AssistantError as error:
        failed = error
    if dropped:
        terminal.tell(f"Dropped with it, as they held it: {' and '.join(dropped)}.")
    store.wipe(lambda: terminal.tell(WAITING))
    if failed is not None:
        raise failed


def _with_it(word: str) -> str:
    """Return what goes with it, as the end of a question."""
    from assistant.doors import traces
    from assistant.store import Spelling

    told = traces.going(Spelling(word) if word else None)
    return f", and with it {' and '.join(told)}" if told else ""


WAITING = "Another program still reads what was: waiting until it is done."


def _counted(found: Forgotten) -> str:
    kinds = {"turn": found.turns, "kept thing": found.kept, "alarm": found.alarms}
    told = [f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in kinds.items() if n]
    return ", ".join(told) or "nothing"


def _sessions(store: Store, name: str | None, *, may_lack: bool = False) -> list[int]:
    found = [s.id for s in store.sessions(limit=10_000) if name in (None, s.name)]
    if name and not found and not may_lack:
        raise StoreError(f"There is no session called “{name}”; see assistant history list.")
    return found


def _print(turn: Turn) -> None:
    at = f"{turn.id:>5}  {turn.utterance.heard_at:%Y-%m-%d %H:%M}"
    terminal.tell(f"{at}  you: {turn.utterance.text}")
    terminal.tell(f"{'':{len(at)}}  {turn.reply.text}", lines=True)


@contextmanager
def _store() -> Iterator[Store]:
    from assistant.store import Store

    store = Store.open(paths.database())
    try:
        yield store
    finally:
        store.close()
