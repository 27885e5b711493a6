"""Reads what is said while a form is open: leaving it, asking about it, correcting its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.language import forming
from assistant.language.content import content_words
from assistant.language.records import dataclass
from assistant.language.tokens import Found, split
from assistant.language.words import DECLINING
from assistant.turn import OpenQuestion, Session, Situation, SlotValue, Understanding, Utterance
from assistant.understanding.parsers.correction import NAMES
from assistant.understanding.parsers.inside import values_in
from assistant.understanding.parsers.naming import MOST_WORDS, bare, is_about, named, read_name
from assistant.understanding.slots import fill

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.slots import SlotSpec

LEFT = "left"
"""The parser of a request that is said in place of a form: "stop, what time is it"."""

FEW = 2
"""Words that a request has at least."""

Requests = Callable[[str, Situation], Understanding | None]
"""Reads a text as a request of its own."""


@dataclass(frozen=True, slots=True)
class _Form:
    """An open form with what was said to it: ``kept`` are its values, by slot."""

    target: Intent
    question: OpenQuestion
    kept: Mapping[str, SlotValue]
    at: Situation

    @property
    def now(self) -> datetime:
        return self.at.now

    @property
    def asked(self) -> SlotSpec | None:
        return self.target.slots.get(self.question.slot or "")

    @property
    def dictated(self) -> bool:
        """Tell whether a text is asked for, which may be any words."""
        kind = self.asked.type if self.asked else None
        return kind is not None and kind.greedy and kind.name not in NAMES

    @property
    def things(self) -> set[str]:
        """Return the words that a form may be called by: those of its request and its values."""
        called = " ".join(spec.called for spec in self.target.slots.values())
        return content_words(f"{self.question.said} {called}")

    @property
    def filled(self) -> Iterator[SlotSpec]:
        """Give the slots that have a value, those that were proposed last instead among them."""
        for name, spec in self.target.slots.items():
            if name in self.kept or name in self.question.instead:
                yield spec

    def meaning(self, **changed: SlotValue | None) -> Understanding:
        """Return the form with some values changed; None takes one out."""
        values = {**self.kept, **changed}
        slots = tuple(slot for slot in values.values() if slot is not None)
        return Understanding(self.target.name, 1.0, slots, parser="answer")


def acted(
    said: Utterance,
    at: Situation,
    target: Intent,
    question: OpenQuestion,
    kept: Sequence[SlotValue],
    covered: Requests,
    request: Requests,
) -> Understanding | None:
    """Return what is said about a form and its values; None where it may answer the question."""
    from assistant.language.values import slot_type

    form = _Form(target, question, {slot.name: slot for slot in kept}, at)
    act = forming.act(said.text, at.now, form.things)
    if act == forming.LEAVE and (not form.dictated or forming.act(said.text, at.now)):
        return Understanding(act, 1.0, parser="answer")
    if question.instead:
        agreed = slot_type(bool).parse(said.text, at.now)
        if agreed is not None:
            return Understanding(forming.TAKE if agreed else forming.KEEP, 1.0, parser="answer")
        if (told := _renewed(said.text, form)) and covered(said.text, at) is None:
            return form.meaning(**{told.name: told})
    idle = act == forming.LEAVE or (act == forming.TAKE and not question.instead)
    if act and not idle and not _is_value(said.text, form):
        return Understanding(act, 1.0, parser="answer")
    mended = forming.corrected(marked(said.text, at.now))
    held_up = not mended.firm and mended.text != said.text and len(split(mended.text)) >= FEW
    held_up = held_up and not _is_value(mended.text, form) and not _says_no(said.text, form)
    return (
        _left(said.text, form, request)
        or _declined(said.text, form, covered)
        or (_beside(mended.text, form, covered) if held_up else None)
        or _corrected(mended, form)
        or _ordered(mended.text, form)
        or (_beside(mended.text, form, request) if held_up else None)
    )


def marked(text: str, now: datetime) -> str:
    """Return "no alex", as it is spoken, with the mark it is written with; no mere no has one."""
    from assistant.language.values import slot_type

    first, _, rest = text.strip().partition(" ")
    whole = first.lower() != "no" or slot_type(bool).parse(text, now) is not None
    return text if whole else f"no, {rest}"


def called_up(text: str, session: Session, now: datetime) -> tuple[str, OpenQuestion] | None:
    """Return which parked form words go on with, or let go by its name, and which of both.

    That is nothing while a question waits.
    """
    if session.parked is None or session.open_question is not None:
        return None
    act, (newest, *_) = forming.act(text, now), session.parked.stack
    if act == forming.WHERE:
        return act, newest
    named = (
        each for each in session.parked.stack if act != forming.LEAVE and _leaves(text, each, now)
    )
    left = next(named, None)
    return (forming.LEAVE, left) if left else None


def _leaves(text: str, question: OpenQuestion, now: datetime) -> bool:
    return forming.act(text, now, content_words(question.said)) == forming.LEAVE


def _is_value(text: str, form: _Form) -> bool:
    """Tell whether such words are what was asked for all the same: a choice called “next”."""
    spec = form.asked
    if spec is None or spec.type.greedy or spec.type.name == "bool":
        return False
    return spec.type.parse(text, form.now) is not None


def _left(text: str, form: _Form, request: Requests) -> Understanding | None:
    """Return the leaving of a form that begins a text, with the request behind it."""
    for before, behind in forming.parts(text):
        if forming.act(before, form.now, form.things) != forming.LEAVE:
            continue
        meant = request(forming.also(behind), form.at)
        if (meant is None or meant.intent is None) and form.dictated:
            return None
        if meant is None or meant.intent is None:
            return Understanding(forming.LEAVE, 1.0, parser="answer")
        return replace(meant, parser=LEFT)
    return None


def _says_no(text: str, form: _Form) -> bool:
    """Tell whether a no to a yes-or-no question begins a text that says more than that."""
    words, asked = split(text), form.asked
    if asked is None or asked.type.name != "bool" or asked.type.parse(text, form.now) is not None:
        return False
    return bool(words) and words[0].text in DECLINING


def _declined(text: str, form: _Form, covered: Requests) -> Understanding | None:
    """Return the request behind a no to the last question: "no and set a timer"."""
    if form.asked is None or not form.asked.no or not _says_no(text, form):
        return None
    meant = covered(forming.also(text[split(text)[0].end :]), form.at)
    other = meant is not None and meant.intent not in (None, form.target.name)
    return replace(meant, parser=LEFT) if meant is not None and other else None


def _beside(text: str, form: _Form, request: Requests) -> Understanding | None:
    """Return another request, which stands behind words that only hold one up: "one moment, …"."""
    meant = request(text, form.at)
    return meant if meant is not None and meant.intent != form.target.name else None


def _corrected(said: forming.Corrected, form: _Form) -> Understanding | None:
    """Return the form with another value for a slot that has one; without it where none is told."""
    specs = [spec for spec in form.filled if not spec.no]
    if not said.text or not specs:
        return None
    denied = next((s for s in specs if _denied(said.text, form, s)), None)
    named = next((s for s in specs if _names(said.text, s)), None)
    spec = denied or named
    if not (said.marked or spec) or _answers(said.text, form, spec):
        return None
    if spec is not None and spec.type.name == "bool":
        return form.meaning(**{spec.name: None})
    about = None if spec else _about(said.text, specs)
    if about is not None:
        return form.meaning(**{about.name: None})
    firm = said.firm or spec is not None
    value = _value(_rest(said.text, form, spec), form, [spec] if spec else specs, firm=firm)
    if value is not None:
        return form.meaning(**{value.name: value})
    return form.meaning(**{spec.name: None}) if spec else None


def _ordered(text: str, form: _Form) -> Understanding | None:
    """Return the form with a value that has none yet and is named, to be changed; without a new
    value, that it lacks one.
    """
    there = {spec.name for spec in form.filled}
    for spec in form.target.slots.values():
        rest = None if spec.no or spec.name in there else forming.ordered(text, spec.called)
        if rest is None:
            continue
        told = _told(rest, form, spec) if rest else None
        if told is not None:
            return form.meaning(**{spec.name: told})
        lacks = SlotValue(spec.name, spec.called, spec.called)
        return Understanding(forming.LACKS, 1.0, (lacks,), parser="answer")
    return None


def _renewed(text: str, form: _Form) -> SlotValue | None:
    """Return the new value of the one that is to be changed, said in place of a yes to that."""
    waits = list(form.question.instead.items())
    if len(waits) != 1 or waits[0][1] is not None:
        return None
    return _told(forming.corrected(text).text, form, form.target.slots[waits[0][0]])


def _told(text: str, form: _Form, spec: SlotSpec) -> SlotValue | None:
    """Return the value of one slot that words tell, and hardly anything else."""
    if not text or spec.type.name == "bool":
        return None
    if spec.type.name in NAMES:
        found = named(text, form.target, spec, form.now)
        return SlotValue(spec.name, *found) if found else None
    if spec.type.greedy:
        value = spec.type.parse(text, form.now)
        return SlotValue(spec.name, value, text) if value is not None else None
    own = content_words(f"{spec.called} {spec.ask} {form.question.said}")
    heard = values_in([spec], text, form.now, own)
    return heard[0] if heard else None


def _answers(text: str, form: _Form, spec: SlotSpec | None) -> bool:
    """Tell whether words are a value of what was asked, and of no other that was named."""
    asked = form.asked
    if spec is not None or asked is None or asked.name in form.kept:
        return False
    plain = not asked.type.greedy and asked.type.name != "bool"
    return plain and asked.type.parse(text, form.now) is not None


def _old(form: _Form, spec: SlotSpec) -> Iterator[str]:
    """Give the words of a slot's value, and of that which was proposed."""
    if spec.name in form.kept:
        yield form.kept[spec.name].text or str(form.kept[spec.name].value)
    if form.question.instead.get(spec.name) is not None:
        yield form.question.words.get(spec.name, str(form.question.instead[spec.name]))


