"""Walks a sentence through the house, file by file: ``python -m tests.walk docs/architecture.md``.

The parts of the page between two marks of a walk are written anew.
"""

from __future__ import annotations

import ast
import asyncio
import io
import itertools
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from unittest import mock

from assistant.assembly import assemble, templates_only
from assistant.conversation.assistant import Assistant
from assistant.settings import Settings
from assistant.skill.given import Clock
from assistant.testing import BERLIN, WEDNESDAY
from assistant.turn import Utterance
from assistant.turn.hearing import Hearing, Hypothesis
from tests.speech_material import BUNDLED

ROOT = Path(__file__).parent.parent
TYPED = "set a pasta timer for ten minutes"
FREE = "could you give me a shout in a quarter of an hour"
TYPED_BEFORE, FREE_BEFORE, HEARD_BEFORE = (
    "set a tea timer for five minutes",
    "could you give me a shout in half an hour",
    "what day is it",
)
"""What is said before, so that nothing is told of what is only made when it is first needed; in
other words, since what is read is remembered."""

RECORDING = ROOT / "data" / "speech" / "what-time-is-it.wav"

SETTLED = 1.0
"""Seconds after an answer in which the screen has shown all that comes of it."""

PLAIN = 2
"""The flag of code that is a function, not a module or a class body (CO_NEWLOCALS)."""

Stop = tuple[str, str]
"""A file of the house, and the function by which it was entered."""


class Walk:
    """Notes, thread by thread, the files that are entered, the first time each.

    A thread's steps end where it hands over: after the function of that name begins ("call") or
    ends ("return"); what it does later is noted apart.
    """

    def __init__(self, *cuts: tuple[str, str]) -> None:
        self.steps: dict[str, dict[str, str]] = {}
        self._cuts = cuts
        self._later: set[str] = set()
        self._on = False

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Watch this thread and those that are started meanwhile; nothing is noted yet."""
        threading.setprofile(self._see)
        sys.setprofile(self._see)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what is entered."""
        self._on = True
        try:
            yield
        finally:
            self._on = False

    def stops(self, *parts: str) -> list[Stop]:
        """Return the stops of the named parts one after the other, each file once."""
        found: dict[str, str] = {}
        for part in parts:
            for file, function in self.steps.get(part, {}).items():
                found.setdefault(file, function)
        return list(found.items())

    def _see(self, frame: FrameType, event: str, _argument: Any) -> None:
        if not self._on or event not in ("call", "return"):
            return
        file = _file(frame.f_code)
        if not file:
            return
        thread = threading.current_thread().name
        name = frame.f_code.co_qualname if sys.version_info >= (3, 11) else ""
        if event == "call":
            part = f"{thread} later" if thread in self._later else thread
            self.steps.setdefault(part, {}).setdefault(file, name.partition(".<")[0])
        if (event, name) in self._cuts:
            self._later.add(thread)


def _file(code: CodeType) -> str:
    """Return the file of a function of the house, empty for anything else."""
    if not code.co_flags & PLAIN or code.co_name.startswith("<"):
        return ""
    for room in ("assistant", "skills"):
        if code.co_filename.startswith(f"{ROOT / room}{os.sep}"):
            return Path(code.co_filename).relative_to(ROOT).as_posix()
    return ""


def typed() -> list[tuple[str, list[Stop]]]:
    """Walk with a sentence that an example covers, from the chat's prompt to its answer."""
    from assistant.tui.status import StatusLine
    from tests.chats import chat, opened, type_in

    walk = Walk(("call", "Worker.say"), ("return", "Assistant.respond"))

    async def hold() -> None:
        app = chat(lambda: WEDNESDAY)
        async with opened(app) as pilot:
            await type_in(pilot, TYPED_BEFORE)
            await asyncio.sleep(SETTLED)
            with walk.noted():
                await type_in(pilot, TYPED)
                await asyncio.sleep(SETTLED)

    with mock.patch.object(StatusLine, "_turn", _nothing), walk.followed():
        asyncio.run(hold())
    return _told(
        ("On the screen:", walk.stops("MainThread")),
        ("In the thread of the assistant:", walk.stops("assistant", "skill")),
        ("On the screen again:", walk.stops("MainThread later")),
    )


