"""What `assistant bench` measures: processes in alternating rounds, and the work inside one."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.measuring.chat_memory import resident
from assistant.measuring.engines.runners import FOLDERS, folder_of
from assistant.measuring.goals import FIGURES

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant

IMPORTS = "import numpy, tokenizers, sqlite_utils"

BARE = """
from textual.app import App
from textual.widgets import Input, Static

class Bare(App):
    def compose(self):
        yield Static("bare")
        yield Input()
    def on_mount(self):
        self.call_after_refresh(self.exit)

Bare().run(headless=True)
"""

CHAT = """
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.tui.app import ChatApp

def never():
    raise AssistantError("not needed")

class Painted(ChatApp):
    def on_mount(self):
        self.call_after_refresh(self.exit)

Painted(never, Settings()).run(headless=True)
"""

FREE = "could you give me a shout in a quarter of an hour"
"""A sentence that stands in no example, so that the weights are used."""

SAID = (
    "please remind me tomorrow morning to ring my mother for her party on may 3rd at half past {}",
    "could you set a timer for an hour and {} minutes so that i do not forget the bread inside",
    "what will the weather be like in london next tuesday afternoon, will it be above {} degrees",
    "add two dozen eggs and three and a half kilos of flour to my list for the {}th of june please",
)
"""Sentences with values of many types, and a number to make each a new one."""

SKILL = '''from assistant import Skill

skill = Skill("bench_garden")


@skill.intent(
    "water the garden",
    "give the plants some water",
    "turn on the sprinklers",
    "the flowers look dry",
    "start watering outside",
    "sprinkle the lawn",
    "the tomatoes need water",
    "irrigate the vegetable bed",
)
def water() -> str:
    """Water the garden."""
    return "Watering."
'''


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with the limit it should keep, if any.

    Of what can't be measured here the value is None, and the detail says why.
    """

    value: float | None
    unit: str
    limit: float | None
    detail: str

    @property
    def well(self) -> bool:
        """Tell whether the limit is kept."""
        return self.limit is None or self.value is None or self.value <= self.limit

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {**asdict(self), "well": self.well}


def held(name: str, figure: Figure) -> Figure:
    """Return a figure with the goal of its row, where that has one."""
    return replace(figure, limit=FIGURES[name].limit) if name in FIGURES else figure


def say_from_cold(rounds: int) -> Figure:
    """Time `assistant say "what time is it"` against importing three of its libraries."""
    with empty_home():
        say = [sys.executable, "-m", "assistant", "say", "what time is it"]
        ours, theirs = _alternate(say, [sys.executable, "-c", IMPORTS], rounds)
    return Figure(ours / theirs, "×", None, f"{ours:.2f} s against {theirs:.2f} s of {IMPORTS}")


def first_paint(rounds: int) -> Figure:
    """Time a chat until its first screen is drawn against a bare Textual app's."""
    with empty_home():
        ours, theirs = _alternate(
            [sys.executable, "-c", CHAT], [sys.executable, "-c", BARE], rounds
        )
    return Figure(ours / theirs, "×", None, f"{ours:.2f} s against {theirs:.2f} s of a bare app")


def chat_memory(_rounds: int) -> Figure:
    """Measure the memory of a chat without voice that has answered with its weights loaded."""
    with empty_home():
        return Figure(*resident())


def models_size(_rounds: int) -> Figure:
    """Add up the weights of both encoders, their word vectors and their heads as they lie."""
    sizes: dict[str, int] = {}
    for folder in map(folder_of, FOLDERS):
        for path in folder.glob("*.safetensors"):
            kind = path.stem.partition("-")[0]
            sizes[kind] = sizes.get(kind, 0) + path.stat().st_size
    split = ", ".join(f"{kind} {size / 1e6:.2f}" for kind, size in sorted(sizes.items()))
    return Figure(sum(sizes.values()) / 1e6, "MB", None, split)