def _olds(form: _Form, spec: SlotSpec) -> list[Any]:
    """Return the values that a slot has, and that are proposed for it."""
    from assistant.language.values import from_json

    proposed = form.question.instead.get(spec.name)
    there = [form.kept[spec.name].value] if spec.name in form.kept else []
    return [*there, *([from_json(spec.annotation, proposed)] if proposed is not None else [])]


def _places(text: str, form: _Form, spec: SlotSpec) -> Iterator[tuple[int, int]]:
    """Give the places of a text where an old value of a slot is said once more."""
    words = split(text)
    for old in _old(form, spec):
        said = [word.text for word in split(old)]
        for i in range(len(words) - len(said) + 1):
            if said and [word.text for word in words[i : i + len(said)]] == said:
                yield words[i].start, words[i + len(said) - 1].end
    if not spec.type.greedy and spec.type.name != "bool":
        known = _olds(form, spec)
        yield from ((f.start, f.end) for f in spec.type.find(text, form.now) if f.value in known)


def _denied(text: str, form: _Form, spec: SlotSpec) -> bool:
    words = split(text)
    return any(forming.denies(words, *place) for place in _places(text, form, spec))


def _names(text: str, spec: SlotSpec) -> bool:
    """Tell whether a text names a slot, to change it or to say what it is."""
    if forming.ordered(text, spec.called) is not None:
        return True
    called = [word.text for word in split(spec.called)]
    words = [word.text for word in split(text)]
    for i in range(len(words) - len(called) + 1):
        if words[i : i + len(called)] == called:
            led = i > 0 and words[i - 1] in ("the", "my", "as", "a", "its")
            verb = any(word in forming.CHANGING for word in words[:i])
            being = words[i + len(called) : i + len(called) + 1] in (["is"], ["should"], ["to"])
            return led and (verb or being or words[i - 1] == "as" or words[i - 2 : i - 1] == ["as"])
    return False


