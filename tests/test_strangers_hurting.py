"""Skills of strangers that crash, hang, eat or forge cost their call, never the chat."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from assistant.sandbox import confine, workers
from assistant.settings import Settings
from assistant.testing import Conversation
from assistant.turn import Turn
from tests.apart import Write, children

HURTS = {
    "leaves": "import os; os._exit(0)",
    "exits": "raise SystemExit(3)",
    "is killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "eats memory": "x = [bytearray(1 << 28) for _ in range(64)]",
    "never ends": "while True: pass",
    "sleeps": "import time; time.sleep(100)",
    "closes its files": "import os; os.closerange(0, 100)",
    "recurses": "f = lambda f: f(f); f(f)",
    "interrupts": "raise KeyboardInterrupt",
    "prints much": "print('x' * 10_000_000)",
    "answers much": "return 'x' * 20_000_000",
    "forks": "import os\n    while True: os.fork()",
    "starts threads": "import threading, time\n"
    "    for _ in range(1000): threading.Thread(target=time.sleep, args=(99,)).start()",
}


SLOW = {"sleeps", "exits", "is killed", "recurses", "interrupts", "prints much", "answers much"}


@pytest.mark.parametrize(
    "hurt", [pytest.param(each, marks=pytest.mark.slow) if each in SLOW else each for each in HURTS]
)
def test_stranger_that_hurts_itself_costs_its_call_alone(stranger: Write, hurt: str) -> None:
    """Its turn fails, or is answered, within its time; everything else goes on."""
    say = stranger(
        f'''
@skill.intent("strange hurt")
def hurt() -> str:
    """Hurt."""
    {HURTS[hurt]}
    return "Unhurt."

@skill.intent("strange health")
def health() -> str:
    """Be well."""
    return "Well."
'''
    ).set(deadline=1.0)
    assert say("strange health").reply.text == "Well."
    before = len(children())
    began = time.monotonic()
    turn = say("strange hurt")
    assert time.monotonic() - began < 10
    assert turn.outcome in ("failed", "answered")
    assert say("what time is it").outcome == "answered"
    assert say("strange health").reply.text == "Well."
    assert len(children()) <= before


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import os; os._exit(0)", "strange.py: its process ended."),
        ("raise SystemExit", "strange.py:4: SystemExit"),
        ("def f(:", "strange.py:4: "),
        ("while True: pass", "loading took over 1 seconds; do slow work in the intent."),
        ("import sys; sys.stdout.close(); sys.stdin.close()", "the skill has no intents"),
        ("open('/etc/shadow')", "strange.py:4: PermissionError"),
    ],
)
def test_stranger_that_breaks_when_it_is_imported_is_told_and_remembered(
    stranger: Write,
    say: Conversation,
    tmp_path: Path,
    code: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is imported where it can do no harm, once for each content."""
    if "shadow" in code and confine.supported():
        pytest.skip(confine.supported())
    monkeypatch.setattr(workers, "LOADING", 1.0)
    monkeypatch.setattr("assistant.sandbox.strangers.LOADING", 1.0)
    (tmp_path / "strange.py").write_text(
        f"from assistant import Skill\nskill = Skill('strange', 'x')\n\n{code}\n", encoding="utf-8"
    )
    with pytest.raises(AssertionError, match=re.escape(told)):
        say.apart().use(tmp_path / "strange.py")
    assert say("what time is it").outcome == "answered"
    say.close()
    before = children()
    assert any(told in broken for broken in say.assistant.status().broken)
    assert children() == before


READS = '''
class Odd:
    examples = ("odd",)

    @classmethod
    def parse(cls, text: str) -> "Odd":
        """Read it."""
        {}
        return cls()

@skill.intent("strange {{odd}}")
def take(odd: Odd) -> str:
    """Take it."""
    return "Taken."
'''


