"""The whole straight line, on real files and a real database."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assistant.testing import Conversation
from assistant.turn import Utterance

PROBE = '''
import sys
import time
from datetime import timedelta
from typing import Annotated, Literal

from assistant import Alarms, Ask, Clock, Memory, Reply, Skill, SkillError, Slot

skill = Skill("probe")


@skill.intent("probe count {number}")
def count(number: Annotated[int, Slot(ask="Which number?")], memory: Memory) -> str:
    """Count up."""
    memory["sum"] = memory.get("sum", 0) + number
    return f"The sum is {memory['sum']}."


@skill.intent("probe count please")
def ask_count(number: Annotated[int, Slot(ask="Which number?")]) -> str:
    """Ask for a number."""
    return f"You said {number}."


@skill.intent("probe wipe")
def wipe(memory: Memory) -> Ask:
    """Wipe after asking."""
    return Ask("Really wipe?", then=confirm, keep={"after": timedelta(minutes=5)})


@skill.answer
def confirm(yes: bool, after: timedelta, memory: Memory) -> str:
    """Wipe if so wished."""
    if not yes:
        return "Kept."
    memory.pop("sum", None)
    return f"Wiped after {after}."


@skill.intent("probe raise")
def broken(memory: Memory) -> str:
    """Break after writing."""
    memory["sum"] = 999
    raise ValueError("no luck")


@skill.intent("probe refuse")
def refuse(memory: Memory) -> str:
    """Say no after writing."""
    memory["sum"] = 999
    raise SkillError("I would rather not.")


@skill.intent("probe exit")
def leave() -> str:
    """Try to end the program."""
    sys.exit(0)


@skill.intent("probe hang")
def hang(memory: Memory) -> str:
    """Hang after writing."""
    memory["sum"] = 999
    time.sleep(30)
    return "awake"


@skill.intent("probe print")
def chatty() -> None:
    """Print instead of answering."""
    print("on the screen")


@skill.intent("probe number")
def number() -> str:
    """Answer with what is no reply."""
    return 42
'''


@pytest.fixture
def talk(say: Conversation, tmp_path: Path) -> Conversation:
    """Return a conversation with the probe skill installed."""
    path = tmp_path / "probe.py"
    path.write_text(PROBE, encoding="utf-8")
    return say.use(path)


def test_core_turn_is_recorded_with_its_effects(talk: Conversation) -> None:
    """What a skill remembers and what was said are there after a restart."""
    assert talk("probe count 3").reply.text == "The sum is 3."
    assert talk.reopen()("probe count 4").reply.text == "The sum is 7."

    said = [t.utterance.text for t in talk.assistant.store.turns(talk.session.id)]
    assert said == ["probe count 3", "probe count 4"]


def test_core_missing_slot_is_asked_for_and_answered_after_a_restart(talk: Conversation) -> None:
    """The question survives closing everything, and the answer completes the request."""
    turn = talk("probe count please")
    assert (turn.outcome, turn.reply.text) == ("asked", "Which number?")

    assert talk.reopen()("twenty one").reply.text == "You said 21."


def test_core_follow_up_gets_what_was_kept(talk: Conversation) -> None:
    """An answer function is called with the heard and the kept values, of their types."""
    talk("probe count 3")
    assert talk("probe wipe").outcome == "asked"
    assert talk("yes please").reply.text == "Wiped after 0:05:00."
    assert talk("probe count 1").reply.text == "The sum is 1."


@pytest.mark.parametrize("word", ["cancel", "Never mind.", "forget it", "stop!"])
def test_core_cancel_leaves_an_open_question(talk: Conversation, word: str) -> None:
    """Cancel always leaves, and the question is gone."""
    talk("probe wipe")

    assert talk(word).reply.text == "OK, never mind."
    assert talk.session.open_question is None


def test_core_open_question_never_swallows_a_clear_request(talk: Conversation) -> None:
    """A sentence that is exactly another request is that request."""
    talk("probe count please")
    turn = talk("probe print")

    assert turn.understanding.intent == "probe.chatty"
    assert "Back to “probe count please”" in turn.reply.text
    assert talk.session.open_question is not None


def test_core_unclear_answer_is_asked_again_then_let_go(talk: Conversation) -> None:
    """What is no answer is asked again twice, then the question is dropped."""
    talk("probe wipe")

    outcomes = [talk("purple elephants swim").outcome for _ in range(3)]

    assert outcomes == ["asked", "asked", "refused"]
    assert talk.session.open_question is None


def test_core_question_of_a_vanished_skill_is_dropped_in_a_sentence(
    talk: Conversation, tmp_path: Path
) -> None:
    """An open question whose skill is gone is let go and told."""
    talk("probe wipe")
    talk.reopen()
    (tmp_path / "probe.py").write_text(PROBE.replace('"probe"', '"other"'), encoding="utf-8")

    assert "gone" in talk("yes").reply.text
    assert talk.session.open_question is None


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("probe raise", "ValueError: no luck"),
        ("probe refuse", "I would rather not."),
        ("probe exit", "SystemExit"),
        ("probe number", "returned int"),
    ],
)
def test_core_bad_skill_is_one_sentence_and_changes_nothing(
    talk: Conversation, sentence: str, told: str
) -> None:
    """A skill that fails is told, its writes are dropped, the conversation goes on."""
    talk("probe count 3")
    turn = talk(sentence)

    assert turn.outcome == "failed"
    assert told in turn.reply.text
    assert talk("probe count 1").reply.text == "The sum is 4."


def test_core_hanging_skill_is_given_up(talk: Conversation) -> None:
    """After the deadline the chat goes on and nothing was written."""
    talk.set(deadline=0.1)

    assert "took over" in talk("probe hang").reply.text
    assert talk("probe count 1").reply.text == "The sum is 1."


def test_core_cancel_stops_a_running_skill(talk: Conversation) -> None:
    """Esc while a skill runs drops its result and its writes."""
    cancel = threading.Event()
    cancel.set()
    said = Utterance("probe hang", talk.clock())

    turn = talk.assistant.respond(said, talk.session.id, cancel)

    assert turn.outcome == "cancelled"
    assert talk("probe count 1").reply.text == "The sum is 1."


def test_core_prints_do_not_reach_the_screen(
    talk: Conversation, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a skill prints is kept off the screen."""
    assert talk("probe print").reply.text == "Done."
    assert capsys.readouterr().out == ""


