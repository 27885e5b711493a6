"""A wake word that was missed or false is marked: its threshold moves, and how it does is told."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from assistant import paths
from assistant import settings as settings_file
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.speech.hearing.marks import Count


def mark(
    settings: Settings, kind: Literal["missed", "false"], score: float | None
) -> tuple[Settings, str]:
    """Write a mark down, move and save the threshold; return the settings and what to tell.

    ``score`` is that of the last wake. Raises SpeechError or SettingsError where nothing can be
    written.
    """
    from assistant.speech.hearing import marks
    from assistant.speech.hearing.wake import marked

    path, phrase = paths.home() / marks.FILE, settings.wake_word
    before = marks.count(path, phrase)
    threshold = marked(settings.wake_threshold, kind, before.missed + before.false)
    marks.mark(path, kind, phrase, score if kind == "false" else None, settings.wake_threshold)
    settings_file.save(paths.settings_file(), "wake_threshold", f"{threshold:.3f}")
    told = f"Marked as {kind}: “{phrase}” must reach {threshold:.2f} now"
    return (
        replace(settings, wake_threshold=threshold),
        f"{told}{rate(marks.count(path, phrase))}.",
    )


def rate(count: Count) -> str:
    """Return the measured false wakes for the end of a sentence."""
    if not count.hours or math.isinf(count.bound):
        return ""
    return (
        f"; {count.false} false in {count.hours:.1f} hours of waiting, "
        f"so fewer than {count.bound:.1f} an hour"
    )
