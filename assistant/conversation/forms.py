"""A form: an intent whose values are collected, checked and corrected over several turns."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from assistant.conversation import questions
from assistant.conversation.parking import goes_on
from assistant.conversation.replies import Handled, not_returned, say
from assistant.errors import SkillError
from assistant.language.phrasing import DOTS
from assistant.language.records import dataclass
from assistant.language.saying import joined, sentence, shown
from assistant.skill.call import Outcome
from assistant.skill.slots import Finish, SlotSpec, Suggest, worded_with
from assistant.turn import OpenQuestion, Reply, Understanding
from assistant.understanding.parsers.answer import belongs, restore, unled
from assistant.understanding.parsers.correction import NAMES

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills

CANCELLED = "OK, never mind."
CHANGED = "Changed."
RESTARTED = "From the start, then."

MUCH = 2
"""Values that are not let go of before that is confirmed."""

log = logging.getLogger(__name__)

Run = Callable[["Intent", dict[str, Any]], Outcome]
"""Calls a check of a skill with values by name."""


@dataclass(frozen=True, slots=True)
class Form:
    """What an intent has heard so far: values and their words by slot, and the checks passed."""

    target: Intent
    heard: dict[str, Any]
    words: dict[str, str] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()
    said: str = ""

    def told(self, name: str) -> str:
        """Return a value as it was said, or as it stands; numbers and days as they are taken."""
        value = self.heard.get(name, DOTS)
        number = isinstance(value, float | int) and not isinstance(value, bool)
        day = isinstance(value, date) and not isinstance(value, datetime)
        return shown(value) if number or day else self.words.get(name) or shown(value)

    def question(self, spec: SlotSpec) -> str:
        """Return what is asked for a slot, with the values that it names."""
        return worded_with(spec.ask, {name: self.told(name) for name in self.target.slots})

    def without(self, name: str) -> Form:
        """Return it without a value, and without what was found of it."""
        heard = {key: value for key, value in self.heard.items() if key != name}
        return replace(self, heard=heard, passed=self.passed - {name})


@dataclass(frozen=True, slots=True)
class Step:
    """Where a form stands: ``ended`` tells what is said next, else ``form`` lacks nothing.

    ``notes`` are what checks had to say.
    """

    form: Form
    notes: tuple[str, ...] = ()
    ended: Handled | None = None


def begun(
    target: Intent,
    meant: Understanding,
    question: OpenQuestion | None,
    heard: dict[str, Any],
    said: str,
) -> Form:
    """Return the form that an understanding fills: of the open question, or a new one."""
    words = {
        slot.name: unled(slot.text, target.slots[slot.name]) or slot.text
        for slot in meant.slots
        if slot.text and slot.name in heard
    }
    if question is None:
        stale = {name for name, spec in target.slots.items() if spec.fresh}
        return Form(target, {k: v for k, v in heard.items() if k not in stale}, words, said=said)
    if meant.parser != "answer":
        heard = {**{slot.name: slot.value for slot in restore(question, target)}, **heard}
    words = {**question.words, **words}
    return Form(target, heard, words, frozenset(question.passed), question.said)


def own(
    question: OpenQuestion | None, target: Intent, meant: Understanding, heard: dict[str, Any]
) -> OpenQuestion | None:
    """Return the question where its form goes on; None where a new one begins.

    A request with another value than its form has, or with all it needs, is a new one.
    """
    if question is None or not goes_on(question, target):
        return None
    if meant.parser == "answer":
        return question
    now = questions.keep(heard)
    other = any(question.keep.get(name, value) != value for name, value in now.items())
    return None if other or target.missing(heard) is None else question


def filled(
    form: Form, question: OpenQuestion | None, agreed: Sequence[str], skills: Skills, run: Run
) -> Step:
    """Take what fills a form: changes are confirmed where they matter, then it goes on.

    ``agreed`` are the slots whose change was confirmed.
    """
    names = changed(form, question) if question is not None else []
    if question is not None and matters(form, [n for n in names if n not in agreed]):
        return Step(form, (), confirm_change(form, question, names))
    if question is not None:
        new = {name: form.told(name) for name in names if name not in agreed}
        form = replace(form, said=renamed(form.said, question.words, new))
    step = advance(without_dependents(form, [*names, *agreed]), skills, run)
    told = _told_of(form, [*dict.fromkeys((*names, *agreed))]) or _told_besides(step, question)
    return replace(step, notes=(told, *step.notes) if told else step.notes)


def _told_of(form: Form, names: Sequence[str]) -> str:
    """Return what was changed, in a sentence; nothing where nothing was."""
    there = [name for name in names if name in form.heard]
    new = joined((f"the {form.target.slots[n].called} to {form.told(n)}" for n in there), "and")
    if len(names) == len(form.target.slots) > 1 and not form.heard:
        return RESTARTED
    return f"Changed {new}." if there else CHANGED if names else ""


def _told_besides(step: Step, question: OpenQuestion | None) -> str:
    """Return the values that were told in place of the one asked for; nothing for a part of it."""
    form, slots = step.form, step.form.target.slots
    if question is None or question.slot in form.heard or question.slot in question.passed:
        return ""
    asked = slots.get(question.slot or "")
    new = [name for name in form.heard if name not in question.keep and name in slots]
    new = [name for name in new if asked and not belongs(slots[name], asked)]
    told = joined((f"the {slots[n].called} is {form.told(n)}" for n in new), "and")
    return sentence(told) if new else ""


def matters(form: Form, names: Sequence[str]) -> bool:
    """Tell whether changes are confirmed before they are made: those of what is careful, and of
    texts that are no names, of which a part may be meant.
    """
    kinds = [form.target.slots[name].type for name in names]
    texts = any(kind.greedy and kind.name not in NAMES for kind in kinds)
    return texts or (form.target.careful and any(kind.name != "bool" for kind in kinds))


def changed(form: Form, question: OpenQuestion) -> list[str]:
    """Return the slots that had a value when a question was put, and have another one, or none."""
    now = questions.keep(form.heard)
    there = {name: value for name, value in question.keep.items() if name in form.target.slots}
    return [name for name, value in there.items() if now.get(name) != value]


def without_dependents(form: Form, names: Sequence[str]) -> Form:
    """Return a form where what depends on changed values is checked, or asked for, once more."""
    for spec in form.target.slots.values() if names else ():
        if spec.name in names:
            form = replace(form, passed=form.passed - {spec.name})
        elif spec.no or set(names) & set(spec.reads):
            kept = form.without(spec.name) if spec.fresh else form
            form = replace(kept, passed=kept.passed - {spec.name})
    return form


def advance(form: Form, skills: Skills, run: Run) -> Step:
    """Check what can be checked, and find what is to be asked for, proposed or said next."""
    notes: tuple[str, ...] = ()
    tests = Tests(run)
    form, left_out = _asked_for(form, skills, tests)
    while (spec := next(_due(form, left_out), None)) is not None:
        step = _checked(form, spec, skills, run)
        notes = (*notes, *step.notes)
        if step.ended is not None:
            return replace(step, notes=notes)
        before, form = form, step.form
        if form.heard != before.heard:
            form, left_out = _asked_for(form, skills, tests)
    confirming = (spec for spec in form.target.slots.values() if spec.no)
    denied = next((spec for spec in confirming if form.heard.get(spec.name) is False), None)
    if denied is not None:
        return Step(form, notes, say("answered", denied.no))
    missing = next(_missing(form, left_out), None)
    return Step(form, notes, ask(form, missing) if missing is not None else None)


class Tests:
    """Calls the tests of a form's branches, each once with the same values."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._told: dict[tuple[str, str], bool] = {}

    def holds(self, test: Intent, values: dict[str, Any]) -> bool:
        """Tell whether something is asked for: so it is where the test tells nothing."""
        key = test.name, repr(sorted(questions.keep(values).items()))
        if key not in self._told:
            outcome = self._run(test, values)
            self._told[key] = outcome.ended != "returned" or bool(outcome.value)
        return self._told[key]