def skill_live(rounds: int) -> Figure:
    """Time from saving a skill of 8 examples until a running assistant understands it."""
    times = []
    for _ in range(max(1, rounds // 2)):
        with empty_home() as home, assembled() as assistant:
            assistant.warm()
            path = home / "skills" / "bench_garden.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SKILL, encoding="utf-8")
            start = time.perf_counter()
            assistant.refresh()
            times.append(time.perf_counter() - start)
    # The chat looks once a second, so up to a second passes before the refresh begins.
    return Figure(1 + statistics.median(times), "s", None, "the chat's second of waiting included")


def turn(rounds: int) -> Figure:
    """Time whole turns in free wording, split by stage."""
    with empty_home(), assembled() as assistant:
        assistant.warm()
        session = assistant.open_session("bench")
        stages: dict[str, list[float]] = {}
        for minutes in range(4 * rounds):
            said = f"could you give me a shout in {10 + minutes} minutes"
            timed = _timed_turn(assistant, session.id, said)
            for stage, ms in timed.items():
                stages.setdefault(stage, []).append(ms)
    split = ", ".join(f"{name} {statistics.median(ms):.1f}" for name, ms in stages.items())
    ninety_five = statistics.quantiles(stages["turn"], n=20)[-1]
    return Figure(statistics.median(stages["turn"]), "ms", None, f"p95 {ninety_five:.1f}; {split}")


def fit_many(_rounds: int) -> Figure:
    """Time fitting the head for 1,000 intents of 20 examples whose vectors are known."""
    from assistant.measuring.evaluation import made_up

    made_up(1_000, 20)
    start = time.perf_counter()
    made_up(1_000, 20)
    return Figure(time.perf_counter() - start, "s", None, "1,000 intents of 20 cached examples")


def intents_cost(rounds: int) -> Figure:
    """Time understanding with 500 intents installed against 20, in turn."""
    from assistant.engine import Encoder
    from assistant.measuring.evaluation import made_up
    from assistant.paths import checkpoint

    encoder = Encoder.load(checkpoint())
    heads = {count: made_up(count, 20) for count in (20, 500)}
    times: dict[int, list[float]] = {20: [], 500: []}
    for _ in range(10 * rounds):
        for count, head in heads.items():
            start = time.perf_counter()
            head.predict(encoder.encode([f"{FREE}, {count}"])[0])
            times[count].append(time.perf_counter() - start)
    few, many = (statistics.median(times[count]) * 1000 for count in (20, 500))
    return Figure(many / few, "×", None, f"{many:.1f} ms with 500 intents, {few:.1f} with 20")


def values_read(rounds: int) -> Figure:
    """Time finding values of every type in sentences of about 20 words, each of them new."""
    digits = [_reading("7" * 1_990 + str(n)) for n in range(rounds)]
    said = [_reading(each.format(n)) for n in range(10, 10 + 4 * rounds) for each in SAID]
    longest = statistics.median(digits)
    return Figure(statistics.median(said), "ms", None, f"2,000 digits: {longest:.1f} ms")


def _reading(text: str) -> float:
    """Return the milliseconds that all types need to look through a text."""
    from datetime import UTC, datetime

    from assistant.language.values import KNOWN

    now = datetime.now(UTC)
    start = time.perf_counter()
    for kind in KNOWN.values():
        kind.find(text, now)
    return (time.perf_counter() - start) * 1000


def _timed_turn(assistant: Assistant, session: int, said: str) -> dict[str, float]:
    from assistant.turn import Utterance

    start = time.perf_counter()
    done = assistant.respond(Utterance(said, assistant.clock.now()), session)
    return {**done.understanding.timings, "turn": (time.perf_counter() - start) * 1000}


def _alternate(ours: list[str], theirs: list[str], rounds: int) -> tuple[float, float]:
    """Run two commands in turn after one warm-up each; return both medians in seconds."""
    times: tuple[list[float], list[float]] = ([], [])
    for round_ in range(rounds + 1):
        for command, kept in zip((ours, theirs), times, strict=True):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=compiled_once())
            if round_:
                kept.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def compiled_once() -> dict[str, str]:
    """Return the environment of a timed process, in which Python keeps what it compiles.

    Else every start would compile the package anew, but none of the libraries installed.
    """
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def empty_home() -> Iterator[Path]:
    """Use an empty home, so that the user's own is neither measured nor touched."""
    before = os.environ.get("ASSISTANT_HOME")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["ASSISTANT_HOME"] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["ASSISTANT_HOME"]
            else:
                os.environ["ASSISTANT_HOME"] = before


@contextmanager
def assembled() -> Iterator[Assistant]:
    """Put an assistant together, and close it in the end."""
    from assistant.assembly import assemble
    from assistant.settings import Settings

    assistant = assemble(Settings())
    try:
        yield assistant
    finally:
        assistant.close()


MEASURES: dict[str, Callable[[int], Figure]] = {
    "say_cold_vs_imports": say_from_cold,
    "first_paint_vs_bare_app": first_paint,
    "chat_memory": chat_memory,
    "models_size": models_size,
    "new_skill_live": skill_live,
    "values_in_20_words": values_read,
    "free_turn": turn,
    "fit_1000_intents": fit_many,
    "500_intents_vs_20": intents_cost,
}
