"""Forms whose function fails, and how often what they ask is tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.conversation import forms
from assistant.conversation.calling import Caller
from assistant.conversation.parking import WAITS
from assistant.skill.call import Outcome, call
from assistant.skill.declared import Intent
from assistant.testing import Conversation

BANK = Path(__file__).with_name("bank_skill.py")

FAILING = '''
from typing import Annotated
from assistant import Memory, Skill, SkillError, Slot
skill = Skill("post", "Sends parcels.")

@skill.intent("send a parcel")
def send(
    number: Annotated[float, Slot(ask="Which number?")],
    weight: Annotated[float, Slot(ask="How heavy?")],
    post: Memory,
) -> str:
    """Send it."""
    if "open" not in post:
        {body}
    return f"Sent {{number:g}}, {{weight:g}} kilos."

@skill.intent("open the post office")
def begin(post: Memory) -> str:
    """Open it."""
    post["open"] = True
    return "It is open."
'''


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise SkillError('The post is closed.')", "The post is closed."),
        ("raise RuntimeError('x')", "broke"),
    ],
)
def test_forms_that_fail_are_put_away(
    say: Conversation, tmp_path: Path, body: str, told: str
) -> None:
    """What could not be carried out can be, once that is mended, and no value is told again."""
    path = tmp_path / "post.py"
    path.write_text(FAILING.format(body=body))
    say.use(path)
    say("send a parcel")
    say("7")
    failed = say("2").reply.text
    assert told in failed
    assert failed.endswith(WAITS.format("send a parcel"))
    say("open the post office")
    told_again = "We are at “send a parcel” (number: 7). How heavy?"
    assert say("where were we").reply.text == told_again
    assert say("2").reply.text == "Sent 7, 2 kilos."


def test_forms_ask_a_test_once_with_the_same_values(say: Conversation) -> None:
    """What tells whether something is asked for is called again for other values alone."""
    say.use(BANK)
    test, called = say.assistant.skills.checks["bank.lives_here"], list[object]()

    def run(check: Intent, values: dict[str, Any]) -> Outcome:
        called.append(values)
        return call(check.function, values, 5.0)

    tests = forms.Tests(run)
    told = [tests.holds(test, {"local": local}) for local in (True, True, False, True)]
    assert told == [True, True, False, True]
    assert called == [{"local": True}, {"local": False}]


def test_forms_outlast_what_goes_wrong_beside_them(
    say: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the assistant's own ends the turn alone: what asks, and what is parked, waits."""

    def failing(*_: object, **__: object) -> object:
        raise RuntimeError("x")

    path = tmp_path / "post.py"
    path.write_text(FAILING.format(body="raise SkillError('The post is closed.')"))
    say.use(path)
    for words in ("send a parcel", "7", "2", "set a timer"):
        say(words)
    before = say.session
    assert before.open_question
    assert before.parked
    with monkeypatch.context() as patched:
        patched.setattr(Caller, "call", failing)
        turn = say("what time is it")
    assert turn.outcome == "failed"
    asked = before.open_question.question
    assert turn.reply.text.endswith(
        f"(RuntimeError); the log has more. Nothing was changed. {asked}"
    )
    assert say.session == before
    assert say("5 minutes").reply.text.startswith("Timer set for 5 minutes")
    assert say("where were we").reply.text.startswith("We are at “send a parcel”")
