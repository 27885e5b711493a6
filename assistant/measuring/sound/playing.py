"""How well speech is cut out of a stream: recordings played with gaps, with pauses, and noise.

Three questions: is any word clipped, is any sentence cut in two, is noise taken for speech? The
stream goes through the gate, the endpointer and an open recognizer, as in the listener.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from assistant.measuring.sound.clips import OTHER, SPEECH, Clip, clips, model_at, word_times
from assistant.speech.hearing.ears import Ears
from assistant.speech.hearing.endpointing import Decision, Endpointer, Preroll
from assistant.speech.hearing.gate import Gate, load_silero
from assistant.speech.recognizer import SpeechModel
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES, Frame
from assistant.turn.hearing import Sayable, Word

GAPS = (0.3, 2.0)
"""Seconds between two recordings, least and most."""

PAUSES = (0.3, 0.8)
"""Seconds of a pause put into a sentence, least and most."""

HISS = 12
"""Greatest sample of the noise in gaps and pauses."""

SURE = 0.5
"""The probability from which a frame of a recording is speech, for its first and last one."""

Complete = Callable[[str], bool]

Timed = dict[Clip, list[Word]]
"""Recordings with the times of their words, none where these are not known."""


@dataclass(frozen=True)
class Stretch:
    """Frames that were taken as one: from ``first`` up to ``last``, what was heard, and why."""

    first: int
    last: int
    words: str
    decision: Decision


def stretches(model: SpeechModel, frames: Iterable[Frame], sayable: Sayable) -> list[Stretch]:
    """Return what is taken out of a stream; one that is open at the end is closed there."""
    gate, endpointer, preroll, ears = Gate(), Endpointer(), Preroll(), Ears(model)
    endpointer.expect(sayable)
    taken: list[Stretch] = []
    words, first, number = "", 0, -1
    for number, frame in enumerate(frames):
        preroll.push(frame)
        if endpointer.speaking:
            words = ears.accept(preroll.take()[-1])
        decision = endpointer.feed(gate(frame), words)
        if decision is not None and decision.kind == "start":
            kept = preroll.take()
            first = number + 1 - len(kept)
            words = [ears.accept(each) for each in kept][-1]
        elif decision is not None:
            taken.append(Stretch(first, number, _words(ears), decision))
            words = ""
    if endpointer.speaking:
        end = Decision("end", "the stream ended", 0.0, number * FRAME_SECONDS)
        taken.append(Stretch(first, number, _words(ears), end))
    return taken


def _words(ears: Ears) -> str:
    return ears.finish(datetime.now(UTC)).text


def measure_endpoints(
    folder: Path, model: Path, most: int | None = None, complete: Complete | None = None
) -> dict[str, Any]:
    """Measure endpointing on the recordings of a folder. Raises SpeechError.

    ``complete`` tells a whole command; without it, these are the transcripts of the folder.
    """
    spoken = clips(folder, SPEECH, most)
    whole = {clip.transcript for clip in clips(folder, SPEECH)}
    sayable = Sayable(complete=complete or whole.__contains__)
    ears = model_at(model)
    timed = {clip: word_times(ears, clip.transcript, clip.frames()) for clip in spoken}
    return {
        "clipping": measure_clipping(ears, timed, sayable),
        "pauses": measure_pauses(ears, timed, sayable),
        "longest_pauses": measure_pauses(ears, timed, sayable, (PAUSES[1], PAUSES[1])),
        "noise": {
            name: measure_noise(ears, clips(folder, (name,), most), sayable) for name in OTHER
        },
    }


def measure_clipping(model: SpeechModel, timed: Timed, sayable: Sayable) -> dict[str, Any]:
    """Play all recordings in one stream, with gaps of hiss or of zeros, and look for lost words.

    A word is clipped where any part of it (by its times) lies outside what was taken; a recording,
    where the first or last two frames that the detector is sure of do.
    """
    chance = random.Random(1)
    order = chance.sample(list(timed), len(timed))
    stream: list[Frame] = []
    begins: list[int] = []
    for clip in order:
        stream += hush(chance, chance.uniform(*GAPS), chance.choice((0, HISS)))
        begins.append(len(stream))
        stream += clip.frames()
    stream += hush(chance, GAPS[1], HISS)
    taken = stretches(model, stream, sayable)
    kept = (each for each in taken if each.decision.kind != "noise")
    heard = {number for each in kept for number in range(each.first, each.last + 1)}
    lost = [_lost(c, timed[c], b, heard) for c, b in zip(order, begins, strict=True)]
    kinds = [each.decision.kind for each in taken]
    return {
        "recordings": len(order),
        "seconds": round(len(stream) * FRAME_SECONDS, 1),
        "words": sum(each["words"] for each in lost),
        "words_clipped": sum(each["words_clipped"] for each in lost),
        "recordings_clipped": sum(each["clipped"] for each in lost),
        "which": [str(c.path.name) for c, each in zip(order, lost, strict=True) if any_lost(each)],
        "ends": kinds.count("end"),
        "limits": kinds.count("limit"),
        "noises": kinds.count("noise"),
    }


def any_lost(lost: dict[str, int]) -> bool:
    """Tell whether anything of a recording was clipped."""
    return bool(lost["words_clipped"] or lost["clipped"])


def _lost(clip: Clip, words: list[Word], begin: int, heard: set[int]) -> dict[str, int]:
    """Count what of a recording was not taken. ``begin`` is its first frame in the stream."""
    frames = clip.frames()
    network = load_silero()
    sure = [network(frame) >= SURE for frame in frames]
    spoken = [number for number in range(1, len(sure)) if sure[number - 1] and sure[number]]
    edges = {spoken[0] - 1, spoken[-1]} if spoken else set()
    return {
        "words": len(words),
        "words_clipped": sum(not _frames_of(word, begin) <= heard for word in words),
        "clipped": not {begin + edge for edge in edges} <= heard,
    }


def _frames_of(word: Word, begin: int) -> set[int]:
    """Return the frames of which more than half lies within a word."""
    first, last = round(word.start / FRAME_SECONDS), round(word.end / FRAME_SECONDS)
    return set(range(begin + first, begin + max(last, first + 1)))


def measure_pauses(
    model: SpeechModel,
    timed: Timed,
    sayable: Sayable,
    lengths: tuple[float, float] = PAUSES,
) -> dict[str, Any]:
    """Put a pause into each sentence where it is unfinished, and count those cut there.

    A sentence is unfinished after a word when it has more words and those so far are no whole
    command. The pause stands at such a place, drawn by chance, between two words by their times.
    """
    chance = random.Random(2)
    cut: list[str] = []
    tried = 0
    for clip, words in timed.items():
        place = _place(chance, words, sayable.complete)
        if place is None:
            continue
        frames = clip.frames()
        before, at = place
        pause = hush(chance, chance.uniform(*lengths), HISS)
        number = round(at / FRAME_SECONDS)
        after = hush(chance, 3.0, HISS)
        stream = [*frames[:number], *pause, *frames[number:], *after]
        tried += 1
        span = (number - 2, number + len(pause) + 2)
        cuts = (s for s in stretches(model, stream, sayable) if span[0] <= s.last <= span[1])
        cut += [f"{clip.path.name}: {before} … “{s.words}”, {s.decision.reason}" for s in cuts]
    share = round(len(cut) / tried, 4) if tried else 0.0
    return {"sentences": tried, "cut": len(cut), "share": share, "which": cut}


def _place(
    chance: random.Random, words: Sequence[Word], complete: Complete
) -> tuple[str, float] | None:
    """Return the words before a pause and its time in seconds, or None where none may stand."""
    places = []
    for number, (word, following) in enumerate(pairwise(words), start=1):
        before = " ".join(each.text for each in words[:number])
        if not complete(before):
            places.append((before, (word.end + following.start) / 2))
    return chance.choice(places) if places else None


def measure_noise(model: SpeechModel, silent: list[Clip], sayable: Sayable) -> dict[str, Any]:
    """Count the stretches of noise that reach the recognizer, and those in which it hears words."""
    taken: list[Stretch] = []
    seconds = 0.0
    for clip in silent:
        frames = clip.frames()
        seconds += len(frames) * FRAME_SECONDS
        after = hush(random.Random(3), 2.5, HISS)
        taken += stretches(model, [*frames, *after], sayable)
    acted = [each for each in taken if each.words and each.decision.kind != "noise"]
    return {
        "seconds": round(seconds, 1),
        "stretches": len(taken),
        "with_words": len(acted),
        "words": [each.words for each in acted],
    }


def hush(chance: random.Random, seconds: float, most: int) -> list[Frame]:
    """Return so many seconds of hiss, ``most`` being its greatest sample; 0 gives zeros."""
    sample = partial(chance.randint, -most, most)
    return [
        b"".join(sample().to_bytes(2, "little", signed=True) for _ in range(SAMPLES))
        for _ in range(round(seconds * RATE / SAMPLES))
    ]
