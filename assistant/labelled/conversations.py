"""Conversations with what shall come of each turn, as YAML: the second form of sentences.

A file is a list of conversations, each a name and steps; ``docs/skills.md`` tells what a step may
hold. What is read is plain text whatever YAML takes it for, so that ``yes`` is what the user said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assistant.errors import AssistantError
from assistant.labelled import sentences
from assistant.labelled.sentences import (
    OR,
    OUTCOMES,
    START,
    Sentence,
    WrongError,
    expected,
    moment,
    text_of,
)
from assistant.language.values import slot_type

SUFFIXES = (".yaml", ".yml")

CONVERSATION = ("conversation", "clock", "steps")
TURN = (
    "user",
    "reply",
    "contains",
    "matches",
    "intent",
    "outcome",
    "slots",
    "asks",
    "effects",
)
MOVE = ("clock", "wait", "ring")

EMPTY = "tag:yaml.org,2002:null"

Fields = Mapping[str, Node]


def read(path: Path) -> list[Sentence]:
    """Return every step. Raises AssistantError naming the file, the line and what is wrong."""
    try:
        root = _composed(text_of(path))
        told = _list(root, "conversations") if root is not None else []
        steps = [step for each in told for step in _conversation(each)]
        _named_once(told)
    except WrongError as wrong:
        raise AssistantError(f"{path}:{wrong.line} {wrong}.") from wrong
    if not steps:
        raise AssistantError(
            f"{path} holds no steps: give a list of conversations, each with a name and steps."
        )
    return steps


def rows_of(path: Path) -> list[Sentence]:
    """Return the rows of a table, or of a file of conversations. Raises AssistantError."""
    return read(path) if path.suffix in SUFFIXES else sentences.read(path)


def by_home(rows: Sequence[Sentence]) -> list[list[Sentence]]:
    """Return the rows of each home, in the order in which the homes begin."""
    homes: dict[str, list[Sentence]] = {}
    for row in rows:
        homes.setdefault(row.home or f"\t{row.line}", []).append(row)
    return list(homes.values())


def written(name: str, begins: str, steps: Sequence[Mapping[str, Any]]) -> str:
    """Return a conversation as it stands in a file: steps of plain texts, lists and None."""
    told = [{"conversation": name, "clock": begins, "steps": [dict(step) for step in steps]}]
    text: str = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=100)
    return text


def _composed(text: str) -> Node | None:
    """Return the nodes of a text, none where it is empty."""
    try:
        node: Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongError(f"is no YAML ({error.problem}): mend that line", line) from error
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise WrongError("has a sign that YAML does not allow: leave it out", line) from error
    except RecursionError as error:
        raise WrongError("has more lists in lists than can be read: give steps", 1) from error
    return node


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _list(node: Node, what: str) -> list[Node]:
    if not isinstance(node, SequenceNode):
        raise WrongError(f"must be a list of {what}, each behind “- ”", _line(node))
    return list(node.value)


def _fields(node: Node, known: tuple[str, ...], what: str) -> Fields:
    """Return what a mapping holds by name."""
    if not isinstance(node, MappingNode):
        raise WrongError(f"is no {what}: write “{known[0]}: …”", _line(node))
    fields: dict[str, Node] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        if name not in known:
            told = ", ".join(known)
            raise WrongError(f"has “{name}”, but a {what} holds any of {told}", _line(key))
        if name in fields:
            raise WrongError(f"has “{name}” twice: leave one", _line(key))
        fields[name] = value
    return fields


def _text(node: Node, name: str) -> str:
    if not isinstance(node, ScalarNode):
        raise WrongError(f"has no text under “{name}”: write it on one line", _line(node))
    return str(node.value)


def _texts(node: Node, name: str) -> tuple[str, ...]:
    """Return the texts of a list, or the only one; none for what is left empty."""
    if isinstance(node, SequenceNode):
        return tuple(_text(each, name) for each in node.value)
    return () if _is_empty(node) else (_text(node, name),)


def _is_empty(node: Node) -> bool:
    return bool(node.tag == EMPTY)


def _named_once(told: list[Node]) -> None:
    """Raise WrongError where two conversations share a name, by which their homes are told."""
    seen: dict[str, int] = {}
    for each in told:
        node = _fields(each, CONVERSATION, "conversation")["conversation"]
        name = _text(node, "conversation")
        if name in seen:
            raise WrongError(
                f"calls a conversation “{name}”, as line {seen[name]} does: call it otherwise",
                _line(node),
            )
        seen[name] = _line(node)


def _conversation(node: Node) -> list[Sentence]:
    fields = _fields(node, CONVERSATION, "conversation")
    for name in ("conversation", "steps"):
        if name not in fields:
            raise WrongError(f"has no “{name}”: give a name and steps", _line(node))
    home = _text(fields["conversation"], "conversation")
    begins = stands = _clock(fields["clock"], START) if "clock" in fields else START
    steps: list[Sentence] = []
    for each in _list(fields["steps"], "steps"):
        step = _step(each, stands)
        stands = step.at or stands
        steps.append(replace(step, home=home, step=len(steps) + 1))
    if steps and steps[0].at is None:
        steps[0] = replace(steps[0], at=begins)
    return steps


def _step(node: Node, stands: datetime) -> Sentence:
    """Read a turn, or a step that moves the clock from where it stands."""
    fields = _fields(node, (*TURN, *MOVE), "step")
    kinds = [name for name in ("user", "clock", "wait") if name in fields]
    if len(kinds) != 1:
        raise WrongError("must have one of user, clock and wait", _line(node))
    known = TURN if kinds == ["user"] else MOVE
    fields = _fields(node, known, f"step of “{kinds[0]}”")
    try:
        return _turn(fields, node) if kinds == ["user"] else _move(fields, node, stands)
    except WrongError as wrong:
        raise WrongError(str(wrong), wrong.line or _line(node)) from wrong


def _turn(fields: Fields, node: Node) -> Sentence:
    text = _text(fields["user"], "user")
    if not text.strip():
        raise WrongError("has a user who says nothing: write a sentence")
    return Sentence(
        text,
        _line(node),
        expected=_ends(fields),
        reply=_texts(fields["contains"], "contains") if "contains" in fields else (),
        exact=_text(fields["reply"], "reply") if "reply" in fields else None,
        matches=_pattern(fields["matches"]) if "matches" in fields else None,
        known=_known(fields["slots"]) if "slots" in fields else None,
        asks=_asks(fields["asks"]) if "asks" in fields else None,
        effects=_texts(fields["effects"], "effects") if "effects" in fields else None,
    )


def _ends(fields: Fields) -> tuple[str, ...]:
    """Return what may become of a turn, as the column ``intent`` of rows tells it."""
    intent = _text(fields["intent"], "intent") if "intent" in fields else ""
    outcome = _text(fields["outcome"], "outcome") if "outcome" in fields else ""
    if not outcome:
        return expected(intent)
    if outcome not in OUTCOMES and intent:
        raise WrongError(f"has “{outcome}”, but a turn ends as one of {', '.join(OUTCOMES)}")
    parts = [part.strip() for part in intent.split(OR) if part.strip()]
    return expected(OR.join(f"{part}:{outcome}" for part in parts) or outcome)


def _pattern(node: Node) -> re.Pattern[str]:
    text = _text(node, "matches")
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise WrongError(
            f"has “{text}” under “matches”, which is no regular expression ({error})", _line(node)
        ) from error


def _known(node: Node) -> dict[str, tuple[str, ...]]:
    """Return the values each slot may have: none for one that must be empty."""
    if not isinstance(node, MappingNode):
        raise WrongError("has slots that are not written as “name: value”", _line(node))
    found: dict[str, tuple[str, ...]] = {}
    for key, value in node.value:
        name = _text(key, "slots")
        if _is_empty(value):
            found[name] = ()
        elif isinstance(value, SequenceNode):
            found[name] = (", ".join(_texts(value, name)),)
        else:
            found[name] = tuple(_text(value, name).split(OR))
    return found


def _asks(node: Node) -> str:
    return "" if _is_empty(node) else _text(node, "asks")


def _move(fields: Fields, node: Node, stands: datetime) -> Sentence:
    at = _clock(fields["clock"], stands) if "clock" in fields else _after(fields["wait"], stands)
    if at < stands:
        raise WrongError(f"goes back to {at:%Y-%m-%d %H:%M}: the clock only moves on")
    rings = _texts(fields["ring"], "ring") if "ring" in fields else None
    return Sentence("", _line(node), at=at, rings=rings or (), exact="" if rings == () else None)


def _clock(node: Node, stands: datetime) -> datetime:
    try:
        return moment(_text(node, "clock"), "clock", stands)
    except WrongError as wrong:
        raise WrongError(str(wrong), _line(node)) from wrong


def _after(node: Node, stands: datetime) -> datetime:
    """Return the moment after a length, counted in real time, in the zone of the clock."""
    text = _text(node, "wait")
    length: timedelta | None = slot_type(timedelta).parse(text, stands)
    try:
        if length is not None:
            return (stands.astimezone(UTC) + length).astimezone(stands.tzinfo)
    except OverflowError:
        pass
    raise WrongError(f"has “{text}” under “wait”: write a length, as 20 minutes", _line(node))