@pytest.mark.parametrize(
    "does", ["raise RuntimeError", "import os; os._exit(1)", "while True: pass", "raise SystemExit"]
)
def test_stranger_whose_values_can_not_be_read_keeps_nobody_waiting(
    stranger: Write, does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a few times that end badly it is not asked any more."""
    monkeypatch.setattr("assistant.sandbox.remote.READING", 0.3)
    say = stranger(READS.format(does))
    began = time.monotonic()
    for word in ("odd", "even", "mad", "bad", "sad"):
        assert say(f"strange {word}").outcome == "refused"
    assert time.monotonic() - began < 6
    assert say("what time is it").outcome == "answered"


def test_stranger_processes_are_few_and_end(
    say: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most four run, they end when idle, and with the assistant."""
    monkeypatch.setattr(workers, "IDLE", 0.5)
    before = children()
    for n in range(6):
        code = f"""
            from assistant import Skill
            skill = Skill("s{n}", "x")
            @skill.intent("strange number {n}")
            def f() -> str:
                '''Tell.'''
                return "{n}"
        """
        (tmp_path / f"s{n}.py").write_text(textwrap.dedent(code), encoding="utf-8")
    say.apart().use(*tmp_path.glob("s*.py"))
    for n in range(6):
        assert say(f"strange number {n}").reply.text == str(n)
        assert len(children()) - len(before) <= workers.MOST + 1
    until = time.monotonic() + 10
    while children() != before and time.monotonic() < until:
        time.sleep(0.05)
    assert children() == before
    assert say("strange number 0").reply.text == "0"
    say.close()
    assert children() == before


KILLED = """
import os, sys, time
from assistant.assembly import assemble, templates_only
from assistant.settings import Settings
from assistant.testing import Conversation
from assistant.turn import Turn
say = Conversation().apart().use(sys.argv[1])
say("strange health")
print(*[each.pid for each in __import__("psutil").Process().children(recursive=True)], flush=True)
say("strange sleep")
"""


def test_stranger_does_not_outlive_the_assistant(tmp_path: Path, assistant_home: Path) -> None:
    """Where that is killed, what its skills run in ends too, whatever it is doing."""
    (tmp_path / "strange.py").write_text(
        textwrap.dedent(
            """
            import time
            from assistant import Skill
            skill = Skill("strange", "x")
            @skill.intent("strange health")
            def health() -> str:
                '''Tell.'''
                return "Well."
            @skill.intent("strange sleep")
            def sleep() -> str:
                '''Sleep.'''
                time.sleep(1000)
                return ""
            """
        ),
        encoding="utf-8",
    )
    command = [sys.executable, "-c", KILLED, str(tmp_path / "strange.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pids = [int(each) for each in process.stdout.readline().split()]
        assert len(pids) == 2
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while any(map(psutil.pid_exists, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(psutil.pid_exists, pids))


KNOWN = '''
@skill.intent("strange nothing")
def nothing() -> str:
    """Do nothing."""
    return "Nothing."
'''


def test_stranger_that_is_known_starts_no_process(stranger: Write) -> None:
    """What it says of itself is kept by its content; its code is read when it is called."""
    say = stranger(KNOWN)
    say.close()
    before = children()
    assert say("what time is it").outcome == "answered"
    assert children() == before
    assert say("strange nothing").reply.text == "Nothing."
    assert len(children()) == len(before) + 2


def test_stranger_that_changed_is_read_anew(stranger: Write, tmp_path: Path) -> None:
    """A change of the file is a change of the skill, in an open chat too."""
    say = stranger('@skill.intent("strange one")\ndef f() -> str:\n    """F."""\n    return "1"\n')
    assert say("strange one").reply.text == "1"
    path = tmp_path / "strange.py"
    path.write_text(path.read_text(encoding="utf-8").replace('"1"', '"22"'), encoding="utf-8")
    assert say.assistant.refresh() == ["The skill strange is reloaded."]
    assert say("strange one").reply.text == "22"
    path.write_text("no python", encoding="utf-8")
    (told,) = say.assistant.refresh()
    assert told.endswith("The version before it goes on working.")
    assert say("strange one").reply.text == "22"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the module of an installed package that brings a skill, and notes who imports it."""
    site = tmp_path / "site"
    about = site / "pack-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Name: pack\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[assistant.skills]\nx = packed:skill\n", "utf-8")
    module = site / "packed.py"
    module.write_text(
        textwrap.dedent(
            """
            import os
            from assistant import Skill
            skill = Skill("packed", "x")
            @skill.intent("strange process")
            def process() -> str:
                '''Tell.'''
                return str(os.getpid())
            """
        ),
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(site))
    return module


def test_stranger_of_a_package_runs_apart_until_it_is_trusted(
    package: Path, assistant_home: Path
) -> None:
    """Nothing of it is imported here; trusted by its name it is."""
    from datetime import UTC, datetime

    from assistant.assembly import assemble, templates_only
    from assistant.turn import Utterance

    def tell(settings: Settings) -> Turn:
        assistant = assemble(settings, model=templates_only())
        try:
            said = Utterance("strange process", datetime.now(UTC))
            return assistant.respond(said, assistant.open_session().id)
        finally:
            assistant.close()

    sys.modules.pop("packed", None)
    apart = tell(Settings())
    assert apart.reply.text.isdigit()
    assert apart.reply.text != str(os.getpid())
    assert "packed" not in sys.modules
    here = tell(replace(Settings(), trusted=("pack",)))
    assert here.reply.text == str(os.getpid())