def _rest(text: str, form: _Form, spec: SlotSpec | None) -> str:
    """Return a text without the old value it takes back, and without the name of its slot."""
    places = [p for s in ([spec] if spec else form.filled) for p in _places(text, form, s)]
    for start, end in sorted(set(places), reverse=True):
        text = f"{text[:start]},{text[end:]}"
    if spec is None:
        return text
    drop = {word.text for word in split(spec.called)} | forming.CHANGING
    return " ".join(text[w.start : w.end] for w in split(text) if w.text not in drop)


def _value(text: str, form: _Form, specs: Sequence[SlotSpec], *, firm: bool) -> SlotValue | None:
    """Return the one new value a text tells for one of some slots: typed ones go first.

    Where it is not ``firm`` that it corrects, little else may be said, unless it is asked about.
    """
    typed = [s for s in specs if not s.type.greedy and s.type.name != "bool"]
    found = {spec.name: _new(text, form, spec) for spec in typed}
    told = [name for name, values in found.items() if values]
    near = [name for name in told if is_about(text, form.target.slots[name])]
    chosen = near if len(near) == 1 else told
    if len(chosen) == 1 and len({str(each.value) for each in found[chosen[0]]}) == 1:
        one = found[chosen[0]][0]
        beside = content_words(text[: one.start] + " " + text[one.end :])
        if firm or form.target.careful or near or not beside:
            return SlotValue(chosen[0], one.value, one.text)
    if told:
        return None
    free = [spec for spec in specs if spec.type.greedy]
    return _free(text, form, free) if firm or form.target.careful else None


def _new(text: str, form: _Form, spec: SlotSpec) -> list[Found]:
    old = _olds(form, spec)
    return [found for found in spec.type.find(text, form.now) if found.value not in old]


def _free(text: str, form: _Form, specs: Sequence[SlotSpec]) -> SlotValue | None:
    """Return a free text for one of some slots: by the words of the examples, else all of it."""
    if not specs:
        return None
    target = form.target
    wanted: Mapping[str, Any] = {spec.name: spec for spec in specs}
    framed = fill(text, wanted, target.examples, form.now)
    spec, told = specs[0], text
    if framed and bare(framed[0].text) and len(split(text)) > len(split(framed[0].text)):
        spec = form.target.slots[framed[0].name]
        told = framed[0].text if spec.type.name in NAMES else text
    told = bare(told) if spec.type.name in NAMES else told
    value = read_name(told, spec, form.now) if 0 < len(split(told)) <= MOST_WORDS else None
    return SlotValue(spec.name, value, told) if value is not None else None


def _about(text: str, specs: Sequence[SlotSpec]) -> SlotSpec | None:
    """Return the yes-or-no slot whose question has most of the telling words of a text."""
    said = content_words(text)
    shared = {
        spec.name: len(said & content_words(f"{spec.ask} {spec.called}"))
        for spec in specs
        if spec.type.name == "bool"
    }
    best = max(specs, key=lambda spec: shared.get(spec.name, 0))
    return best if shared.get(best.name, 0) * 2 >= max(1, len(said)) else None