NASTY = [
    "",
    "   \n\t ",
    "x" * 1_000_000,
    "\x00\x01\x1b[31m\x7f",
    "\ud800 lone surrogate",
    "مرحبا كيف حالك",
    "👩‍👩‍👧‍👦 🎲🎲🎲",
    "'; DROP TABLE turns; --",
    "$(rm -rf /) `id` | cat /etc/passwd",
    '{"intent": "probe.count"} {number} [x|y] (a',
    "%s %d {0} \\u0000",
    'AND OR NOT NEAR( " * ^ :',
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_core_nasty_input_gets_one_clear_reply(talk: Conversation, text: str) -> None:
    """Whatever is typed is answered, recorded, and the next request works."""
    turn = talk(text)

    assert turn.outcome == "refused"
    assert turn.reply.text
    assert len(turn.utterance.text) <= 2_001
    assert talk("probe count 1").reply.text == "The sum is 1."


def test_core_hot_reload_is_understood_at_once(talk: Conversation, tmp_path: Path) -> None:
    """A skill saved in the user's folder answers after the next refresh."""
    assert talk("bark like a dog").outcome == "refused"
    folder = tmp_path / "home" / "skills"
    folder.mkdir(parents=True)
    source = '"""Dog."""\nfrom assistant import Skill\nskill = Skill("dog")\n'
    source += '@skill.intent("bark like a dog")\ndef bark() -> str:\n    """Bark."""\n'
    (folder / "dog.py").write_text(source + '    return "Woof."\n', encoding="utf-8")

    assert talk.assistant.refresh() == ["The skill dog is ready."]
    assert talk("bark like a dog").reply.text == "Woof."
