"""What a skill says of its parameters: how they are asked for, checked and corrected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from assistant.language import values
from assistant.language.records import dataclass

HOLE = re.compile(r"\{(\w+)\}")

KEPT = "OK, I left it."
"""What is said after a no to what was to be confirmed, where a skill says nothing."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What more there is to say of a slot: ``Annotated[int, Slot(ask="How far?")]``.

    ``ask`` may name other slots (``"How much for {recipient}?"``), ``why`` answers “why do you
    ask?”, and ``called`` is its name in “change the …”. With ``spoken_of`` it is, where it is not
    said, the name that was spoken of last, as “it” is. A ``fresh`` one is asked for in any case.

    ``check`` is a function of the value whose other parameters are other slots, or given as those
    of an intent. It is called as soon as all of them are known, and anew where one has changed. It
    raises SkillError where the value is to be asked for once more, and returns None where all is
    well, a Reply to say before the next question, a value to take instead, Suggest where another
    one is proposed, Finish where the form ends. ``when`` is a function of other slots that tells
    whether it is asked for at all.
    """

    ask: str = ""
    spoken_of: bool = False
    why: str = ""
    called: str = ""
    fresh: bool = False
    check: Callable[..., Any] | None = None
    when: Callable[..., bool] | None = None


@dataclass(frozen=True, slots=True)
class Confirm:
    """Makes a bool what is asked before the function is called: “Send {amount} to {recipient}?”.

    After a no ``no`` is said, and the function is not called.
    """

    ask: str
    no: str = KEPT
    why: str = ""


@dataclass(frozen=True)
class Finish:
    """Returned by a check: the form ends with a sentence, and the function is not called."""

    text: str


class Suggest:
    """Returned by a check: the value can't be, and others are proposed, for any slots.

    ``Suggest("Seven is taken. How about {time}?", time=...)`` takes them after a yes.
    """

    def __init__(self, text: str, **instead: Any) -> None:
        self.text = text
        self.instead = instead


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """A parameter that is heard: its type, and what to ask when it is required and missing.

    ``check`` and ``when`` name a function of the skill; ``no`` is what ends the form after a no.
    """

    name: str
    annotation: Any
    type: values.SlotType
    required: bool
    ask: str
    spoken_of: bool = False
    bare: bool = False
    """Whether the function has no value of its own for it where it is not said."""
    why: str = ""
    called: str = ""
    fresh: bool = False
    check: str = ""
    when: str = ""
    no: str = ""
    reads: tuple[str, ...] = ()
    """The other slots that its check and its ``when`` read."""
    default: Any = field(default=None, compare=False)

    @property
    def asked(self) -> bool:
        """Tell whether it is asked for where it is missing."""
        return self.required or self.fresh


def named_in(text: str) -> list[str]:
    """Return the slots that a question names: "How much for {recipient}?"."""
    return HOLE.findall(text)


def worded_with(text: str, told: Mapping[str, str]) -> str:
    """Return a question with the values that it names; what is no name stays as it is.

    No ``str.format``: a stranger's text may ask that for any width.
    """
    return HOLE.sub(lambda hole: told.get(hole[1], hole[0]), text)
