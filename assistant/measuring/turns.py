"""What `assistant bench` says of whole turns: each stage when warm, and the way there from cold."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.measuring.product import FREE, Figure, assembled, compiled_once, empty_home

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.conversation.assistant import Assistant

Stages = dict[str, list[float]]

COLD = """
import json, sys, time
marks = [float(sys.argv[1]), time.time()]
from assistant.assembly import assemble
from assistant.engine import Encoder
from assistant.settings import Settings
from assistant.turn import Utterance
from assistant.understanding.learning.classifier import IntentClassifier
from assistant.understanding.learning.features import Features
marks.append(time.time())
assistant = assemble(Settings())
assistant.warm()
marks.append(time.time())
assistant.respond(Utterance(sys.argv[2], assistant.clock.now()), assistant.open_session("cold").id)
marks.append(time.time())
print(json.dumps(marks))
"""

COLD_STAGES = ("python", "import", "load", "first_answer")

CALM = (
    "do i have anything set to go off tomorrow",
    "what was i supposed to remember today",
    "what do we still have to buy",
    "read me what i wrote down about the garden",
    "how much is a third of ninety",
    "seventeen times twenty three please",
    "take fifteen percent off eighty euros",
    "how far is ten miles in kilometres",
    "how warm is seventy degrees fahrenheit in celsius",
    "turn two pounds into grams for me",
    "how long is it still until christmas",
    "count the days to the first of june for me",
    "could you tell me how late it is",
    "what day of the week are we on",
    "what's the time over in tokyo",
    "roll me a couple of dice",
    "heads or tails, you decide",
    "pick some number below fifty",
    "how is the machine holding up",
    "is there much room left on the disk",
    "how full is the battery at the moment",
    "good to see you again",
    "that was really helpful of you",
    "i am rather sad today",
    "tell me something that makes me laugh",
    "what sort of things can you do",
    "who wrote the three musketeers",
    "will it rain in paris on sunday",
    "is the shop around the corner open now",
    "how do i get from here to the station",
    "translate good morning into spanish",
    "what is the capital of mongolia",
    "how tall is the tallest tree",
    "how much longer do the eggs need",
    "what is half of two hundred and forty",
)
"""Questions, sums, small talk, and what no skill covers: they change nothing."""

SENTENCES = (
    *CALM,
    FREE,
    "let me know when twenty minutes have gone by",
    "i need waking at half past six",
    "get rid of whatever is supposed to ring tonight",
    "make sure i call the dentist on monday morning",
    "don't let me forget the bins tomorrow evening",
    "we are out of milk and butter",
    "stick some apples onto the groceries",
    "cross the bread off the shopping",
    "jot down that the spare key is under the pot",
    "keep in mind that my sister likes tulips",
    "what did i tell you about my sister",
    "i have no idea how to use you",
    "say that once more",
    "never mind what i just said",
    "take back the last thing you did",
    "book me a table for two at the italian place",
    "play something slow by nina simone",
    "send anna a note that i will be late",
    "the light in the kitchen is too bright",
    "start counting ninety seconds for the eggs",
    "hold the timer for a moment",
    "put the meeting with john smith on friday at noon",
    "wake everyone at seven on weekdays",
    "add paper towels and a dozen eggs to what i need",
)
"""These, and commands in words of one's own."""


