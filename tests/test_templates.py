"""Templates are read, counted, sampled and matched, however many sentences they stand for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import TemplateError
from assistant.language import templates
from assistant.language.matching import Index
from assistant.language.values import slot_type
from assistant.testing import BERLIN, WEDNESDAY

KINDS = {"length": timedelta, "label": str, "items": str, "name": str, "count": int}
TYPES = {name: slot_type(kind) for name, kind in KINDS.items()}


def index(*examples: tuple[str, str]) -> Index:
    """Return an index of (intent, example) pairs."""
    return Index((intent, templates.read(text), TYPES) for intent, text in examples)


TIMER = index(
    ("timer.start", "set a [{label}] timer for {length}"),
    ("timer.left", "how much time is left"),
    ("lists.add", "(add|put) {items} (to|on) [my|the] {name} list"),
    ("notes.add", "note that {label}"),
    ("clock.now", "what's the time [now]"),
)


@pytest.mark.parametrize(
    ("said", "intent", "slots"),
    [
        ("set a timer for ten minutes", "timer.start", {"length": "ten minutes"}),
        (
            "Set an Egg timer for 10m!",
            "timer.start",
            {"label": "Egg", "length": "10m"},
        ),
        ("hey, could you please set a timer for 1h30 please?", "timer.start", {"length": "1h30"}),
        ("add milk to my shopping list", "lists.add", {"items": "milk", "name": "shopping"}),
        ("put A, b & c on the to-do list", "lists.add", {"items": "A, b & c", "name": "to-do"}),
        ("what is the time", "clock.now", {}),
        ("WHATS THE TIME NOW", "clock.now", {}),
        ("what's the time, computer?", "clock.now", {}),
        ("note that mum's key (the red one) is lost", "notes.add", None),
        ("note that it is 5 o'clock please", "notes.add", {"label": "it is 5 o'clock"}),
    ],
)
def test_templates_match(said: str, intent: str, slots: dict[str, str] | None) -> None:
    """Case, punctuation, politeness and contractions do not count; slots keep their words."""
    best = TIMER.match(said, WEDNESDAY)[0]

    assert best.intent == intent
    if slots is not None:
        assert {name: found.text for name, found in best.slots.items()} == slots
    assert all(said[f.start : f.end] == f.text for f in best.slots.values())


@pytest.mark.parametrize(
    "said",
    [
        "set a timer",
        "set a timer for pasta",
        "sets a timer for ten minutes",
        "the time is money",
        "",
        "?!",
        "set a timer for ten minutes " * 200,
    ],
)
def test_templates_do_not_match(said: str) -> None:
    """A word too few, a value of another type or four hundred words are no match."""
    assert TIMER.match(said, WEDNESDAY) == []


def test_templates_more_literal_words_win() -> None:
    """Of two that fit the one with more words of its own comes first."""
    both = index(("a.a", "note that {label}"), ("b.b", "note that the {label} is gone"))

    assert [m.intent for m in both.match("note that the cat is gone", WEDNESDAY)] == ["b.b", "a.a"]


def test_templates_count_without_enumerating() -> None:
    """A template may mean millions; it is counted and sampled all the same."""
    text = " ".join(f"(a{i}|b{i}|c{i}|d{i})" for i in range(12)) + " [please] go {count} times"
    huge = templates.read(text)

    assert templates.count(huge) == 4**12 * 2
    assert len(templates.sample(huge, {"count": ["3"]})) == 200


def test_templates_sample_has_one_article() -> None:
    """A value that begins with an article loses it behind another one."""
    values = {"thing": ["the spare key"]}

    assert [
        templates.sample(templates.read(text), values, limit=1)[0].text
        for text in ("where is my {thing}", "where is {thing}", "the {thing}")
    ] == ["where is my spare key", "where is the spare key", "the spare key"]


def test_templates_sample_is_the_inverse_of_match() -> None:
    """Every sampled sentence matches its template, with each hole's words where it says."""
    text = "(set|start [up]) [a|an|the] [{label}] timer (for|of) {length} [friend|pal [now]]"
    template = templates.read(text)
    values = {"label": ["pasta", "big red"], "length": ["ten minutes", "half an hour"]}
    matcher = index(("t.t", text))

    samples = templates.sample(template, values, limit=60)

    assert samples == templates.sample(template, values, limit=60)
    assert len({s.text for s in samples}) == len(samples) == 60
    for sample in samples:
        match = matcher.match(sample.text, WEDNESDAY)[0]
        for hole, (start, end) in sample.spans.items():
            assert match.slots[hole].text == sample.text[start:end]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("go [away", r"opens a “\[” at column 4"),
        ("go away]", "stray “]” at column 8"),
        ("a | b", "stray “|” at column 3"),
        ("go (a|)", "empty alternative in the group at column 4"),
        ("go {to the}", r"hole \{to the\} at column 4"),
        ("go {", "stray “{” at column 4"),
    ],
)
def test_templates_mistakes_name_their_column(text: str, told: str) -> None:
    """What can't be read is one sentence with the place."""
    with pytest.raises(TemplateError, match=told.replace("|", r"\|")):
        templates.read(text)


