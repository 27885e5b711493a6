"""A skill: plain functions, and the example sentences that call them."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeVar, Union

from assistant.errors import SkillLoadError, TemplateError
from assistant.language import templates, values
from assistant.language.plurals import singular
from assistant.settings import Settings
from assistant.skill.given import Alarms, Catalogue, Clock, Meaning, Memory
from assistant.skill.history import History
from assistant.skill.needs import Needs, needs_of
from assistant.skill.slots import Confirm, Slot, SlotSpec, named_in
from assistant.turn import Session

GIVEN: tuple[type, ...] = (
    Session, Memory, Alarms, Clock, History, Meaning, Catalogue, Settings
)  # fmt: skip
"""Parameters of these types are given to a skill function, not heard."""

ROLES = {
    "cancel": "the intent that leaves things as they are, also while a question waits",
    "heard": "the answer (yes, words, intent) that goes on with words which were read back",
    "teach": "the intent that learns a sentence; its skill's memory is read for what was taught",
    "again": "the intent that does the last request once more, or where there is none repeats",
    "repeat": "the intent that says once more what was said last",
    "choose": "the answer (number, sentence, intents) that does one of the intents, and learns it",
    "rewind": "the intent (words, turn) that takes back all that was changed since a turn",
    "allow": "the answer (yes, asking, needs, intent, heard) by which a skill may reach for more",
    "wrong": "the intent (words, turn, intent) that says that a turn was misunderstood",
    "learn": "the answer (yes, sentence, example) that learns an example in spite of what it costs",
    "record": "the intent that writes the conversation into a file, as a test of it",
}
"""What the conversation itself needs of a skill: a function says that it is this, by its role."""

ASKED = {
    "time": "At what time?",
    "date": "Which day?",
    "datetime": "When?",
    "DateRange": "Which days?",
    "TimeSpan": "Between which times?",
    "timedelta": "How long?",
    "Quantity": "How much?",
    "Unit": "Which unit?",
    "Place": "Which place?",
}
"""What is asked for a kind of value where the skill says nothing: a name such as "at" is none."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Intent:
    """A kind of request (or an answer, when it has no examples), read from its function."""

    name: str
    function: Callable[..., Any]
    doc: str
    slots: dict[str, SlotSpec]
    given: dict[str, type]
    examples: tuple[templates.Template, ...] = ()
    careful: bool = False
    role: str = ""
    stops: bool = False
    own: tuple[templates.Template, ...] = ()
    """Those of the examples that the user taught."""

    @property
    def where(self) -> str:
        """Return the function's file and line, for messages."""
        return _where(self.function)

    @functools.cached_property
    def kinds(self) -> dict[str, values.SlotType]:
        """Return the slot type of every hole."""
        return {name: slot.type for name, slot in self.slots.items()}

    @property
    def lessons(self) -> tuple[templates.Template, ...]:
        """Return its skill's examples that teach it: of what is stored a hole may be anything."""
        return self._teaching[False]

    @property
    def taught(self) -> tuple[templates.Template, ...]:
        """Return the user's own examples that teach it."""
        return self._teaching[True]

    @functools.cached_property
    def _teaching(self) -> dict[bool, tuple[templates.Template, ...]]:
        holes, own = {n for n, slot in self.slots.items() if slot.type.stored}, set(self.own)
        fit = [each for each in self.examples if not holes.intersection(each.holes)]
        return {mine: tuple(e for e in fit if (e in own) is mine) for mine in (False, True)}

    def with_own(self, own: Sequence[templates.Template]) -> Intent:
        """Return it with examples of the user's own, which it may have already."""
        new = tuple(dict.fromkeys((*self.examples, *own)))[len(set(self.examples)) :]
        return replace(self, examples=(*self.examples, *new), own=(*self.own, *new))

    @property
    def confirms(self) -> bool:
        """Tell whether it asks for a yes before its function is called."""
        return any(slot.no for slot in self.slots.values())

    @property
    def reads_talk(self) -> bool:
        """Tell whether it is given what was said."""
        return any(kind.__name__ == "History" for kind in self.given.values())

    @property
    def of_talk(self) -> bool:
        """Tell whether it speaks of the conversation: it has a role, or reads what was said."""
        return bool(self.role) or self.reads_talk

    def missing(self, heard: typing.Collection[str]) -> SlotSpec | None:
        """Return the first slot that is asked for and was not heard."""
        return next((s for s in self.slots.values() if s.asked and s.name not in heard), None)


