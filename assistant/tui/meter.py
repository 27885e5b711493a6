"""The voice in the frame of the prompt: the state, how loud it is, the silence still to pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from textual.content import Content

from assistant.doors.terminal import visible
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.speech.hearing.listener import Mode

Shown = Literal[
    "idle", "opening", "asleep", "listening", "hearing", "thinking", "speaking", "paused"
]
"""What the frame shows: a listener's state, that it is being opened, or that typing paused it."""

SIGNS: dict[Shown, tuple[str, str, str]] = {
    "idle": ("○", "idle", "$foreground-disabled"),
    "opening": ("◔", "opening the microphone", "$foreground-muted"),
    "asleep": ("☾", "asleep", "$text-secondary"),
    "listening": ("●", "listening", "$text-success"),
    "hearing": ("◉", "hearing you", "$text-accent"),
    "thinking": ("◌", "thinking", "$text-warning"),
    "speaking": ("♪", "speaking", "$text-primary"),
    "paused": ("‖", "paused", "$text-warning"),
}
"""Of every state its sign, its words and its colour."""

INVITATIONS: dict[Shown, str] = {
    "listening": "Just talk …",
    "hearing": "Just talk …",
    "asleep": "Say the wake word …",
}
"""What the empty line says while the microphone is open."""

BLOCKS = "▁▂▃▄▅▆▇█"
"""The steps of the meter."""

QUIET, LOUD = -60.0, -12.0
"""Decibels of the lowest and of the highest step."""

WIDE = 70
"""Columns from which there is room for a hint too."""


def meter(decibels: Iterable[float]) -> str:
    """Return one block a level, the newest last."""
    top = len(BLOCKS) - 1
    shares = ((level - QUIET) / (LOUD - QUIET) for level in decibels)
    return "".join(BLOCKS[round(max(0.0, min(1.0, share)) * top)] for share in shares)


def title(shown: Shown, levels: Iterable[float], hint: str, columns: int) -> Content:
    """Return the upper edge: the state, the meter while the microphone is open, and a hint."""
    sign, words, colour = SIGNS[shown]
    parts = [Content.assemble((f"{sign} {words}", colour))]
    if shown in ("listening", "hearing", "asleep"):
        parts.append(Content.styled(meter(levels), colour))
    if hint and columns >= WIDE:
        parts.append(Content.styled(hint, "$foreground-muted"))
    return Content("  ").join(parts)


def silence(left: float, columns: int) -> Content:
    """Return the lower edge: a line that shrinks to nothing while the silence passes."""
    halves = round(max(0.0, min(1.0, left)) * 2 * max(columns - 6, 1))
    return Content.styled("━" * (halves // 2) + "╸" * (halves % 2), "$accent")


def hint(shown: Shown, mode: Mode | None, settings: Settings) -> str:
    """Return what one may do now, with the keys as they are set."""
    talk, free = (
        settings.keys.get(action, usual).upper()
        for action, usual in (("talk", "f4"), ("hands_free", "f5"))
    )
    match shown:
        case "idle":
            return f"{talk} to talk, {free} hands-free"
        case "asleep":
            return visible(f"say “{settings.wake_word}”")
        case "listening":
            return f"hands-free, {free} ends" if mode == "hands_free" else "Esc ends"
        case "hearing":
            return "Enter takes it, Esc drops it"
        case "paused":
            return f"Enter sends, {free} listens"
        case _:
            return "Esc stops"