def freely() -> list[tuple[str, list[Stop]]]:
    """Walk with a sentence that no example covers, through the assistant alone."""
    walk = Walk()
    with _assistant(weights=True) as assistant, walk.followed():
        session = assistant.open_session()
        assistant.respond(Utterance(FREE_BEFORE, WEDNESDAY), session.id)
        with walk.noted():
            assistant.respond(Utterance(FREE, WEDNESDAY), session.id)
    return _told(("", walk.stops("MainThread", "skill")))


def spoken(model: Path) -> list[tuple[str, list[Stop]]]:
    """Walk with a recording, from the sound to the answer."""
    from assistant.doors.spoken import Conversation, Manners
    from assistant.speech.capture.source import FileSource
    from assistant.speech.hearing.listener import Listener
    from assistant.speech.models.vosk import VoskModel

    walk = Walk(("call", "Conversation._hear"))
    heard = VoskModel(model)

    def ears(post: Callable[..., Any]) -> Listener:
        return Listener(lambda: FileSource(RECORDING), lambda: heard, post)

    look = mock.patch.object(Conversation, "_look", _nothing)
    with _assistant(weights=False) as assistant, look, walk.followed():
        session = assistant.open_session()
        before = Hearing((Hypothesis(HEARD_BEFORE, 0.0, "open", 0.9),), WEDNESDAY)
        assistant.sayable(session.id)
        assistant.respond(assistant.heard(before, session.id), session.id)
        door = Conversation(assistant, session.id, ears, manners=Manners(once=True))
        with walk.noted(), redirect_stdout(io.StringIO()):
            door.run()
    return _told(
        ("The door tells what can be said, and begins to listen:", walk.stops("MainThread")),
        ("In the thread that listens:", walk.stops("listener")),
        ("At the door again, with what was heard:", walk.stops("MainThread later", "skill")),
    )


def _told(*parts: tuple[str, list[Stop]]) -> list[tuple[str, list[Stop]]]:
    """Leave out of each part what an earlier one has entered."""
    before: set[str] = set()
    kept = []
    for title, stops in parts:
        kept.append((title, [stop for stop in stops if stop[0] not in before]))
        before |= {file for file, _ in stops}
    return kept


def _nothing(_self: object) -> None:
    """Stand for what comes by the clock: a spinner that turns, a look at what else there is."""


@contextmanager
def _assistant(*, weights: bool) -> Iterator[Assistant]:
    clock = Clock(BERLIN, lambda: WEDNESDAY)
    model = None if weights else templates_only()
    assistant = assemble(Settings(), clock=clock, model=model, packages=False)
    assistant.warm()
    try:
        yield assistant
    finally:
        assistant.close()


def written(parts: list[tuple[str, list[Stop]]]) -> str:
    """Return a walk as tables, numbered through."""
    lines: list[str] = []
    numbers = itertools.count(1)
    for title, stops in parts:
        lines += [title, ""] if title else []
        lines += ["| | file | by | which |", "|--:|---|---|---|"]
        lines += [
            f"| {next(numbers)} | [`{file}`](../{file}) | `{function}` | {_first(file)} |"
            for file, function in stops
        ]
        lines.append("")
    return "\n".join(lines)


def _first(file: str) -> str:
    """Return the first line a file says of itself."""
    told = ast.get_docstring(ast.parse((ROOT / file).read_text(encoding="utf-8"))) or ""
    return told.partition("\n")[0].replace("``", "`").replace("|", "\\|")


def marks(name: str) -> tuple[str, str]:
    """Return what a walk stands between."""
    return f"<!-- walk: {name} -->\n", f"<!-- end: {name} -->"


def put(page: str, name: str, walk: str) -> str:
    """Return the page with a walk in its place."""
    begin, end = marks(name)
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    assert pattern.search(page), f"the page has no place for the walk “{name}”"
    return pattern.sub(lambda _: f"{begin}{walk}{end}", page)


def renewed(page: str, model: Path) -> str:
    """Return the page with all walks taken anew."""
    page = put(page, "typed", written(typed()))
    page = put(page, "freely", written(freely()))
    return put(page, "spoken", written(spoken(model)))


def main(path: Path) -> None:
    """Renew the page, in a home of its own; another speech model is named by $VOSK_MODEL."""
    named = os.environ.get("VOSK_MODEL")
    with tempfile.TemporaryDirectory() as home:
        os.environ["ASSISTANT_HOME"] = home
        page = renewed(path.read_text(encoding="utf-8"), Path(named) if named else BUNDLED)
    path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
