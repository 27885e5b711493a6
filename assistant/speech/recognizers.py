"""Recognizers that packages bring.

An entry point of the group ``assistant.recognizers`` names a function that takes the user's
``Settings`` and returns a ``SpeechModel`` (see recognizer.py).
"""

from __future__ import annotations

from typing import Any

from assistant.errors import SpeechError
from assistant.speech.recognizer import SpeechModel

GROUP = "assistant.recognizers"
"""The entry points by which a package brings one."""

OURS = "vosk"
"""The name of the one that is ours."""


def brought(name: str, settings: Any) -> SpeechModel:
    """Return the model of a package's recognizer. Raises SpeechError where there is none."""
    from importlib.metadata import entry_points

    entries = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in entries:
        known = ", ".join(sorted({OURS, *entries}))
        raise SpeechError(
            f"There is no recognizer “{name}”; there are: {known}. Choose one: assistant settings "
            "set recognizer NAME."
        )
    entry = entries[name]
    package = entry.dist.name if entry.dist else "?"
    if package not in settings.trusted:
        raise SpeechError(
            f"The recognizer “{name}” is of the package {package}, and may do all that you may "
            f"once it runs: if you trust it, assistant skills trust {package}."
        )
    other = f"mend it, or: assistant settings set recognizer {OURS}"
    try:
        model = entry.load()(settings)
    except SpeechError:
        raise
    except Exception as error:
        kind = type(error).__name__
        raise SpeechError(
            f"The recognizer “{name}” ({entry.value}) failed ({kind}: {error}): {other}."
        ) from error
    if not isinstance(model, SpeechModel):
        raise SpeechError(f"The recognizer “{name}” ({entry.value}) gives no SpeechModel: {other}.")
    return model
