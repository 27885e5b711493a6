"""How a recording that was written down is shown: as text, JSON or subtitles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant import files
from assistant.doors import terminal
from assistant.errors import AssistantError
from assistant.measuring.scribes import Written

if TYPE_CHECKING:
    from assistant.turn.hearing import Word

Form = Literal["txt", "json", "srt", "vtt"]
"""How it is written, as the ending of a file."""

NOTHING = "(nothing was heard)"


def text_of(words: Sequence[Word]) -> str:
    """Return words with blanks between."""
    return " ".join(word.text for word in words)


def told(file: str, written: Written) -> dict[str, Any]:
    """Return it as it is printed as JSON: ``text`` and ``words`` are as they were said."""
    return {
        "file": file,
        "text": text_of(written.said),
        "words": [asdict(word) for word in written.said],
        "alternatives": [asdict(other) for other in written.alternatives],
        "seconds": round(written.seconds, 3),
        "realtime_factor": round(written.realtime_factor, 4),
        "written": text_of(written.words),
        "english": written.english,
    }


def formed(written: Written, form: Form, *, said: bool) -> str:
    """Return it as text or subtitles, in as many lines as that takes."""
    from assistant.speech.dictation.subtitles import as_srt, as_vtt, cues

    words = written.said if said else written.words
    if form == "txt":
        return text_of(words)
    found = cues(words, written.seconds)
    return as_srt(found) if form == "srt" else as_vtt(found)


def places(recordings: Sequence[str], folder: Path, form: Form) -> dict[str, Path]:
    """Return where each recording is written. Raises AssistantError where two are the same."""
    found = {each: folder / f"{Path(each).stem or each}.{form}" for each in recordings}
    names = [path.name.casefold() for path in found.values()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise AssistantError(f"Two recordings would be written to {folder / twice}: do one by one.")
    return found


def save(path: Path, text: str) -> None:
    """Write a file. Raises AssistantError."""
    try:
        files.write(path, text.rstrip("\n") + "\n")
    except OSError as error:
        raise AssistantError(f"{path} can't be written ({error.strerror}): check it.") from error


def show(result: dict[str, Any], text: str, several: bool) -> None:
    """Print a text, its file only where there are several, and what was made of it."""
    text = text or NOTHING
    terminal.tell(f"{result['file']}: {text}" if several else text)
    if "understanding" not in result:
        return
    meant = result["understanding"]
    slots = ", ".join(f"{slot['name']}={slot['value']}" for slot in meant["slots"])
    intent = meant["intent"] or "not understood"
    taken = f"took “{result['taken']}”: " if result["taken"] != result["text"] else ""
    terminal.tell(f"    {taken}{intent} ({meant['confidence']:.2f}){': ' + slots if slots else ''}")
