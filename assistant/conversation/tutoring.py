"""The turns that teach: one before was wrong, or the conversation is to be a test; what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from assistant.conversation import parking
from assistant.conversation.lesson import RECORD, Changed, StoppedError, Teacher, Told
from assistant.conversation.mistaken import Mistaken
from assistant.conversation.replies import Handled, say
from assistant.conversation.situation import TEACHER
from assistant.errors import AssistantError
from assistant.skill.given import Reader
from assistant.turn import Turn
from assistant.understanding.parsers.taught import EXAMPLE

if TYPE_CHECKING:
    from assistant.conversation.handling import Handler
    from assistant.skill.registry import Skills


class Tutoring:
    """Takes the turns that teach, and sees to what is learnt after them."""

    def __init__(self, skills: Skills, mistaken: Mistaken, teacher: Teacher | None) -> None:
        self._skills = skills
        self._mistaken = mistaken
        self._teacher = teacher

    def handled(self, told: Told, act: Callable[[Reader], Handler]) -> Handled | None:
        """Return what came of such a turn, None where it is another one.

        What waited when it began goes on waiting, below what it asks.
        """
        recording = self._skills.role(RECORD)
        if recording is not None and told.meant.intent == recording.name:
            handled = self._recorded(told)
        else:
            handled = self._mistaken.handled(told, act)
        if handled is None:
            return None
        session = told.situation.session
        return parking.with_parked(parking.kept(handled, session.open_question), session)

    def _recorded(self, told: Told) -> Handled | None:
        """Write the conversation down; a question that waits goes on waiting."""
        session = told.situation.session
        if self._teacher is None:
            return None
        try:
            handled = say("answered", self._written(self._teacher, told))
        except StoppedError:
            handled = say("cancelled", "Stopped. Nothing was recorded.")
        except AssistantError as error:
            handled = say("failed", str(error))
        return replace(handled, question=session.open_question)

    def _written(self, teacher: Teacher, told: Told) -> str:
        session = told.situation.session.id
        write = partial(teacher.record, session, told.stop)
        return self._mistaken.once.get(told.said, "", write, held=told.held)

    def followed(
        self, turn: Turn, handled: Handled, changed: Callable[[int, str], Sequence[Changed]]
    ) -> tuple[Turn, bool]:
        """Return a turn once the user's own examples are what it left of them, and if it did.

        ``changed`` tells what a turn changed of what a skill keeps.
        """
        self._mistaken.once.over(turn.utterance)
        shelf = self._skills.role(TEACHER)
        if self._teacher is None or shelf is None or not handled.effects or turn.id < 0:
            return turn, False
        pairs = changed(turn.id, shelf.name.partition(".")[0])
        if not any(EXAMPLE in (each or {}) for pair in pairs for each in pair):
            return turn, False
        return self._teacher.follow(turn, pairs), True
