"""Skills of strangers: the same conversation, in processes of their own."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.skill.hosted import HOST
from assistant.testing import Conversation
from assistant.turn import Utterance
from tests.apart import Write
from tests.test_docs import blocks

ROOT = Path(__file__).parent.parent
WATER = ROOT / "docs" / "example" / "assistant-water"

pytestmark = pytest.mark.usefixtures("shared_workers")


@pytest.mark.parametrize("name", ["heating", "guests", "naps"])
def test_stranger_skills_of_the_docs_talk_as_in_process(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests of the docs pass in a process of their own as they do here."""
    page = ROOT / "docs" / "skills.md"
    monkeypatch.chdir(tmp_path)
    tests: dict[str, Callable[[Conversation], None]] = {}
    for code in blocks(page, "python"):
        if f'Skill("{name}"' in code:
            Path(f"{name}.py").write_text(code, encoding="utf-8")
        if "def test_" in code:
            exec(compile(code, "docs", "exec"), tests)  # type: ignore[arg-type]
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    say = Conversation().apart()
    tests[f"test_{name}"](say)
    assert say.assistant.skills.confined(name)
    say.close()


def test_stranger_skill_with_a_type_of_its_own_talks_as_in_process(say: Conversation) -> None:
    """Its values are read, kept, corrected, asked for and undone."""
    say.apart().use(WATER / "assistant_water.py")
    assert say("i drank two glasses of water").reply.text == "0.4 litres today."
    assert say("no, three").reply.text == "0.6 litres today."
    assert say("i had a bottle of water").reply.text == "1.1 litres today."
    assert say("i had a piano of water").understanding.intent != "water.drank"
    say("undo")
    assert say("how much water").reply.text == "0.6 litres today."
    assert say("set a water goal").reply.text == "How many glasses a day?"
    assert say.reopen()("eight").reply.text == "8 glasses a day: 1.6 litres."
    assert say("forget what i drank").outcome == "asked"
    assert say("no").reply.text == "It stays."


def test_stranger_is_understood_as_in_process(say: Conversation) -> None:
    """All that tells how its sentences are read is what it is in process."""
    say.apart().use(WATER / "assistant_water.py")
    apart = say.assistant.skills
    say._apart = False
    here = say.reopen().assistant.skills
    assert {**apart.intents, **apart.answers}.keys() == {**here.intents, **here.answers}.keys()
    for name, one in {**apart.intents, **apart.answers}.items():
        other = {**here.intents, **here.answers}[name]
        for part in ("doc", "where", "examples", "careful", "role", "stops"):
            assert getattr(one, part) == getattr(other, part)
        assert {n: k for n, k in one.given.items() if n != HOST} == other.given
        for slot, mine in one.slots.items():
            its = other.slots[slot]
            assert (mine.required, mine.ask) == (its.required, its.ask)
            for part in ("name", "examples", "greedy", "stored", "kept", "verbatim", "entity"):
                assert getattr(mine.type, part) == getattr(its.type, part)


KINDS = {
    "date": "friday",
    "time": "half past six",
    "datetime": "tomorrow at 7 am",
    "timedelta": "ten minutes",
    "Size": "big one",
    'enum.Enum("Spoken", ["some milk", "no milk"])': "some milk",
    'Literal["red", "blue"]': "blue",
    "Quantity": "3 kg",
    "Percentage": "5 %",
    "Money": "20 dollars",
    "DateRange": "next week",
    "TimeSpan": "between 4 and 5 pm",
    "Recurrence": "every monday",
    "Things": "milk and eggs",
    "Person": "anna",
    "bool": "yes",
    "float": "2.5",
    "int | None": "7",
}

TYPES = """
import enum
from datetime import date, datetime, time, timedelta
from typing import Literal

class Size(enum.Enum):
    BIG_ONE = 1
    SMALL = 2
"""

TELL = '''
@skill.intent("tell {n} of {{value}}")
def tell_{n}(value: {kind}) -> str:
    """Tell a value."""
    return f"{{type(value).__name__}} {{value!r}}"
'''


def test_stranger_function_is_called_with_the_same_values(
    stranger: Write,
) -> None:
    """Whatever type a value has, it is the one that it has in process."""
    tell = [TELL.format(n=f"number{n}", kind=kind) for n, kind in enumerate(KINDS)]
    say = stranger(TYPES + "".join(tell))
    sentences = [f"tell number{n} of {said}" for n, said in enumerate(KINDS.values())]
    apart = [say(each).reply.text for each in sentences]
    say._apart = False
    say.reopen()
    assert apart == [say(each).reply.text for each in sentences]
    assert not [each for each in apart if each.startswith(("What", "I can"))]
    assert "Size.BIG_ONE" in apart[4]


