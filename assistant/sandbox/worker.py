"""A process that runs one skill of a stranger's, with the rights that it has and no more."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from errno import EACCES, EPERM
from typing import Any

from assistant.errors import AssistantError, SandboxError, places
from assistant.sandbox.channel import ClosedError, ToHost
from assistant.sandbox.describing import described
from assistant.sandbox.messages import Call, Given, Parse, Raised, Source, Start, Written
from assistant.sandbox.outcomes import ask_to_json, effect_to_json, value_to_json
from assistant.skill.alarms import Alarm
from assistant.skill.choosing import UndecidedError
from assistant.skill.clock import Clock
from assistant.skill.declared import Intent, Skill
from assistant.skill.hosted import Host
from assistant.skill.loading import explained, from_entry_point, from_text
from assistant.skill.memory import M
from assistant.turn import OpenQuestion, Turn

MEMORY = 1 << 30
"""Bytes that a worker may have."""

PROCESSES = 64
"""Processes and threads that it may start."""

PRINTED = 10_000
"""Characters of what a skill prints that are kept."""


class Asking:
    """Reads from the assistant, as a reader of the store would: each read is a message."""

    def __init__(self, channel: ToHost) -> None:
        self._channel = channel

    def ask(self, what: str, *arguments: Any) -> Any:
        """Return what the assistant answers. Raises KeyError, or AssistantError in its words."""
        self._channel.tell({"reads": what, "arguments": arguments})
        answer = self._channel.hear()
        if isinstance(answer, Raised):
            raise (KeyError if answer.kind == "KeyError" else AssistantError)(answer.text)
        return answer

    def memory(self, skill: str) -> dict[str, Any]:
        """Return all of the skill's memory."""
        return dict(self.ask("memory"))

    def keys(self, skill: str) -> list[str]:
        """Return its keys."""
        return list(self.ask("keys"))

    def value(self, skill: str, key: str) -> Any:
        """Return one value of it. Raises KeyError where there is none."""
        return self.ask("value", key)

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Return what is made of all of the skill's memory."""
        return kind().changed(self.memory(skill), ())

    def alarms(self) -> list[Alarm]:
        """Return the skill's alarms."""
        return list(self.ask("alarms"))

    def turns(self, session_id: int, limit: int) -> list[Turn]:
        """Return the newest turns of the session."""
        return list(self.ask("turns", limit))

    def undoable(self, session_id: int) -> Turn | None:
        """Return the newest turn that changed something."""
        found: Turn | None = self.ask("undoable")
        return found

    def changes(self, session_id: int, limit: int) -> list[Turn]:
        """Return the turns that changed something."""
        return list(self.ask("changes", limit))

    def undos(self, session_id: int, limit: int) -> list[Turn]:
        """Return the turns that took others back."""
        return list(self.ask("undos", limit))

    def taken(self, turn_id: int) -> list[int]:
        """Return the turns that a turn took back."""
        return list(self.ask("taken", turn_id))

    def redone(self, session_id: int) -> list[int]:
        """Return what the newest change did again."""
        return list(self.ask("redone"))

    def conflicts(self, turn_ids: Sequence[int]) -> dict[int, str]:
        """Return what has changed since, by turn."""
        return dict(self.ask("conflicts", list(turn_ids)))

    def waited(self, turn_id: int) -> OpenQuestion | None:
        """Return none: it may be another skill's."""
        return None

    def replaced(self, turn_id: int) -> list[int]:
        """Return a turn and those it took the place of."""
        return list(self.ask("replaced", turn_id))

    def without(self, turn_ids: Sequence[int]) -> Asking:
        """Raise: a skill never reads so."""
        raise AssistantError("Only the assistant reads as if turns had not been.")

    def now(self) -> datetime:
        """Return the present moment as the assistant has it."""
        moment: datetime = self.ask("now")
        return moment.astimezone(UTC)

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return how near texts are to a query."""
        return list(self.ask("rank", query, list(texts)))


def serve(channel: ToHost) -> None:
    """Load a skill, tell what it is, and do as asked until the other end closes."""
    try:
        start: Start = channel.hear()
        try:
            _confine(start, channel)
        except SandboxError as error:
            channel.tell({"broken": str(error), "passing": True})
            return
        skill = _loaded(start.source, channel)
        while skill is not None:
            channel.tell(_answer(skill, channel.hear(), Asking(channel)))
    except ClosedError:
        return


def _confine(start: Start, channel: ToHost) -> None:
    """Give up all that the skill may not do, for good; where it can't be, what it does is told."""
    from assistant.sandbox import confine, watching

    if confine.supported():
        watching.watch(start.rights, lambda line: sys.stdout.write(f"{line}\n"))
        return
    pipes = (channel.reads, channel.writes)
    rights = replace(start.rights, read=(*start.rights.read, *start.source.code))
    confine.confine(rights, start.scratch, MEMORY, PROCESSES, pipes)


