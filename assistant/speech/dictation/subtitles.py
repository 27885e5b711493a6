"""Words with their times as subtitles, and those as SubRip (``.srt``) and WebVTT (``.vtt``).

At most two lines of 42 signs, one to seven seconds, as is usual (Netflix' and the BBC's guides).
Where they end is the cheapest of all ways: at the ends of sentences and clauses, and in pauses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.turn.hearing import Word

WIDTH, LINES = 42, 2

SHORTEST, LONGEST = 1.0, 7.0
"""Seconds of a subtitle."""

SENTENCE, CLAUSE = tuple(".?!"), tuple(",;:—–")
"""Marks at the end of a word after which a subtitle ends well."""

PAUSE = 0.4
"""Seconds without a word at which it ends well too."""

EACH = 1.0
"""What a subtitle costs; those below are added by its end or its length."""

AFTER_CLAUSE, AFTER_WORD, HASTY, WITHIN = 0.5, 3.0, 20.0, 2.0
"""What it costs to end after a clause, or between words, to be too short, to have a sentence end
within it. It costs nothing to end after a sentence."""


@dataclass(frozen=True)
class Cue:
    """One subtitle: seconds from the beginning of the sound, and its lines."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues(words: Sequence[Word], seconds: float) -> list[Cue]:
    """Return the subtitles of the words of so many seconds of sound."""
    pieces = [piece for word in words for piece in _pieces(word)]
    ends = _ends(pieces)
    found: list[Cue] = []
    for first, last in zip([0, *ends], ends, strict=False):
        said = pieces[first:last]
        start = said[0].start
        end = min(max(said[-1].end, start), start + LONGEST)
        found.append(Cue(start, end, _lines(_text(said))))
    return _lasting(found, seconds)


def as_srt(found: Sequence[Cue]) -> str:
    """Return subtitles as a SubRip file."""
    return "\n".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{_shown(cue)}\n"
        for number, cue in enumerate(found, start=1)
    )


def as_vtt(found: Sequence[Cue]) -> str:
    """Return subtitles as a WebVTT file, as the W3C has it."""
    marks = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    escaped = (
        replace(cue, lines=tuple("".join(marks.get(s, s) for s in line) for line in cue.lines))
        for cue in found
    )
    blocks = (
        f"\n{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{_shown(cue)}\n" for cue in escaped
    )
    return "WEBVTT\n" + "".join(blocks)


def _shown(cue: Cue) -> str:
    return "\n".join(cue.lines)


def _clock(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def _pieces(word: Word) -> Iterator[Word]:
    """Yield a word, or the parts of one that is too long for a line, with their share of time."""
    parts = [word.text[i : i + WIDTH] for i in range(0, len(word.text), WIDTH)]
    step = (word.end - word.start) / max(len(parts), 1)
    for i, part in enumerate(parts):
        yield replace(word, text=part, start=word.start + i * step, end=word.start + (i + 1) * step)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _ends(words: Sequence[Word]) -> list[int]:
    """Return after how many words each subtitle ends: the cheapest way to all of them."""
    cost, before = [0.0], [0]
    for last in range(1, len(words) + 1):
        costs = {first: cost[first] + more for first, more in _ways(words, last)}
        best = min(costs, key=lambda first: costs[first])
        cost.append(costs[best])
        before.append(best)
    found: list[int] = []
    place = len(words)
    while place:
        found.append(place)
        place = before[place]
    return found[::-1]


def _ways(words: Sequence[Word], last: int) -> Iterator[tuple[int, float]]:
    """Yield the first words with which a subtitle that ends before ``last`` may begin, and cost."""
    following = words[last].start if last < len(words) else words[last - 1].end + SHORTEST
    ended = 0.0 if last == len(words) else _ending(words[last - 1], following)
    within = 0.0
    for first in range(last - 1, -1, -1):
        said = words[first:last]
        if first < last - 1:
            within += WITHIN * words[first].text.endswith(SENTENCE)
            if said[-1].end - said[0].start > LONGEST or not _lines(_text(said)):
                return
        hasty = HASTY * max(SHORTEST - (following - said[0].start), 0.0)
        yield first, EACH + ended + within + hasty


def _ending(word: Word, following: float) -> float:
    """Return what it costs to end after a word."""
    if word.text.rstrip("\"'”’)").endswith(SENTENCE):
        return 0.0
    return (
        AFTER_CLAUSE if word.text.endswith(CLAUSE) or following - word.end > PAUSE else AFTER_WORD
    )


def _lines(text: str) -> tuple[str, ...]:
    """Return a text in lines, the two as even as they can be; () where it is too long for them."""
    if len(text) <= WIDTH:
        return (text,)
    if len(text) > LINES * WIDTH + 1:
        return ()
    places = [i for i, sign in enumerate(text) if sign == " "]
    fit = [i for i in places if i <= WIDTH and len(text) - i - 1 <= WIDTH]
    if not fit:
        return ()
    best = min(
        fit, key=lambda i: abs(2 * i - len(text)) - 12 * text[:i].endswith((*SENTENCE, *CLAUSE))
    )
    return text[:best], text[best + 1 :]


def _lasting(found: Sequence[Cue], seconds: float) -> list[Cue]:
    """Let each last long enough to be read, as far as there is room before the next one."""
    lasting: list[Cue] = []
    for i, cue in enumerate(found):
        room = found[i + 1].start if i + 1 < len(found) else seconds
        end = max(min(max(cue.end, cue.start + SHORTEST), room), cue.start)
        start = cue.start
        if end - start < SHORTEST:  # what was before it makes room
            earliest = lasting[-1].start + SHORTEST if lasting else 0.0
            start = min(max(end - SHORTEST, earliest), start)
            if lasting and lasting[-1].end > start:
                lasting[-1] = replace(lasting[-1], end=start)
        lasting.append(replace(cue, start=start, end=end))
    return lasting