def _asked_for(form: Form, skills: Skills, tests: Tests) -> tuple[Form, set[str]]:
    """Return a form without what is not asked for as things stand, and what that is."""
    left_out = set(_left_out(form, skills, tests))
    heard = {name: value for name, value in form.heard.items() if name not in left_out}
    return replace(form, heard=heard), left_out


def _left_out(form: Form, skills: Skills, tests: Tests) -> Iterator[str]:
    for spec in form.target.slots.values():
        test = skills.checks.get(spec.when)
        if test is None:
            continue
        read = {name: form.heard[name] for name in test.slots if name in form.heard}
        if len(read) < len(test.slots) or not tests.holds(test, read):
            yield spec.name


def _missing(form: Form, left_out: set[str]) -> Iterator[SlotSpec]:
    for spec in sorted(form.target.slots.values(), key=lambda spec: bool(spec.no)):
        there = spec.name in form.heard or spec.name in form.passed or spec.name in left_out
        if spec.asked and not there:
            yield spec


def _due(form: Form, left_out: set[str]) -> Iterator[SlotSpec]:
    """Give the slots whose check can be made: all it reads is known, or is not asked for."""
    lacks = {spec.name for spec in _missing(form, left_out)}
    for spec in form.target.slots.values():
        there = spec.check and spec.name in form.heard and spec.name not in form.passed
        if there and not lacks & set(spec.reads):
            yield spec


