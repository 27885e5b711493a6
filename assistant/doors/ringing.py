"""How a door rings: what is due is claimed, told, and settled when it was.

Where the store can't be written (a full disk, another program that holds it) what is due is told
all the same, once, and settled when it can be written again: a door never ends for want of a disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.doors.news import News
from assistant.doors.opening import gone, this_door
from assistant.errors import StoreError

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.skill.given import Alarm

AGAIN = "You may have heard this: {}"
"""What is told of an alarm whose door ended before it said that it had told it."""

AWAY = "While you were away ({:%a %d %b, %H:%M}): {}"


class Ringer:
    """Rings for one door: ``look`` gives what to tell, and ``told`` is called when it was."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._door = this_door()
        self._told: set[str] = set()
        self._unsettled: set[str] = set()
        self._trouble = ""

    def look(self, *, away: bool = False) -> list[News]:
        """Return what rings now, or rang while nobody was there (``away``)."""
        try:
            found = self._assistant.claim(self._door, gone)
        except StoreError as error:
            return self._anyway(str(error))
        self._trouble = ""
        told = self._told | self._unsettled
        known = [each.alarm.id for each in found if each.alarm.id in told]
        self._unsettled.update(known)
        self._told.difference_update(known)
        self._settle_if_possible()
        return [
            _news(each.alarm, again=each.again, away=away)
            for each in found
            if each.alarm.id not in known
        ]

    def told(self, told: Iterable[News]) -> None:
        """Settle what was told; what can't be now is when it can."""
        self._unsettled.update(each.alarm for each in told if each.alarm)
        self._settle_if_possible()

    def _settle_if_possible(self) -> None:
        told = {*self._unsettled}  # another thread may tell more meanwhile
        with suppress(StoreError):
            self._assistant.settle(told)
            self._unsettled -= told

    def _anyway(self, trouble: str) -> list[News]:
        """Return what is due and was not told by this door, and what is wrong, once."""
        news = [] if trouble == self._trouble else [News("notice", trouble)]
        self._trouble = trouble
        try:
            due = self._assistant.store.due(self._assistant.clock.now())
        except StoreError:
            return news
        rings = [_news(each) for each in due if each.id not in self._told]
        self._told.update(each.alarm for each in rings)
        return [*rings, *news]


def _news(alarm: Alarm, *, again: bool = False, away: bool = False) -> News:
    text = AWAY.format(alarm.due, alarm.message) if away else alarm.message
    said = AGAIN.format(text) if again else text
    return News("alarm", said, aloud="" if away else said, alarm=alarm.id)
