"""A spoken conversation with ``assistant listen``, through the virtual microphone, written down."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.listening import LISTENING, Listening
from tests.virtual_microphone import VirtualMicrophone

BREATH = 0.6
"""Seconds between the end of a reply and the next sentence."""


@dataclass(frozen=True)
class Line:
    """What is said, and the pattern of what must be answered; ``over`` talks over the reply."""

    said: str
    answer: str
    over: bool = False


CONVERSATION = (
    Line("set a timer for ten minutes", r"Timer set for 10 minutes"),
    Line("no, twenty", r"Timer set for 20 minutes"),
    Line("how much time is left on my timer", r"left"),
    Line("add milk to my shopping list", r"(?i)milk"),
    Line("add bread to my shopping list", r"(?i)bread"),
    Line("what's on my shopping list", r"(?is)milk.*bread"),
    Line("clear my shopping list", r"Take all 2"),
    Line("yes", r"empty now"),
    Line("what can you do", r"."),
    Line("what time is it", r"It is \d", over=True),
    Line("who won the football game last night", r"I can't help with that"),
    Line("cancel all timers", r"cancelled"),
    Line("thank you", r"You're welcome"),
)
"""A timer, a correction, list items, a yes, an interruption and a refusal among thirteen turns."""


def hold(
    door: Listening,
    microphone: VirtualMicrophone,
    lines: Sequence[Line] = CONVERSATION,
    voice: str = "en-us",
    speed: int = 140,
) -> list[str]:
    """Say one line after the other, each when it listens again; return what was not answered so."""
    wrong = []
    door.wait_for(LISTENING)
    for number, line in enumerate(lines):
        after = len(door.lines)
        quick = number + 1 < len(lines) and lines[number + 1].over
        microphone.speak(line.said, voice, speed)
        door.wait_for("assistant: ", after)
        door.wait_for(LISTENING, after)
        if not quick:
            microphone.wait_for_silence()
        if not re.search(line.answer, reply(door, after)):
            wrong.append(f"“{line.said}”: {reply(door, after)}")
        time.sleep(BREATH)
    return wrong


def reply(door: Listening, after: int) -> str:
    """Return the reply that came after a line: until the next state or words."""
    start = next(i for i, line in enumerate(door.lines[after:]) if line.startswith("assistant: "))
    lines = door.lines[after + start :]
    end = next((i for i, line in enumerate(lines) if i and line == LISTENING), len(lines))
    return "\n".join(lines[:end]).removeprefix("assistant: ")