def _checked(form: Form, spec: SlotSpec, skills: Skills, run: Run) -> Step:
    """Check a value: it passes, is changed, refused, or ends the form."""
    check = skills.checks[spec.check]
    first, *others = check.slots
    values = {first: form.heard[spec.name]}
    values |= {name: form.heard.get(name, form.target.slots[name].default) for name in others}
    outcome = run(check, values)
    if isinstance(outcome.error, SkillError):
        return _again(form, spec, str(outcome.error))
    if outcome.ended != "returned":
        failed = not_returned(check, outcome, 0.0, answer=False, waited=False)
        return _again(form, spec, failed.reply.text)
    value, passed = outcome.value, replace(form, passed=form.passed | {spec.name})
    if isinstance(value, Finish):
        return Step(form, (), say("answered", value.text))
    if isinstance(value, Reply):
        return Step(passed, (value.text,))
    wanted = value.instead if isinstance(value, Suggest) else {spec.name: value}
    try:
        read = _read(form, {name: each for name, each in wanted.items() if each is not None})
    except Exception:  # a skill's own type may raise anything
        log.warning("what %s returned can't be a value", check.name, exc_info=True)
        return _again(form, spec, f"{check.where}: {check.name} returned what is no such value.")
    if isinstance(value, Suggest):
        return Step(form, (), suggest(form, spec, Suggest(value.text, **read)))
    return Step(replace(passed, heard={**passed.heard, **read}))


