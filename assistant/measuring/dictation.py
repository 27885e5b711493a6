"""How well recordings are written down: words wrong, words invented, and when words were said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from assistant.measuring import recordings
from assistant.measuring.results import Evaluation, Mistake
from assistant.measuring.scribes import Scribe, Written, scribe

if TYPE_CHECKING:
    from assistant.measuring.sound.alignment import Slips
    from assistant.turn.hearing import Word

MOST_WORDS = 150
"""Words of a text that are brought to one form at once."""

SHOWN = 40
"""Mistakes that are shown, at most."""


@dataclass
class _Count:
    """What was found so far."""

    slips: list[Slips] = field(default_factory=list)
    seconds: float = 0.0
    spent: float = 0.0
    silent: float = 0.0
    invented: int = 0
    doubted: int = 0
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def dictation(
    test: Path,
    model: str,
    vosk: bool,
    times: bool,
    most: int | None = None,
    tell: Callable[[str], object] = lambda _line: None,
) -> Evaluation:
    """Write recordings down and compare them with their transcripts.

    With ``times`` Vosk hears them too, and the times of the words that both heard are compared.
    Raises AssistantError.
    """
    asked = recordings.read(test, most)
    writer = scribe(model, vosk=vosk)
    other = scribe("", vosk=True) if times else None
    count = _Count()
    for number, recording in enumerate(asked, start=1):
        written = _written(writer, recording.path)
        _take(count, recording.path.name, recording.transcript, written)
        if other is not None:
            _compare(count, written.said, _written(other, recording.path).said)
        tell(f"{number} of {len(asked)} recordings")
    return Evaluation(
        f"Dictation of {test.parent.name}/{test.name}",
        {"recordings": len(asked), **_figures(count)},
        mistakes=tuple(sorted(count.mistakes, key=lambda m: -m.confidence)[:SHOWN]),
        weight="share of wrong words",
    )


def _written(writer: Scribe, path: Path) -> Written:
    from assistant.speech.capture.source import FileSource

    source = FileSource(path)
    return writer.write(source.frames(), None, lambda _at, _begun: None, alternatives=False)


def _take(count: _Count, name: str, transcript: str | None, written: Written) -> None:
    from assistant.measuring.sound.alignment import slips

    count.seconds += written.seconds
    count.spent += written.realtime_factor * written.seconds
    count.doubted += not written.english
    text = " ".join(word.text for word in written.words)
    if not transcript:
        if transcript is not None:
            count.silent += written.seconds
            count.invented += len(written.words)
        return
    found = slips(list(_alike(transcript)), list(_alike(text)))
    count.slips.append(found)
    if found.rate:
        count.mistakes.append(Mistake(name, transcript, text, round(found.rate, 4)))


def _alike(text: str) -> Iterator[str]:
    """Yield the words that a text of any length is compared by."""
    from assistant.language.alike import alike

    words = text.split()
    for first in range(0, len(words), MOST_WORDS):
        yield from alike(" ".join(words[first : first + MOST_WORDS]))


def _compare(count: _Count, ours: Sequence[Word], theirs: Sequence[Word]) -> None:
    """Note by how many seconds the times of the words differ that both heard."""
    from assistant.measuring.sound.alignment import aligned

    pairs = aligned([word.text for word in ours], [word.text for word in theirs])
    i = j = 0
    for one, other in pairs:
        if one is not None and one == other:
            count.starts.append(abs(ours[i].start - theirs[j].start))
            count.ends.append(abs(ours[i].end - theirs[j].end))
        i += one is not None
        j += other is not None


def _figures(count: _Count) -> dict[str, float]:
    from assistant.measuring.sound.alignment import Slips

    told: dict[str, Any] = {}
    if count.slips:
        whole = sum(count.slips, Slips())
        told |= {
            "wer": round(whole.rate, 4),
            "words": whole.words,
            "substitutions": whole.substitutions,
            "insertions": whole.insertions,
            "deletions": whole.deletions,
        }
    if count.silent:
        told |= {
            "seconds_without_words": round(count.silent, 1),
            "words_invented": count.invented,
        }
    if count.starts:
        told |= {
            "words_compared": len(count.starts),
            "start_apart_ms": round(1000 * median(count.starts)),
            "end_apart_ms": round(1000 * median(count.ends)),
        }
    told |= {
        "doubted": count.doubted,
        "seconds": round(count.seconds, 1),
        "realtime_factor": round(count.spent / max(count.seconds, 0.001), 4),
    }
    return told