@dataclass
class Skill:
    """A named set of intents and answers; make one at the top of a skill file.

    ``sounds_like`` respells words that a speech model does not know, ``{"hvac": "h vack"}``;
    ``hints`` are sentences to have in mind when it is heard again. ``needs`` is what it reaches for
    that the user is asked for: ``{"files": ["~/Docs"], "network": True, "programs": ["git"]}``.
    """

    name: str
    description: str = ""
    sounds_like: dict[str, str] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    answers: dict[str, Intent] = field(default_factory=dict)
    needs: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    hints: tuple[str, ...] = field(default=(), kw_only=True)
    checks: dict[str, Intent] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise SkillLoadError(f"A skill can't be called “{self.name}”: use letters and _ only.")
        self.reach: Needs = needs_of(self.needs)

    def intent(
        self, *examples: str, careful: bool = False, role: str = "", stops: bool = False
    ) -> Callable[[F], F]:
        """Let the decorated function answer sentences like the examples.

        A ``careful`` one does what is missed when it was not meant: spoken words that were heard
        badly are read back first. A ``role`` is one of ROLES, for what the conversation needs. One
        that ``stops`` what is running is offered to a bare “stop”, while something is.

        Raises SkillLoadError, at import, for an example with a hole that is no parameter, an
        unknown slot type, an example given twice or a missing docstring.
        """

        def register(function: F) -> F:
            read = _read(self, function, examples)
            intent = replace(read, careful=careful, role=_role(role, function), stops=stops)
            self._take_name(intent)
            self.intents[intent.name] = intent
            return function

        return register

    @typing.overload
    def answer(self, function: F) -> F: ...

    @typing.overload
    def answer(self, *, role: str = "", no: str = "") -> Callable[[F], F]: ...

    def answer(
        self, function: F | None = None, *, role: str = "", no: str = ""
    ) -> F | Callable[[F], F]:
        """Let the decorated function take the reply to an ``Ask(..., then=function)``.

        With ``no``, said after one, it takes a yes: ``no="It stays."``; ``role`` is one of ROLES.
        """

        def register(function: F) -> F:
            self._take_answer(function, role, no)
            return function

        return register if function is None else register(function)

    def _take_answer(self, function: Callable[..., Any], role: str, no: str) -> None:
        if function.__closure__:
            raise SkillLoadError(
                f"{_where(function)}: the answer “{function.__name__}” uses variables of the "
                "function around it, which a restart would lose; pass them with keep=."
            )
        taken = _confirmed(function, no) if no else function
        answer = replace(_read(self, taken, ()), role=_role(role, function))
        self._take_name(answer)
        self.answers[answer.name] = answer

    def name_of(self, function: Any, slot: str = "") -> str | None:
        """Return ``skill.function`` for an answer function, or for an intent with a slot."""
        intents = [each for each in self.intents.values() if slot in each.slots]
        known = intents if slot else self.answers.values()
        return next((a.name for a in known if inspect.unwrap(a.function) == function), None)

    def take_check(self, function: Callable[..., Any], where: str) -> str:
        """Register what checks a value; return its name. Raises SkillLoadError."""
        if function.__closure__ or function.__name__ == "<lambda>":
            raise SkillLoadError(
                f"{where}: what checks a value is a function with a name, outside of all others."
            )
        slots, given = _parameters(self, function, _where(function))
        if not slots:
            raise SkillLoadError(f"{where}: {function.__name__} takes no value to look at.")
        doc = (inspect.getdoc(function) or "").partition("\n")[0]
        check = Intent(f"{self.name}.{function.__name__}", function, doc, slots, given)
        known = self.checks.setdefault(check.name, check)
        if known.function is not function or check.name in (self.intents | self.answers):
            raise SkillLoadError(
                f"{where}: there are two functions called {check.name}; rename one."
            )
        return check.name

    def _take_name(self, intent: Intent) -> None:
        if intent.name in self.intents or intent.name in self.answers:
            raise SkillLoadError(
                f"{intent.where}: there are two functions called {intent.name}; rename one."
            )
        heard = {
            str(example): other.name
            for other in self.intents.values()
            for example in other.examples
        }
        for example in intent.examples:
            if str(example) in heard:
                raise SkillLoadError(
                    f"{intent.where}: “{example}” is an example of {heard[str(example)]} already."
                )


def _confirmed(function: Callable[..., Any], no: str) -> Callable[..., Any]:
    """Return the function as one of a further slot ``yes``, which is called after a yes."""

    @functools.wraps(function)
    def confirmed(yes: bool, **rest: Any) -> Any:
        return function(**rest) if yes else no

    signature = inspect.signature(function)
    yes = inspect.Parameter("yes", inspect.Parameter.KEYWORD_ONLY, annotation=bool)
    others = [p.replace(kind=p.KEYWORD_ONLY) for p in signature.parameters.values()]
    confirmed.__signature__ = signature.replace(parameters=[yes, *others])  # type: ignore[attr-defined]
    confirmed.__annotations__ = {"yes": bool, **function.__annotations__}
    return confirmed


def _role(role: str, function: Callable[..., Any]) -> str:
    if role and role not in ROLES:
        known = ", ".join(ROLES)
        raise SkillLoadError(
            f"{_where(function)}: there is no role “{role}”; the roles are {known}."
        )
    return role