def _read(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as those of their slots. Raises where one can't be."""
    from assistant.language.values import from_json, to_json

    read = dict[str, Any]()
    for name, value in values.items():
        kind = form.target.slots[name].annotation
        read[name] = from_json(kind, to_json(value))
        wanted = (int, float) if kind is float else kind
        if isinstance(kind, type) and not isinstance(read[name], wanted):
            raise TypeError(f"{name} is no {kind.__name__}")
    return read


def _again(form: Form, spec: SlotSpec, why: str) -> Step:
    """Ask for a value that can't be once more, after saying why."""
    form = form.without(spec.name)
    return Step(form, (why,), ask(form, spec))


def ask(form: Form, spec: SlotSpec, **more: Any) -> Handled:
    """Ask for a slot, with what was heard kept until the answer."""
    text = form.question(spec)
    question = OpenQuestion(
        text,
        form.target.name,
        questions.keep(form.heard),
        slot=spec.name,
        said=form.said,
        words={name: words for name, words in form.words.items() if name in form.heard},
        passed=tuple(sorted(form.passed)),
        **more,
    )
    return Handled(Reply(text), "asked", (), question)


def suggest(form: Form, spec: SlotSpec, told: Suggest) -> Handled:
    """Propose other values, to be taken after a yes."""
    proposed = {name: shown(value) for name, value in told.instead.items()}
    text = worded_with(told.text, {**{n: form.told(n) for n in form.target.slots}, **proposed})
    handled = ask(form, spec, instead=questions.keep(told.instead), proposed=True)
    assert handled.question is not None
    return replace(handled, reply=Reply(text), question=replace(handled.question, question=text))


def confirm_change(form: Form, question: OpenQuestion, names: Sequence[str]) -> Handled:
    """Ask whether values are to be changed; a value that is not there is to be asked for anew."""
    now = questions.keep(form.heard)
    told = joined((_change(form, question, name) for name in names), "and")
    text = f"Change {told}?"
    instead = {name: now.get(name) for name in names}
    words = {**question.words, **{f"+{n}": form.words.get(n, "") for n in names}}
    waits = replace(question, question=text, instead=instead, proposed=False, words=words, tries=0)
    return Handled(Reply(text), "asked", (), waits)


def cleared(question: OpenQuestion, target: Intent) -> OpenQuestion:
    """Return a question that a yes begins anew, without any value."""
    instead: dict[str, Any] = dict.fromkeys(target.slots)
    return replace(question, instead=instead, proposed=False, tries=0)


def confirm_restart(question: OpenQuestion) -> Handled:
    """Ask whether all values are to be let go of."""
    text = f"Start “{question.said}” over?"
    return Handled(Reply(text), "asked", (), replace(question, question=text))


def _change(form: Form, question: OpenQuestion, name: str) -> str:
    called = form.target.slots[name].called
    if name not in form.heard:
        return f"the {called}"
    before = form_of(question, form.target).told(name)
    return f"the {called} from {before} to {form.told(name)}"


def taken(question: OpenQuestion, target: Intent) -> Understanding:
    """Return the form with the values that waited for a yes."""
    new = {name: value for name, value in question.instead.items() if value is not None}
    old = {name: v for name, v in question.keep.items() if name not in question.instead}
    words = {**question.words, **{name: question.words.get(f"+{name}", "") for name in new}}
    slots = restore(replace(question, keep={**old, **new}, words=words), target)
    return Understanding(target.name, 1.0, slots, parser="answer")


def sure(question: OpenQuestion, target: Intent) -> bool:
    """Tell whether a yes to other values is enough: not where careful ones were not read aloud."""
    if not (target.careful and question.proposed):
        return True
    told = restore(replace(question, keep=question.instead), target)
    return all(shown(slot.value) in question.question for slot in told)


def settled(question: OpenQuestion, target: Intent) -> OpenQuestion:
    """Return a question whose values were changed: no words tell what they were."""
    new = {name: value for name, value in question.instead.items() if value is not None}
    told = {s.name: shown(s.value) for s in restore(replace(question, keep=new), target)}
    told |= {name: question.words[f"+{name}"] for name in new if question.words.get(f"+{name}")}
    said = renamed(question.said, question.words, {n: told.get(n, DOTS) for n in question.instead})
    gone = {*question.instead, *(f"+{name}" for name in question.instead)}
    words = {name: words for name, words in question.words.items() if name not in gone}
    return replace(question, instead={}, proposed=False, words=words, said=said)


def renamed(said: str, old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """Return a request with the new words for some values in the place of the old ones."""
    for name in (each for each in new if old.get(each)):
        parts = re.split(rf"(?<!\w){re.escape(old[name])}(?!\w)", said)
        said = new[name].join(parts)
    return said


def form_of(question: OpenQuestion, target: Intent) -> Form:
    """Return the form that a question goes on with."""
    heard = {slot.name: slot.value for slot in restore(question, target)}
    return Form(target, heard, question.words, frozenset(question.passed), question.said)
