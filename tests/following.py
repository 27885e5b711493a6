"""Follows a talk: sentences with patterns of their replies, and minutes that pass between them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.skill.history import History
from assistant.testing import Conversation


def follow(say: Conversation, talk: Iterable[tuple[str, str]]) -> None:
    """Say each sentence; its reply must hold the pattern. "+5" lets minutes pass, and ring."""
    for sentence, told in talk:
        if sentence.startswith("+"):
            say.clock.advance(minutes=int(sentence))
            say.ring()
            continue
        reply = say(sentence).reply.text
        assert re.search(told, reply, re.DOTALL), f"{sentence} -> {reply}"


def changes(say: Conversation) -> list[str]:
    """Return the sentences that changed something and still do, newest first."""
    history = History(say.session.id, say.assistant.store.reader())
    return [turn.utterance.text for turn in history.changes() if turn.outcome != "undone"]
