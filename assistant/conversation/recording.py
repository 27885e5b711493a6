"""How a turn ends: it is recorded, or its reply says why not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.conversation.replies import Handled
from assistant.errors import AssistantError, StoreError, UnsureError
from assistant.turn import Reply, Session, Situation, Turn, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.store import Transaction

log = logging.getLogger(__name__)


def recorded(
    transaction: Transaction,
    utterance: Utterance,
    session: Session,
    meant: Understanding,
    handled: Handled,
) -> Turn:
    """Commit the turn with its effects; where that fails nothing has happened, and is said."""
    done = handled.reply, handled.outcome, handled.effects, handled.question
    try:
        return transaction.record(session, utterance, meant, *done)
    except AssistantError as error:
        return unsaved(utterance, session, meant, handled, error)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        told = StoreError(f"what the skill wants kept is nothing that can be ({error}).")
        return unsaved(utterance, session, meant, handled, told)


def acknowledged(transaction: Transaction, turn: Turn) -> Turn:
    """Return a recorded turn once it is on the disk, or what its reply says where that fails."""
    try:
        transaction.settle()
    except UnsureError as error:
        log.warning("the disk did not take a turn", exc_info=error)
        return replace(turn, id=-1, reply=Reply(str(error)), outcome="failed")
    return turn


def followed(turn: Turn, follow: Callable[[], tuple[Turn, bool]]) -> tuple[Turn, bool]:
    """Return what follows a turn that is kept; where that fails the turn stays, and it is said."""
    try:
        return follow()
    except AssistantError as error:
        log.warning("what follows a turn failed", exc_info=error)
        note = f"This is kept, but I could not bring your own examples up to it: {error}"
        said = replace(turn.reply, text=f"{turn.reply.text}\n\n({note})")
        return replace(turn, reply=said), False


def unsaved(
    utterance: Utterance,
    session: Session,
    meant: Understanding,
    handled: Handled,
    error: AssistantError,
) -> Turn:
    """Return a turn that could not be recorded, which its reply says."""
    log.warning("a turn could not be saved", exc_info=error)
    said = handled.reply if not handled.effects else Reply("Nothing was changed.")
    if str(error) not in said.text:
        said = replace(said, text=f"{said.text}\n\nThis could not be saved: {error}")
    return Turn(-1, session.id, utterance, meant, said, "failed")


def as_chosen(utterance: Utterance, now: Situation) -> Utterance:
    """Return spoken words with what they were chosen for, unless that was in another situation."""
    if utterance.choice is None:
        return utterance
    then = utterance.choice.situation
    same = (then.session, then.last, then.taught) == (now.session, now.last, now.taught)
    return utterance if same else replace(utterance, choice=None)