def test_stranger_is_given_what_it_asks_for(stranger: Write) -> None:
    """Its own memory, alarms, clock, meaning, settings, catalogue and session."""
    say = stranger(
        '''
        @skill.intent("strange everything")
        def everything(
            memory: Memory, alarms: Alarms, clock: Clock, meaning: Meaning,
            catalogue: Catalogue, session: Session, settings: Settings,
        ) -> str:
            """Use all."""
            from datetime import timedelta
            memory["n"] = memory.get("n", 0) + 1
            alarm = alarms.add(clock.now() + timedelta(minutes=5), "Ding.", "five")
            ranked = meaning.rank("milk", ["cheese", "milk"])[0][0]
            named = catalogue.find("timer").name
            mine = [each.label for each in alarms.list("*")]
            said = [memory["n"], alarm.label, ranked, named, session.name, settings.units, mine]
            return f"{clock.now():%H:%M} {said}"
        '''
    )
    say("set a timer for 10 minutes")
    assert say("strange everything").reply.text == (
        "10:00 [1, 'five', 1, 'timer', 'test', 'metric', ['five']]"
    )
    say.clock.advance(minutes=6)
    assert [alarm.message for alarm in say.ring()] == ["Ding."]
    assert "[2," in say("strange everything").reply.text


@pytest.mark.parametrize("rule", ["every 2 hours", "every weekday at 7", "every year on march 5"])
def test_stranger_sets_what_repeats(stranger: Write, rule: str) -> None:
    """Its own alarms ring by any rule that can be said."""
    say = stranger(
        '''
        @skill.intent("strange bell {rule}")
        def bell(rule: Recurrence, alarms: Alarms, clock: Clock) -> str:
            """Ring."""
            due = rule.next(clock.now()) or clock.after(timedelta(hours=2))
            return alarms.add(due, "Ding.", repeat=rule).repeat.spoken()
        '''.replace("@skill", "from datetime import timedelta\n        @skill")
    )
    assert say(f"strange bell {rule}").reply.text.startswith("every")
    assert len(say.assistant.store.pending()) == 1


def test_stranger_many_notes_are_read_and_written(stranger: Write) -> None:
    """More than a pipe holds goes through it, both ways."""
    say = stranger(
        '''
        @skill.intent("strange heap")
        def heap(memory: Memory) -> str:
            """Keep much."""
            for n in range(300):
                memory[f"key {n}"] = f"{n} " * 500
            return "Kept."

        @skill.intent("strange weight")
        def weight(memory: Memory) -> str:
            """Weigh it."""
            return f"{sum(len(text) for text in memory.values())}"
        '''
    )
    say("strange heap")
    assert say("strange weight").reply.text == str(sum(len(f"{n} " * 500) for n in range(300)))


AMOUNT = '''
from dataclasses import dataclass

@dataclass(frozen=True)
class Amount:
    ml: int
    examples = ("a can", "a splash")

    @classmethod
    def parse(cls, text: str) -> "Amount":
        """Read it."""
        return cls({"a can": 1000, "a splash": 50}[text.lower()])

@skill.intent("pour {amount}", "pour")
def pour(amount: Amount) -> str:
    """Pour."""
    return f"{amount.ml} ml."

@skill.intent("strange sleep")
def sleep() -> str:
    """Sleep."""
    import time
    time.sleep(3)
    return "Slept."
'''


def test_stranger_type_that_does_not_say_how_it_is_written_is_read_again(stranger: Write) -> None:
    """Its values are kept by the words they were read from, over a question too."""
    say = stranger(AMOUNT)
    assert say("pour a can").reply.text == "1000 ml."
    assert say("pour").outcome == "asked"
    assert say("a splash").reply.text == "50 ml."


def test_stranger_values_are_read_while_it_is_busy(stranger: Write) -> None:
    """A call keeps nobody waiting who has a value read."""
    say = stranger(AMOUNT)
    assistant, session = say.assistant, say.session.id
    slow = threading.Thread(
        target=assistant.respond, args=(Utterance("strange sleep", say.clock()), session)
    )
    slow.start()
    read = assistant.skills.intents["strange.pour"].slots["amount"].type
    began = time.monotonic()
    assert str(read.parse("a can", say.clock())) == "a can"
    assert time.monotonic() - began < 2.5
    slow.join()


def test_stranger_slot_may_be_called_anything(stranger: Write) -> None:
    """No name of a slot is taken."""
    say = stranger(
        """
        @skill.intent("strange {host} at {self} for {name}")
        def of(host: str, self: int, name: str) -> str:
            'Tell.'
            return f"{host} {self} {name}"
        """
    )
    assert say("strange inn at 5 for anna").reply.text == "inn 5 anna"


LOADS = """
import atexit, sys
from assistant.cli import main
atexit.register(lambda: print(*sorted(n for n in sys.modules if n.startswith("assistant.sandbox"))))
sys.argv = ["assistant", "say", "what is 2 plus 2"]
main()
"""


@pytest.mark.parametrize("there", [False, True], ids=["none", "one"])
def test_strangers_cost_a_start_without_them_nothing(assistant_home: Path, there: bool) -> None:
    """What they run in is loaded where one is installed."""
    if there:
        (assistant_home / "skills").mkdir(parents=True)
        code = 'from assistant import Skill\nskill = Skill("idle")\n'
        (assistant_home / "skills" / "idle.py").write_text(code, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-c", LOADS], capture_output=True, text=True, check=True
    ).stdout
    answer, loaded = told.split("\n", 1)
    assert answer == "4."
    assert ("assistant.sandbox.workers" in loaded.split()) is there
    assert there or not loaded.strip()
