"""One measurement of ``assistant bench voice`` in a process of its own; prints it as JSON."""

from __future__ import annotations

import argparse
import ctypes
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.measuring.bench_voice import on_one_core

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.measuring.sound.clips import Clip
    from assistant.speech.recognizer import SpeechModel
    from assistant.turn.hearing import Hearing

SETS = ("assistant_real", "espeak_synthetic")
"""Sets of recordings that a voice assistant hears."""

LOOPED = ("assistant_real", "espeak_synthetic", "barista", "nonspeech", "babble_made")
"""Sets that are listened to for an hour."""

EARLY = 0.1
"""After every such share of the time memory is looked at, first when all were heard once."""

ENDPOINTS = "assistant.speech.hearing.endpointing"
"""The log in which the end of speech is told."""


class _Mallinfo(ctypes.Structure):
    """``struct mallinfo2`` of glibc."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def factor(asked: argparse.Namespace) -> dict[str, Any]:
    """Measure the CPU seconds of all ears for a second of sound."""
    from assistant.measuring.hearing import Hearer, second_model, understander

    cores = on_one_core()
    clips = _clips(asked.sounds, SETS, asked.most)
    model = _model(asked.model)
    with understander(None) as understood:
        hearer = Hearer(model, understood.sayable, second_model(), both=True, stream=False)
        hearer.hear(clips[0].frames())
        hearer.cost.seconds = hearer.cost.spent = 0.0
        for clip in clips:
            hearer.hear(clip.frames())
    cost = hearer.cost
    return {
        "factor": round(cost.realtime_factor, 4),
        "seconds": cost.seconds,
        "recordings": len(clips),
        "cores": cores,
    }


def answers(asked: argparse.Namespace) -> dict[str, Any]:
    """Time from the end of speech found to the reply ready, as a door goes about it.

    The silence lasts as long as in life, as that is when what was said is heard again. ``peak`` is
    the most memory that all of it took, in MB.
    """
    from assistant.measuring.hearing import second_model
    from assistant.measuring.sound.stream import Stream

    clips = _clips(asked.sounds, SETS, asked.most)
    listening = Stream(_model(asked.model), second=second_model())
    with _assembled() as assistant, closing(listening) as stream:
        # Every third recording is to warm up: what an intent's slots look like is learnt once.
        for lively, heard in enumerate((clips[::3], [c for i, c in enumerate(clips) if i % 3])):
            door = _Door(assistant)
            with door.watching():
                for clip in heard:
                    stream.expect(assistant.sayable(door.session))
                    stream.hear(clip.frames(), door.answer, lively=bool(lively))
    parts = {name: _ninety_five(ms) for name, ms in door.parts.items()}
    whole = door.parts["whole"]
    return {
        "p95": _ninety_five(whole),
        "median": statistics.median(whole),
        "cpu": {name: _ninety_five(ms) for name, ms in door.cpu.items()},
        "count": len(whole),
        "heard": len(clips),
        "parts": parts,
        "peak": _peak(),
    }


def _peak() -> float:
    """Return the most memory that this process has had, in MB."""
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / 1e6


def memory(asked: argparse.Namespace) -> dict[str, float]:
    """Measure the memory after each step of getting ready to listen and after listening, in MB.

    What is free is given back before each look. ``at most`` is the most of all of it.
    """
    import psutil

    from assistant.measuring.hearing import Hearer, second_model
    from assistant.system.memory import give_back

    process, found = psutil.Process(), {}

    def look(step: str) -> None:
        give_back()
        found[step] = round(process.memory_info().rss / 1e6)

    look("python")
    with _assembled() as assistant:
        look("assistant and weights")
        session = assistant.open_session("bench").id
        sayable = assistant.sayable(session)
        look("what can be said")
        second = second_model()
        look("second hearing")
        model = _model(asked.model)
        with closing(Hearer(model, sayable, second, both=True, stream=False)) as hearer:
            look("speech model and ears")
            for clip in _clips(asked.sounds, SETS, asked.most):
                for hearing in hearer.hear(clip.frames()):
                    assistant.heard(hearing, session)
            look("listened")
    return {**found, "at most": round(_peak())}


PARTS = ("ears", "choosing", "reply", "whole")
"""From the end of speech found to the hearing, to the utterance, to the reply; and all of it."""


class _Door:
    """Answers what is heard, and notes how long each part takes, in milliseconds."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._found = _now()
        self.session = assistant.open_session("bench").id
        self.parts: dict[str, list[float]] = {name: [] for name in PARTS}
        self.cpu: dict[str, list[float]] = {name: [] for name in PARTS}

    def answer(self, hearing: Hearing) -> None:
        """Choose, respond, and note the times."""
        marks = [self._found, _now()]
        utterance = self._assistant.heard(hearing, self.session)
        marks.append(_now())
        if not utterance.text:
            return
        self._assistant.respond(utterance, self.session)
        marks.append(_now())
        for times, at in ((self.parts, 0), (self.cpu, 1)):
            moments = [mark[at] for mark in marks]
            spans = [after - before for before, after in pairwise(moments)]
            for name, span in zip(PARTS, (*spans, sum(spans)), strict=True):
                times[name].append(1000 * span)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note when an end of speech is found: it is logged in that moment."""
        log, handler = logging.getLogger(ENDPOINTS), _Stamp(self._note)
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        try:
            yield
        finally:
            log.removeHandler(handler)

    def _note(self) -> None:
        self._found = _now()


def _now() -> tuple[float, float]:
    """Return seconds by the clock, and those of CPU that this process has taken."""
    return time.perf_counter(), time.process_time()


class _Stamp(logging.Handler):
    def __init__(self, note: Callable[[], None]) -> None:
        super().__init__()
        self._note = note

    def emit(self, record: logging.LogRecord) -> None:
        """Take the time; the last decision before an utterance is its end."""
        self._note()


def rest(asked: argparse.Namespace) -> dict[str, Any]:
    """Measure the share of a core that hands-free listening takes in a quiet room."""
    from assistant.measuring.sound.stream import Stream, quiet
    from assistant.speech.hearing.options import Options

    on_one_core()
    room = quiet(asked.seconds)
    with _assembled() as assistant:
        sayable = assistant.sayable(assistant.open_session("bench").id)
        options = Options(wake_word=asked.wake)
        with closing(Stream(_model(asked.model), options)) as stream:
            stream.expect(sayable)
            stream.hear(quiet(5.0), _ignore)
            began, before = time.process_time(), stream.seconds
            stream.hear(room, _ignore)
            spent = time.process_time() - began
            return {"share": spent / (stream.seconds - before)}


def _ignore(_hearing: Hearing) -> None:
    """Answer nothing."""


def hour(asked: argparse.Namespace) -> dict[str, Any]:
    """Listen to recordings, one after the other and faster than real time, and watch memory."""
    import psutil

    from assistant.measuring.sound.stream import Stream

    clips = _clips(asked.sounds, LOOPED, asked.most)
    process, seconds = psutil.Process(), 60 * asked.minutes
    megabytes: list[float] = []
    in_use: list[float] = []
    with _assembled() as assistant, closing(Stream(_model(asked.model))) as stream:
        door = _Door(assistant)
        for number, clip in enumerate(cycle(clips), start=1):
            stream.expect(assistant.sayable(door.session))
            stream.hear(clip.frames(), door.answer)
            looks = EARLY * seconds * (len(megabytes) + 1)
            if number >= len(clips) and stream.seconds >= looks:
                megabytes.append(round(process.memory_info().rss / 1e6, 1))
                in_use += _allocated()
            if len(megabytes) > 1 and stream.seconds >= seconds:
                break
        return {
            "minutes": stream.seconds / 60,
            "recordings": len(clips),
            "megabytes": megabytes,
            "growth": megabytes[-1] / megabytes[0] - 1,
            "megabytes_in_use": in_use,
            "taken": len(door.parts["whole"]),
            "frames": stream.frames,
            "lost": stream.lost,
        }


def _allocated() -> list[float]:
    """Return the megabytes that are allocated, without what the allocator keeps for later use.

    Nothing where the C library doesn't tell: glibc does (``mallinfo2``).
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is None or not hasattr(library, "mallinfo2"):
        return []
    library.mallinfo2.restype = _Mallinfo
    told = library.mallinfo2()
    return [round((told.uordblks + told.hblkhd) / 1e6, 1)]


def _clips(sounds: Path, groups: tuple[str, ...], most: int | None) -> list[Clip]:
    from assistant.measuring.sound.clips import clips

    return clips(sounds, groups, most)


def _model(folder: Path) -> SpeechModel:
    from assistant.speech.models.vosk import VoskModel

    return VoskModel(folder)


@contextmanager
def _assembled() -> Iterator[Assistant]:
    from assistant.measuring.product import assembled

    with assembled() as assistant:
        assistant.warm()
        yield assistant


def _ninety_five(ms: list[float]) -> float:
    return statistics.quantiles(ms, n=20)[-1] if len(ms) > 1 else ms[0]


MEASURES: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "factor": factor,
    "answers": answers,
    "memory": memory,
    "rest": rest,
    "hour": hour,
}


def main() -> int:
    """Measure what is named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m assistant.measuring.bench_hearing")
    parser.add_argument("what", choices=tuple(MEASURES))
    parser.add_argument("--sounds", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--most", type=int)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--wake", default="")
    asked = parser.parse_args()
    try:
        sys.stdout.write(json.dumps(MEASURES[asked.what](asked)) + "\n")
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