def warm_turns(rounds: int) -> dict[str, Figure]:
    """Time turns of a warm assistant, split by stage, against its two encoders alone."""
    stages: Stages = {}
    with empty_home() as home, assembled() as assistant, _timed_commits(assistant) as commits:
        assistant.warm()
        assistant._features.load()
        for sentence in SENTENCES:  # the first time, an intent's slots are learnt
            _turn(assistant, sentence, commits)
        for sentence in SENTENCES * max(1, rounds // 2):
            for stage, ms in _turn(assistant, sentence, commits).items():
                stages.setdefault(stage, []).append(ms)
        fsync = _fsync(home)
    figures = {f"turn_{stage}": _spread(ms) for stage, ms in stages.items()}
    figures["disk_fsync"] = _spread(fsync)
    return {"turn_p95_vs_encoders": _against(stages)} | figures


def cold_start(rounds: int) -> dict[str, Figure]:
    """Time a fresh process until its first answer in free wording, split by what it does."""
    with empty_home():
        runs = [_cold() for _ in range(rounds + 1)][1:]
    columns = zip(*runs, strict=True)
    return {
        f"cold_{stage}": _spread(column)
        for stage, column in zip((*COLD_STAGES, "sum"), columns, strict=True)
    }


def _cold() -> list[float]:
    """Return the milliseconds of each stage of one start, and their sum."""
    begin = repr(time.time())
    done = subprocess.run(
        [sys.executable, "-c", COLD, begin, FREE],
        capture_output=True,
        text=True,
        check=True,
        env=compiled_once(),
    )
    marks: list[float] = json.loads(done.stdout)
    steps = [(end - start) * 1000 for start, end in pairwise(marks)]
    return [*steps, sum(steps)]


def _turn(assistant: Assistant, sentence: str, commits: list[float]) -> dict[str, float]:
    """Return the milliseconds of each stage of a turn in a session of its own."""
    from assistant.turn import Utterance

    session = assistant.open_session()
    commits.clear()
    start = time.perf_counter()
    done = assistant.respond(Utterance(sentence, assistant.clock.now()), session.id)
    whole = since(start)
    told = done.understanding.timings
    record = whole - told["understand"] - told["skill"]
    return {
        **told,
        "record": record,
        "commit": sum(commits),
        "whole": whole,
        "encoders": _encoders(assistant, sentence),
    }


def _encoders(assistant: Assistant, sentence: str) -> float:
    """Return the milliseconds of the assistant's own two encoders for one sentence.

    A blank more is the same tokens, but not what the encoders remember of the turn.
    """
    intents, features = assistant._model._encoder, assistant._features._features
    assert intents is not None
    assert features is not None
    start = time.perf_counter()
    intents.encode([f"{sentence} "])
    features.encoder.tokens([f"{sentence} "])
    return since(start)


@contextmanager
def _timed_commits(assistant: Assistant) -> Iterator[list[float]]:
    """Give a list that gets the milliseconds of every COMMIT."""
    commits: list[float] = []
    with assistant.store._reading() as lent:
        database: Any = lent
    execute: Callable[..., Any] = database.execute

    def timed(sql: str, *more: Any) -> Any:
        if sql != "COMMIT":
            return execute(sql, *more)
        start = time.perf_counter()
        result = execute(sql, *more)
        commits.append(since(start))
        return result

    database.execute = timed
    try:
        yield commits
    finally:
        del database.execute


def _fsync(folder: Path) -> list[float]:
    """Return the milliseconds in which the disk of a folder takes a page for good.

    The store leaves that to its checkpoints, so that it is no part of most commits.
    """
    times = []
    with (folder / "page").open("wb", buffering=0) as file:
        for _ in range(20):
            file.write(bytes(4096))
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(since(start))
    return times


def _against(stages: Stages) -> Figure:
    slow, encoders = ninety_five(stages["whole"]), statistics.median(stages["encoders"])
    detail = f"p95 of a turn {slow:.1f} ms, both encoders {encoders:.1f} ms"
    return Figure(slow / encoders, "×", None, detail)


def _spread(ms: Sequence[float]) -> Figure:
    detail = f"p95 {ninety_five(ms):.2f}, of {len(ms)}"
    return Figure(statistics.median(ms), "ms", None, detail)


def ninety_five(ms: Sequence[float]) -> float:
    """Return what 95 of a hundred are below."""
    return statistics.quantiles(ms, n=20)[-1] if len(ms) > 1 else ms[0]


def since(start: float) -> float:
    """Return the milliseconds since a moment."""
    return (time.perf_counter() - start) * 1000
