"""Writes a conversation down as a test of it: what was said when, and what came of it.

What is written is read and said again as ``assistant test`` does it, in an empty home. What comes
out otherwise there, for it depended on what was kept before or on chance, is not expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import files
from assistant.conversation.lesson import RECORD, StoppedError
from assistant.errors import AssistantError
from assistant.labelled import conversations
from assistant.labelled.judging import Said, missed
from assistant.labelled.sentences import OR, OUTCOMES
from assistant.language.saying import counted
from assistant.teaching.rehearsing import Homes
from assistant.turn import Turn

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant

MOST = 1_000
"""Turns of a conversation that are written down, the newest."""

RUNS = 6
"""How often it is said again at most, until nothing comes out otherwise twice in a row."""

OF = {"intent": ("intent", "outcome"), "slots": ("slots",), "reply": ("reply",)}
"""What of a step makes each expectation."""

Step = dict[str, Any]


def record(assistant: Assistant, session_id: int, folder: Path, stop: Callable[[], bool]) -> str:
    """Write a session's turns into a new file of a folder; return in words where.

    Raises AssistantError where there is nothing to write, or it can't be; StoppedError once
    ``stop`` tells to.
    """
    asking = assistant.skills.role(RECORD)  # which is no part of what is written
    own = asking.name if asking else ""
    every = assistant.store.turns(session_id, MOST)
    turns = [t for t in every if t.utterance.text and t.understanding.intent != own]
    if not turns:
        raise AssistantError("Nothing was said here yet, so there is nothing to record.")
    zone = assistant.clock.now().tzinfo
    assert zone is not None
    name = f"{assistant.session(session_id).name}, {_clock(turns[0], zone)}"
    begins = f"{_clock(turns[0], zone)} {getattr(zone, 'key', '')}".strip()
    steps = [*_steps(turns, zone)]
    path = _new(folder, assistant.clock.now())
    try:
        otherwise = _left_open(assistant, path, (name, begins, steps), stop)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    told = f"Recorded {counted(len(turns), 'turn')} in {path}: run it with assistant test {path}."
    lost = counted(otherwise, "turn")
    left = f" What {lost} came to depends on more than that, so it is left open."
    return told + (left if otherwise else "")


def _clock(turn: Turn, zone: tzinfo) -> str:
    return f"{turn.utterance.heard_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _steps(turns: list[Turn], zone: tzinfo) -> Iterator[Step]:
    """Give the steps: the clock where it has moved on, and what was said."""
    stands = _clock(turns[0], zone)
    for turn in turns:
        if (at := _clock(turn, zone)) > stands:
            stands = at
            yield {"clock": at}
        yield _step(turn)


def _step(turn: Turn) -> Step:
    meant, step = turn.understanding, Step(user=turn.utterance.text)
    if meant.intent and "." in meant.intent:
        step["intent"] = meant.intent
    said = Said(turn)
    if said.outcome in OUTCOMES:
        step["outcome"] = said.outcome
    slots = {name: _value(value) for name, value in said.slots.items()}
    if told := {name: value for name, value in slots.items() if value is not None}:
        step["slots"] = told
    step["reply"] = turn.reply.text
    return step


def _value(value: Any) -> str | list[str] | None:
    """Return a value as it is written, None for one that can't be."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    told = str(value) if isinstance(value, str | int | float | bool) else None
    return None if told is not None and OR in told else told


def _new(folder: Path, now: datetime) -> Path:
    """Return a file of its own, which was not there."""
    try:
        files.folder(folder)
        for number in range(1, 1_000):
            more = f"-{number}" if number > 1 else ""
            path = folder / f"{now:%Y-%m-%d-%H%M}{more}.yaml"
            try:
                path.touch(mode=files.OWN_FILE, exist_ok=False)
            except FileExistsError:
                continue
            return path
    except OSError as error:
        raise AssistantError(
            f"Nothing can be written into {folder} ({error.strerror}): mend that."
        ) from error
    raise AssistantError(f"There are too many files in {folder}: take some away.")


def _left_open(
    assistant: Assistant, path: Path, told: tuple[str, str, list[Step]], stop: Callable[[], bool]
) -> int:
    """Write a conversation, without what comes out otherwise; return in how many turns it does."""
    steps, loosened, same = told[2], set[int](), 0
    for _ in range(RUNS):
        files.write(path, conversations.written(*told))
        lost = _lost(assistant, path, stop)
        same = 0 if lost else same + 1
        if same == 2:
            break
        for number, names in lost:
            loosened.add(number)
            for name in (key for each in names for key in OF.get(each, ())):
                steps[number].pop(name, None)
    files.write(path, conversations.written(*told))
    return len(loosened)


def _lost(
    assistant: Assistant, path: Path, stop: Callable[[], bool]
) -> list[tuple[int, tuple[str, ...]]]:
    """Return the steps, by number, of which something else comes than is expected, and what."""
    rows, found = conversations.read(path), list[tuple[int, tuple[str, ...]]]()
    with closing(Homes(lambda clock: assistant.beside(assistant.skills, clock))) as homes:
        for i, pair in enumerate(homes.say(rows)):
            if stop():
                raise StoppedError
            assistant.progress(f"trying {i + 1} of {len(rows)}, Esc stops")
            if gone := missed(*pair):
                found.append((i, gone))
    return found
