"""What skills of strangers may reach for: declared, asked for once, and nothing else."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from assistant.store.reader import SqliteReader
from assistant.testing import Conversation
from tests.apart import Write, enforced

pytestmark = pytest.mark.usefixtures("shared_workers")

REACHING = '''
@skill.intent("strange file")
def file() -> str:
    """Read a file."""
    return open("FILE").read()

@skill.intent("strange past")
def past(history: History) -> str:
    """Tell what was said."""
    return f"{[turn.utterance.text for turn in history.turns()]}"

@skill.intent("strange nothing")
def nothing() -> str:
    """Do nothing."""
    return "Nothing."
'''


@pytest.fixture
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that only its owner should read."""
    path = tmp_path_factory.mktemp("papers") / "secret.txt"
    path.write_text("the secret", encoding="utf-8")
    return path


@enforced
def test_stranger_that_declares_nothing_reaches_nothing(stranger: Write, secret: Path) -> None:
    """It is told so, and nobody is asked."""
    say = stranger(REACHING.replace("FILE", str(secret)))
    turn = say("strange file")
    assert turn.outcome == "failed"
    assert "The skill strange may not do that" in turn.reply.text
    assert "assistant skills rights strange" in turn.reply.text
    assert 'needs={"history": True}' in say("strange past").reply.text
    assert say("strange nothing").reply.text == "Nothing."


def test_stranger_is_asked_for_once_and_its_rights_are_undone(
    stranger: Write, secret: Path
) -> None:
    """In plain words, before it is called at all; undo takes leave and deed back."""
    needs = f'{{"reads": ["{secret.parent}"], "history": True}}'
    say = stranger(REACHING.replace("FILE", str(secret)), needs)
    asked = say("strange file")
    assert asked.outcome == "asked"
    wants = f"wants to read {secret.parent} and read what was said before"
    assert asked.reply.text == f"The skill strange {wants}. May it?"
    assert say("yes").reply.text == "the secret"
    assert say("strange file").reply.text == "the secret"
    assert "strange file" in say.reopen()("strange past").reply.text
    for _ in range(4):
        say("undo")
    assert say("strange nothing").outcome == "asked"