def _loaded(source: Source, channel: ToHost) -> Skill | None:
    skill, said = None, dict[str, Any]()
    with _Printed() as printed:
        try:
            skill = from_entry_point(source.where) if source.text is None else _of_file(source)
            said = {"skill": described(skill)}
        except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything
            said = {"broken": explained(source.where, error)}
            said["trace"] = places(error)[-PRINTED:]
    channel.tell({**said, "printed": printed.text})
    return skill


def _of_file(source: Source) -> Skill:
    assert source.text is not None
    return from_text(source.where, source.text)


class _Printed:
    """Catches what is printed while a block runs."""

    def __enter__(self) -> _Printed:
        self._into = io.StringIO()
        sys.stdout = sys.stderr = self._into
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdout = sys.stderr = io.StringIO()

    @property
    def text(self) -> str:
        """Return it, cut."""
        return "" if self._into.closed else self._into.getvalue()[:PRINTED]


def _answer(skill: Skill, message: Call | Parse, asking: Asking) -> dict[str, Any]:
    intent = {**skill.intents, **skill.answers, **skill.checks}[message.intent]
    with _Printed() as printed:
        if isinstance(message, Parse):
            said = _parsed(intent, message)
        else:
            said = _called(skill, intent, message, asking)
    return {**said, "printed": printed.text}


def _parsed(intent: Intent, message: Parse) -> dict[str, Any]:
    from assistant.language.values import to_json

    try:
        value = intent.slots[message.slot].type.parse(message.text, datetime.now(UTC))
        if value is None:
            return {"parsed": None}
        # What does not say how it is written is read again from the words it was read from.
        data = to_json(value) if hasattr(value, "to_json") else message.text
        shows = any("__str__" in vars(kind) for kind in type(value).__mro__[:-1])
        return {"parsed": [data, str(value) if shows else message.text]}
    except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything
        return {"parsed": None, "trace": places(error)[-PRINTED:]}


def _called(skill: Skill, intent: Intent, message: Call, asking: Asking) -> dict[str, Any]:
    try:
        given = _host(skill, message.given, asking).given(intent)
        value = intent.function(**{**given, **_heard(intent, message.heard)})
        said = {"returned": value_to_json(value, skill)}
    except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything
        return _raised(error, skill)
    effects = [effect for each in given.values() for effect in getattr(each, "effects", ())]
    return {**said, "effects": [effect_to_json(effect) for effect in effects]}


def _heard(intent: Intent, heard: dict[str, Any]) -> dict[str, Any]:
    from assistant.language.values import from_json

    return {
        name: from_json(intent.slots[name].annotation, value.data)
        if isinstance(value, Written)
        else value
        for name, value in heard.items()
    }


def _host(skill: Skill, given: Given, asking: Asking) -> Host:
    return Host(
        skill.name,
        given.session,
        asking,
        Clock(given.zone, asking.now, given.time_format),
        given.settings,
        asking.rank,
        lambda: asking.ask("catalogue"),
        given.chosen,
        new_id=lambda: str(asking.ask("new")),
    )


def _raised(error: BaseException, skill: Skill) -> dict[str, Any]:
    said: dict[str, Any] = {
        "raised": type(error).__name__,
        "text": str(error),
        "ours": isinstance(error, AssistantError),
        "denied": isinstance(error, PermissionError) and error.errno in (EACCES, EPERM),
        "trace": places(error)[-PRINTED:],
    }
    if isinstance(error, UndecidedError):
        said["ask"] = ask_to_json(error.ask, skill)
    return said


def main(reads: int, writes: int) -> None:
    """Serve on two file descriptors, and end the process."""
    empty = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        if standard not in (reads, writes):
            os.dup2(empty, standard)
    serve(ToHost(reads, writes))
    os._exit(0)


def alone() -> None:
    """Serve on standard input and output, where workers are not forked."""
    main(os.dup(0), os.dup(1))