@pytest.mark.parametrize("text", ["{label}", "[please] {label}", ""])
def test_templates_need_a_word_of_their_own(text: str) -> None:
    """Any words would fit an example of holes alone, but for values that are a request."""
    template = templates.read(text)

    with pytest.raises(TemplateError, match="without any word of its own"):
        templates.check_words(template)
    if text:
        templates.check_words(template, ["label"])


def test_templates_cost_does_not_grow_with_the_intents() -> None:
    """A sentence visits the templates that share its rarest words, not all that are installed."""
    many = [(f"x.i{i}", f"do the thing{i} {{count}} times") for i in range(2_000)]
    big = index(*many, ("t.t", "set a timer for {length}"))

    candidates = {id(e) for w in ("set", "a", "timer", "for") for e in big._postings.get(w, ())}
    assert len(candidates) == 1
    assert big.match("set a timer for 5 minutes", WEDNESDAY)[0].intent == "t.t"
    assert [m.intent for m in big.match("do the thing77 3 times", WEDNESDAY)] == ["x.i77"]


@given(st.text(max_size=120), st.text(max_size=60))
def test_templates_no_text_breaks_reading_or_matching(said: str, text: str) -> None:
    """Any text is a template, or a TemplateError; any sentence can be looked up."""
    TIMER.match(said, WEDNESDAY)
    try:
        template: Any = templates.read(text)
    except TemplateError:
        return
    templates.count(template)
    templates.sample(template, {}, limit=3)


@pytest.mark.parametrize(
    ("text", "when", "task"),
    [
        ("remind me tomorrow to call mum at 10pm", "2026-03-05T22:00", "call mum"),
        ("remind me on friday to take out the bins at 7 in the evening", "2026-03-06T19:00",
         "take out the bins"),
        ("remind me at 10pm to call mum tomorrow", "2026-03-05T22:00", "call mum"),
        ("remind me tomorrow at 9 to call mum", "2026-03-05T09:00", "call mum"),
        ("remind me tomorrow to watch the 10pm news", "2026-03-05T09:00", "watch the 10pm news"),
    ],
)  # fmt: skip
def test_templates_gather_a_value_that_stands_apart(text: str, when: str, task: str) -> None:
    """A day and its hour are one moment, wherever the hour stands beside a free text."""
    types = {"when": slot_type(datetime), "task": slot_type(str)}
    index = Index([("reminder.add", templates.read("remind me {when} to {task}"), types)])

    slots = index.match(text, WEDNESDAY)[0].slots

    assert slots["when"].value == datetime.fromisoformat(when).replace(tzinfo=BERLIN)
    assert slots["task"].value == task