def _read(skill: Skill, function: Callable[..., Any], examples: tuple[str, ...]) -> Intent:
    """Read an intent from a function's signature and docstring."""
    where = _where(function)
    doc = inspect.getdoc(function) or ""
    if not doc:
        raise SkillLoadError(
            f"{where}: {function.__name__} has no docstring; say in one line what it does."
        )
    slots, given = _parameters(skill, function, where)
    _check_names(slots, where)
    read = tuple(example(text, slots, where) for text in examples)
    if len({str(e) for e in read}) < len(read):
        raise SkillLoadError(f"{where}: {function.__name__} has the same example twice.")
    name = f"{skill.name}.{function.__name__}"
    return Intent(name, function, doc.splitlines()[0], slots, given, read)


def _check_names(slots: Mapping[str, SlotSpec], where: str) -> None:
    """Raise SkillLoadError where a check reads, or a question names, a slot that there is not."""
    for spec in slots.values():
        for name in (*spec.reads, *named_in(spec.ask)):
            if name not in slots:
                known = ", ".join(slots)
                raise SkillLoadError(
                    f"{where}: the parameter “{spec.name}” is asked or checked by “{name}”, which "
                    f"is no parameter (there are: {known})."
                )


def _parameters(
    skill: Skill, function: Callable[..., Any], where: str
) -> tuple[dict[str, SlotSpec], dict[str, type]]:
    """Split the parameters into those heard and those given."""
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise SkillLoadError(f"{where}: an annotation is not known: {error}.") from error
    slots: dict[str, SlotSpec] = {}
    given: dict[str, type] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise SkillLoadError(f"{where}: *{name} can't be a slot; name every parameter.")
        if name not in hints:
            raise SkillLoadError(
                f"{where}: the parameter “{name}” has no type; write e.g. {name}: str."
            )
        if hints[name] in GIVEN:
            given[name] = hints[name]
        else:
            slots[name] = _slot(skill, hints[name], parameter, where)
    return slots, given


def _slot(skill: Skill, hint: Any, parameter: inspect.Parameter, where: str) -> SlotSpec:
    extra, name = Slot(), parameter.name
    confirm: Confirm | None = None
    if typing.get_origin(hint) is Annotated:
        hint, *notes = typing.get_args(hint)
        extra = next((note for note in notes if isinstance(note, Slot)), extra)
        confirm = next((note for note in notes if isinstance(note, Confirm)), None)
    bare, optional = _unwrap_optional(hint)
    try:
        kind = values.slot_type(bare, skill.name)
    except SkillLoadError as error:
        raise SkillLoadError(f"{where}: the parameter “{name}”: {error}") from error
    if confirm and bare is not bool:
        raise SkillLoadError(f"{where}: the parameter “{name}” confirms, so it is a bool.")
    if confirm and not confirm.no.strip():
        raise SkillLoadError(f"{where}: the parameter “{name}” says nothing after a no.")
    alone = parameter.default is parameter.empty
    required = alone and not optional
    question = (confirm or extra).ask or ASKED.get(kind.name) or _asked(name.replace("_", " "))
    check = skill.take_check(extra.check, where) if extra.check else ""
    when = skill.take_check(extra.when, where) if extra.when else ""
    return SlotSpec(
        name,
        bare,
        kind,
        required,
        question,
        extra.spoken_of,
        alone,
        why=(confirm or extra).why,
        called=extra.called or name.replace("_", " "),
        fresh=extra.fresh or confirm is not None,
        check=check,
        when=when,
        reads=read_by(skill.checks.get(check), skill.checks.get(when)),
        no=confirm.no if confirm else "",
        default=None if alone else parameter.default,
    )


def read_by(check: Intent | None, when: Intent | None) -> tuple[str, ...]:
    """Return the other slots that a slot's check and its ``when`` read."""
    return (*([*check.slots][1:] if check else ()), *(when.slots if when else ()))


def _asked(name: str) -> str:
    """Return the question for what is only named: "What is the word?", "What are the items?"."""
    several = singular(name) != name
    return f"What {'are' if several else 'is'} the {name}?"


def _unwrap_optional(hint: Any) -> tuple[Any, bool]:
    """Return (X, True) for ``X | None``."""
    if typing.get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
    return (kinds[0], True) if len(kinds) == 1 else (hint, False)


def example(text: str, slots: dict[str, SlotSpec], where: str) -> templates.Template:
    """Read an example sentence. Raises SkillLoadError where it is wrong."""
    try:
        template = templates.read(text)
        templates.check_words(template, [n for n, slot in slots.items() if slot.type.alone])
    except TemplateError as error:
        raise SkillLoadError(f"{where}: {error}") from error
    for hole in template.holes:
        if hole not in slots:
            known = ", ".join(slots) or "none that is heard"
            raise SkillLoadError(
                f"{where}: “{text}” has a hole {{{hole}}} but the function has no such parameter "
                f"(it has: {known})."
            )
    return template


def _where(function: Callable[..., Any]) -> str:
    if isinstance(told := getattr(function, "where", None), str):
        return told
    code = inspect.unwrap(function).__code__
    return f"{code.co_filename}:{code.co_firstlineno}"