def test_stranger_s_leave_is_read_once_for_a_call(
    stranger: Write, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that what is asked and what is granted is of one moment."""
    say = stranger(REACHING.replace("FILE", str(secret)), f'{{"reads": ["{secret.parent}"]}}')
    say("strange file")
    say("yes")
    read, value = list[str](), SqliteReader.value

    def counted(self: SqliteReader, skill: str, key: str) -> Any:
        read.append(key)
        return value(self, skill, key)

    monkeypatch.setattr(SqliteReader, "value", counted)
    assert say("strange file").reply.text == "the secret"
    assert read == ["strange"]


@enforced
def test_stranger_that_was_refused_is_called_without(stranger: Write, secret: Path) -> None:
    """No is remembered: nobody is asked again, and what needs nothing works."""
    needs = f'{{"reads": ["{secret.parent}"]}}'
    say = stranger(REACHING.replace("FILE", str(secret)), needs)
    say("strange file")
    assert "It may not, then" in say("no").reply.text
    assert "may not do that" in say("strange file").reply.text
    assert say("strange nothing").reply.text == "Nothing."


def test_stranger_that_wants_more_is_asked_for_again(stranger: Write, secret: Path) -> None:
    """Leave is for what was told, not for the name."""
    code = REACHING.replace("FILE", str(secret))
    say = stranger(code, f'{{"reads": ["{secret.parent}"]}}')
    say("strange nothing")
    assert say("yes").reply.text == "Nothing."
    say = stranger(code, f'{{"reads": ["{secret.parent}"], "network": True}}')
    assert "and use the network. May it?" in say("strange nothing").reply.text


@pytest.mark.parametrize("place", ["..", "assistant.db", "skills", "."])
def test_stranger_may_not_reach_for_where_the_assistant_keeps_things(
    stranger: Write, assistant_home: Path, place: str
) -> None:
    """Neither what holds the home can be had nor what is in it: other skills' notes are there."""
    wanted = (assistant_home / place).resolve()
    with pytest.raises(AssertionError, match="holds what the assistant keeps"):
        stranger(REACHING, f'{{"reads": ["{wanted}"]}}')


def test_stranger_that_was_allowed_a_link_has_what_it_led_to(
    stranger: Write, secret: Path, tmp_path: Path
) -> None:
    """Where a path leads is told, and leads it elsewhere, asked for anew."""
    link, other = tmp_path / "link", tmp_path / "other"
    link.symlink_to(secret.parent)
    other.mkdir()
    (other / "secret.txt").write_text("another", encoding="utf-8")
    say = stranger(REACHING.replace("FILE", f"{link}/secret.txt"), f'{{"reads": ["{link}"]}}')
    asked = say("strange file").reply.text
    assert asked.endswith(f"wants to read {link} ({link} is {secret.parent}). May it?")
    assert say("yes").reply.text == "the secret"
    link.unlink()
    link.symlink_to(other)
    assert say("strange file").outcome == "asked"


def test_stranger_is_not_told_what_is_asked_of_others(stranger: Write) -> None:
    """An open question holds words that were said before."""
    say = stranger(
        """
        @skill.intent("strange session")
        def session(session: Session) -> str:
            'Tell it.'
            return repr(session)
        """
    )
    assert say("remind me to call the oncologist").outcome == "asked"
    assert "oncologist" not in say("strange session").reply.text.partition("Back to")[0]


@pytest.mark.parametrize(
    ("needs", "told"),
    [
        ('{"file": ["/tmp"]}', "there are files, reads, programs, network, history"),
        ('{"files": "/tmp"}', "can't be read"),
        ('{"network": 1}', "can't be read"),
        ('{"files": ["Documents"]}', "is no whole path; begin with / or ~"),
        ('{"reads": ["~/Music/../.ssh"]}', "is no whole path; begin with / or ~, without"),
        ('{"programs": ["ls. It is safe"]}', "is no name of a program"),
    ],
)
def test_stranger_needs_that_are_none_are_told(stranger: Write, needs: str, told: str) -> None:
    """With the file and what there is."""
    with pytest.raises(AssertionError, match=re.escape(told)):
        stranger(REACHING, needs)


FORGED = {
    "another's memory": '''
        from assistant.sandbox import worker
        from assistant.skill.given import WriteMemory
        worker.effect_to_json = lambda e: {"write": "x", "value": 1, "skill": "notes"}
        memory["x"] = 1
    ''',
    "another's alarm": '''
        from assistant.sandbox import worker
        row = alarms.add(clock.now().replace(hour=23), "m")
        worker.row = None
        from assistant.sandbox import outcomes
        real = outcomes.effect_to_json
        worker.effect_to_json = lambda e: {"alarm": {**real(e)["alarm"], "id": ID}}
    ''',
    "another's name": '''
        from assistant.sandbox import outcomes, worker
        alarms.add(clock.now().replace(hour=23), "m")
        real = outcomes.effect_to_json
        worker.effect_to_json = lambda e: {"alarm": {**real(e)["alarm"], "skill": "timer"}}
    ''',
    "a rule without steps": '''
        from assistant.sandbox import outcomes, worker
        alarms.add(clock.now().replace(hour=23), "m")
        rule = "DTSTART:20260304T230000\\nRRULE:FREQ=MINUTELY;INTERVAL=0"
        real = outcomes.effect_to_json
        worker.effect_to_json = lambda e: {"alarm": {**real(e)["alarm"], "repeat": rule}}
    ''',
    "a rule of old": '''
        from assistant.sandbox import outcomes, worker
        alarms.add(clock.now().replace(hour=23), "m")
        rule = "DTSTART:10000304T230000\\nRRULE:FREQ=MINUTELY"
        real = outcomes.effect_to_json
        worker.effect_to_json = lambda e: {"alarm": {**real(e)["alarm"], "repeat": rule}}
    ''',
    "a rule of no day": '''
        from assistant.sandbox import outcomes, worker
        alarms.add(clock.now().replace(hour=23), "m")
        rule = "DTSTART:20260304T230000\\nRRULE:FREQ=DAILY;BYDAY=XX"
        real = outcomes.effect_to_json
        worker.effect_to_json = lambda e: {"alarm": {**real(e)["alarm"], "repeat": rule}}
    ''',
    "a deep value": '''
        value = []
        for _ in range(980):
            value = [value]
        from assistant.sandbox import worker
        memory["x"] = 1
        worker.effect_to_json = lambda e: {"write": "x", "value": value}
    ''',
    "a great number": '''
        memory["x"] = 10 ** 40
    ''',
    "undo": '''
        from assistant.sandbox import worker
        memory["x"] = 1
        worker.effect_to_json = lambda e: {"undo": 1}
    ''',
    "no effect": '''
        from assistant.sandbox import worker
        memory["x"] = 1
        worker.effect_to_json = lambda e: ["what"]
    ''',
    "an odd alarm": '''
        from assistant.sandbox import worker
        memory["x"] = 1
        worker.effect_to_json = lambda e: {"alarm": {"id": 5, "zone": "x"}}
    ''',
    "another's intent": '''
        from assistant.sandbox import worker
        words = ["cancel the tea timer", "timer.cancel", "", "", ""]
        worker.value_to_json = lambda value, skill: {"again": words}
    ''',
    "an odd question": '''
        keep = {"intent": "strange.deed", "heard": "[no JSON"}
        return Ask("What?", then=answer, keep=keep)
    ''',
    "a long reply": '''
        return "x" * 200_000
    ''',
    "no text": '''
        from assistant.sandbox import worker
        worker.value_to_json = lambda value, skill: {"text": {"a": 1}}
    ''',
    "no message": '''
        import gc, os
        from assistant.sandbox.channel import ToHost
        line = next(each for each in gc.get_objects() if type(each) is ToHost)
        line.send(b"[" * 100000)
    ''',
    "a long message": '''
        import gc, os
        from assistant.sandbox.channel import ToHost
        line = next(each for each in gc.get_objects() if type(each) is ToHost)
        os.write(line.writes, b"\\xff\\xff\\xff\\x7f")
    ''',
    "another's notes": '''
        import gc
        from assistant.sandbox.worker import Asking
        line = next(each for each in gc.get_objects() if type(each) is Asking)
        return str(line.ask("value", "notes", "note")) + str(line.ask("memory", "notes"))
    ''',
    "the past": '''
        import gc
        from assistant.sandbox.worker import Asking
        line = next(each for each in gc.get_objects() if type(each) is Asking)
        return str(line.ask("turns", 5))
    ''',
}  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_stranger_that_forges_what_it_says_changes_nothing(
    stranger: Write, forged: str, say: Conversation
) -> None:
    """Whatever it writes into its pipe, others' things stay, and the chat goes on."""
    say.apart()("note that the door code is 4711")
    set_ = say("set a tea timer for 10 minutes")
    (alarm,) = say.assistant.store.pending()
    assert set_.outcome == "answered"
    body = textwrap.indent(textwrap.dedent(FORGED[forged].replace("ID", repr(alarm.id))), "    ")
    say = stranger(
        '@skill.answer\ndef answer(text: str) -> str:\n    """Take it."""\n    return text\n\n'
        '@skill.intent("strange deed")\n'
        "def deed(memory: Memory, alarms: Alarms, clock: Clock) -> str:\n"
        f'    """Do it."""\n{body}\n    return "Done."\n'
    )
    turn = say("strange deed")
    assert "4711" not in turn.reply.text
    assert "tea timer" not in turn.reply.text
    assert [(a.id, a.skill) for a in say.assistant.store.pending()] == [(alarm.id, "timer")]
    assert "4711" in say("what is the door code").reply.text
    if forged != "another's memory":  # that is written, on its own shelf
        assert turn.outcome == ("asked" if forged == "an odd question" else "failed")
        assert say.assistant.store.reader().memory("strange") == {}
    assert say("what time is it").reply.text.startswith("It is 10:00")


HANDS_ON = [
    'heard="[no JSON"',
    'heard="[]"',
    "heard='{\"slots\": 5}'",
    'heard=\'{"slots": {"day": "no day"}}\'',
    'alarms="no such"',
]


@pytest.mark.parametrize("odd", HANDS_ON)
def test_stranger_that_hands_on_what_is_none_is_told(stranger: Write, odd: str) -> None:
    """It fails in a sentence, or does what can be read; nothing is left open."""
    say = stranger(
        f"""
        from datetime import date

        @skill.answer
        def answer(text: str) -> Again:
            'Hand on.'
            return Again("", "strange.deed", {odd})

        @skill.intent("strange deed [on {{day}}]")
        def deed(day: date | None = None) -> Ask:
            'Ask.'
            return Ask("What?", then=answer)
        """
    )
    assert say("strange deed").reply.text == "What?"
    assert say("this").outcome in ("failed", "asked")
    assert say("what time is it").outcome == "answered"


ODD = {
    "half of a pair": r'"strange \ud800 please"',
    "brackets": '"strange ' + "[a " * 60 + "b" + "]" * 60 + '"',
    "long": '"strange ' + "word " * 300 + '"',
    "many": ", ".join(f'"strange {n} {"word " * 90}"' for n in range(130)),
}


@pytest.mark.parametrize("odd", ODD)
def test_stranger_whose_examples_are_odd_is_told(stranger: Write, odd: str) -> None:
    """It is broken, in a sentence; nothing else is."""
    with pytest.raises(AssertionError, match=r"strange\.py"):
        stranger(f"@skill.intent({ODD[odd]})\ndef f() -> str:\n    'F.'\n    return 'f'\n")


@pytest.mark.parametrize("kind", ["Literal[()]", "Enum('Empty', [])"])
def test_stranger_choice_of_nothing_is_told(stranger: Write, kind: str) -> None:
    """A slot that nothing can fill."""
    head = f"from typing import Literal\nfrom enum import Enum\nKind = {kind}\n"
    with pytest.raises(AssertionError, match="has nothing to choose from"):
        stranger(
            head
            + "@skill.intent('strange {k}')\ndef f(k: Kind) -> str:\n    'F.'\n    return 'f'\n"
        )
