"""``assistant voice wake``: whether the wake word will do, and how well it does."""

from __future__ import annotations

import math

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.doors import terminal
from assistant.errors import SpeechError
from assistant.settings import Settings
from assistant.speech.hearing import marks

SUGGESTED = "hey computer"
"""The phrase named where there is none yet."""


@click.command()
@click.argument("phrase", nargs=-1)
@click.option(
    "--mark",
    "kind",
    type=click.Choice(["missed", "false"]),
    help="It did not wake, or it woke though nobody had said so: move the threshold.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def wake(phrase: tuple[str, ...], kind: marks.Kind | None, as_json: bool) -> None:
    """Check the wake word, or PHRASE, against the speech model; tell how often it errs."""
    chosen = settings_file.load(paths.settings_file())
    asked = " ".join(phrase) or chosen.wake_word
    if not asked:
        raise SpeechError(
            f'There is no wake word yet: assistant settings set wake_word "{SUGGESTED}".'
        )
    if kind is not None:
        chosen = _mark(chosen, asked, kind)
    known, warning = _check(asked)
    told = marks.count(paths.home() / marks.FILE, known)
    if as_json:
        terminal.tell_json(_figures(known, told, chosen, warning))
        return
    for line in _lines(known, told, chosen, warning):
        terminal.tell(line)


def _mark(chosen: Settings, phrase: str, kind: marks.Kind) -> Settings:
    """Write a mark down and move the threshold."""
    from assistant.speech.hearing.wake import marked

    path = paths.home() / marks.FILE
    before = marks.count(path, phrase)
    moved = marked(chosen.wake_threshold, kind, before.missed + before.false)
    marks.mark(path, kind, phrase, None, chosen.wake_threshold)
    return settings_file.save(paths.settings_file(), "wake_threshold", f"{moved:.3f}")


def _check(phrase: str) -> tuple[str, str | None]:
    """Return the phrase in the model's spelling, and what is to be said against it."""
    from assistant.measuring.hearing import speech_model
    from assistant.speech.hearing.wake import checked, risky

    known = checked(speech_model(), phrase)
    return known, risky(known)


def _lines(phrase: str, told: marks.Count, chosen: Settings, warning: str | None) -> list[str]:
    lines = [f"“{phrase}” is known to the speech model."]
    lines += [warning] if warning else []
    lines.append(
        f"It wakes from a score of {chosen.wake_threshold:g} on (assistant settings set "
        "wake_threshold: lower is missed less, higher is less often false)."
    )
    if not told.hours:
        return [*lines, f"Nobody has waited for it yet; {told.missed + told.false} marks."]
    lines.append(
        f"In {told.hours:.1f} hours of waiting it was marked missed {told.missed} times and false "
        f"{told.false} times: {told.rate:.2f} false wakes an hour, with 95 % certainty fewer than "
        f"{told.bound:.2f}."
    )
    return lines


def _figures(
    phrase: str, told: marks.Count, chosen: Settings, warning: str | None
) -> dict[str, str | float | None]:
    return {
        "phrase": phrase,
        "threshold": chosen.wake_threshold,
        "hours": round(told.hours, 4),
        "missed": told.missed,
        "false": told.false,
        "false_wakes_an_hour": round(told.rate, 4),
        "false_wakes_an_hour_upper": round(told.bound, 4) if told.bound < math.inf else None,
        "warning": warning,
    }
