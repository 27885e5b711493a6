"""A skill function is read from its signature, and mistakes are found at import."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated

import pytest

from assistant import Alarms, Clock, Skill, Slot
from assistant.errors import SkillLoadError


def test_skill_reads_slots_and_given() -> None:
    """Slots come from parameters and annotations; our own types are given, not heard."""
    skill = Skill("timer")

    @skill.intent("set a timer for {length}")
    def start(
        length: Annotated[timedelta, Slot(ask="For how long?")],
        alarms: Alarms,
        clock: Clock,
        label: str | None = None,
    ) -> str:
        """Start a timer."""
        return ""

    intent = skill.intents["timer.start"]
    assert list(intent.slots) == ["length", "label"]
    assert intent.slots["length"].required
    assert intent.slots["length"].ask == "For how long?"
    assert not intent.slots["label"].required
    assert intent.given == {"alarms": Alarms, "clock": Clock}
    assert intent.doc == "Start a timer."
    assert intent.missing({}) is intent.slots["length"]
    assert intent.missing({"length": 1}) is None


def documented(text: str = "", **annotations: object) -> object:
    """Return a function with a docstring and annotated parameters."""
    parameters = ", ".join(f"{name}: {kind}" for name, kind in annotations.items())
    space: dict[str, object] = {}
    exec(f"def act({parameters}) -> str:\n    {text!r}\n    return ''", space)
    return space["act"]


def test_skill_asks_for_a_value_by_its_kind_or_its_name() -> None:
    """What is said of the slot, else what its type asks, else its name, one of them or several."""
    skill = Skill("shop")

    @skill.intent("open at {at} on {day}, {items} of {word}")
    def opening(
        at: time,
        day: Annotated[date, Slot(ask="On which day, please?")],
        items: str,
        word: str,
    ) -> str:
        """Open at a time."""
        return f"{at} {day} {items} {word}"

    assert [slot.ask for slot in skill.intents["shop.opening"].slots.values()] == [
        "At what time?",
        "On which day, please?",
        "What are the items?",
        "What is the word?",
    ]


@pytest.mark.parametrize(
    ("function", "examples", "told"),
    [
        (documented("Act."), ["go to {place}"], "no such parameter"),
        (documented(""), ["go"], "docstring"),
        (documented("Act.", place="bytes"), ["go to {place}"], "timedelta"),
        (documented("Act."), ["go", "go"], "same example twice"),
        (documented("Act."), ["go [away"], r"go \[away"),
    ],
    ids=["hole without parameter", "no docstring", "unknown type", "twice", "unreadable"],
)
def test_skill_mistakes_are_found_at_import(
    function: object, examples: list[str], told: str
) -> None:
    """Each mistake is an error at registration that says what is wrong and where."""
    with pytest.raises(SkillLoadError, match=told) as caught:
        Skill("bad").intent(*examples)(function)

    assert ":1: " in str(caught.value)


def test_skill_refuses_parameter_without_type() -> None:
    """A parameter without annotation is named."""

    def act(place) -> str:  # type: ignore[no-untyped-def]
        """Act."""
        return ""

    with pytest.raises(SkillLoadError, match="place"):
        Skill("bad").intent("go to {place}")(act)


def test_skill_refuses_two_functions_of_one_name() -> None:
    """A second intent of the same name is refused."""
    skill = Skill("twice")
    skill.intent("one")(documented("Act."))

    with pytest.raises(SkillLoadError, match=r"twice\.act"):
        skill.intent("two")(documented("Act."))


def test_skill_refuses_answers_that_are_closures() -> None:
    """An answer must survive a restart, so it may not lean on variables around it."""
    skill, outside = Skill("asker"), "x"

    def confirm(yes: bool) -> str:
        """Confirm."""
        return outside

    with pytest.raises(SkillLoadError, match="keep="):
        skill.answer(confirm)


def test_skill_refuses_a_role_there_is_not() -> None:
    """A misspelt role is told with those there are."""
    skill = Skill("talk")

    with pytest.raises(SkillLoadError, match="no role “cancle”; the roles are cancel"):
        skill.intent("leave it", role="cancle")(documented("Act."))
    with pytest.raises(SkillLoadError, match="no role “herd”"):
        skill.answer(role="herd")(documented("Act."))


def test_skill_answer_after_a_yes() -> None:
    """With ``no`` the function is called after a yes only, without it; its own slots stay."""
    skill = Skill("asker")

    @skill.answer(no="It stays.")
    def deleted(key: str, clock: Clock) -> str:
        """Delete it."""
        return f"{key} is gone."

    answer = skill.answers["asker.deleted"]
    assert (list(answer.slots), list(answer.given)) == (["yes", "key"], ["clock"])
    assert skill.name_of(deleted) == "asker.deleted"
    assert answer.function(yes=True, key="a", clock=None) == "a is gone."
    assert answer.function(yes=False, key="a", clock=None) == "It stays."
