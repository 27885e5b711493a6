"""The command line as a user meets it: output, exit codes, one sentence for a mistake."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

HOME = "ASSISTANT_HOME"


def run(
    *words: str, stdin: str | bytes = "", home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    if home:
        environment[HOME] = str(home)
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        input=data,
        capture_output=True,
        env=environment,
        timeout=120,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in out + err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    """Return a skill file that understands without any weights."""
    path = tmp_path / "probe.py"
    path.write_text(
        "from datetime import timedelta\n"
        "from assistant import Alarms, Clock, Skill\n"
        'skill = Skill("probe")\n'
        '@skill.intent("probe {number} times", "probe often")\n'
        "def count(number: int) -> str:\n"
        '    """Count."""\n'
        '    return f"{number} times."\n'
        '@skill.intent("probe alarm")\n'
        "def alarm(alarms: Alarms, clock: Clock) -> str:\n"
        '    """Set an alarm."""\n'
        '    alarms.add(clock.now() + timedelta(hours=1), "Probe!")\n'
        '    return "Set."\n',
        encoding="utf-8",
    )
    return path


def test_cli_say_answers_once(probe: Path) -> None:
    """A request is answered on standard output with exit code 0."""
    done = run("say", "--skill", str(probe), "probe", "three", "times")

    assert (done.returncode, done.stdout) == (0, "3 times.\n")


def test_cli_say_json_is_one_turn_a_line(probe: Path) -> None:
    """With --json every line of input gives a line that holds the whole turn."""
    done = run("say", "--json", "--skill", str(probe), stdin="probe 3 times\nprobe often\n12\n")
    turns = [json.loads(line) for line in done.stdout.splitlines()]

    assert [t["utterance"]["text"] for t in turns] == ["probe 3 times", "probe often", "12"]
    assert {t["understanding"]["intent"] for t in turns} == {"probe.count"}
    assert turns[0]["understanding"]["slots"][0]["value"] == 3
    assert turns[2]["reply"]["text"] == "12 times."
    assert done.returncode == 0


def test_cli_say_answers_each_line_of_a_text(probe: Path) -> None:
    """Lines that were pasted are requests of their own; blank ones between them say nothing."""
    pasted = "1. probe 3 times\n\n- probe 4 times\n"
    done = run("say", "--skill", str(probe), pasted)
    piped = run("say", "--skill", str(probe), stdin=pasted)

    assert done.stdout == piped.stdout == "3 times.\n4 times.\n"


def test_cli_say_codes_and_shared_session(probe: Path) -> None:
    """4 waits for an answer, which the next call gives; 3 is refused."""
    asked = run("say", "--skill", str(probe), "probe often")
    answered = run("say", "--skill", str(probe), "nine")
    refused = run("say", "--json", "--skill", str(probe), "")

    assert (asked.returncode, answered.stdout) == (4, "9 times.\n")
    assert refused.returncode == 3
    assert json.loads(refused.stdout)["understanding"]["intent"] is None


def test_cli_say_each_alone_keeps_lines_apart(probe: Path) -> None:
    """With --each-alone a question of one line is not answered by the next."""
    done = run("say", "--each-alone", "--skill", str(probe), stdin="probe often\ncancel that\n")

    assert "never mind" not in done.stdout.splitlines()[1].lower()


def test_cli_say_tells_when_nothing_will_ring(probe: Path) -> None:
    """An alarm set from the shell says that no chat is open to ring it."""
    assert "No chat is open" in run("say", "--skill", str(probe), "probe alarm").stderr


@pytest.mark.parametrize("stdin", [b"\xff\xfe\x00binary\n", b"", b"\n"])
def test_cli_say_takes_any_bytes(stdin: bytes) -> None:
    """Bytes that are no text are refused or asked about like nonsense, without a traceback."""
    done = run("say", stdin=stdin)

    assert done.returncode in (0, 3, 4)
    assert "Traceback" not in done.stderr


def test_cli_chat_plain_is_append_only(probe: Path) -> None:
    """The plain chat prints replies line by line and ends with its input."""
    done = run("chat", "--plain", "--skill", str(probe), stdin="probe 3 times\n\nprobe 4 times\n")

    assert done.stdout == "assistant: 3 times.\nassistant: 4 times.\n"
    assert "\x1b" not in done.stdout


def test_cli_history_search_export_forget(probe: Path) -> None:
    """What was said can be searched, exported and forgotten for good."""
    run("say", "--skill", str(probe), stdin="probe 31 times\nprobe 4 times\n")

    assert "31 times." in run("history").stdout
    assert "probe 4" in run("history", "search", "4").stdout
    assert len(run("history", "export").stdout.splitlines()) == 2
    assert "Forgot 2 turns." in run("history", "forget", "--all", "--yes").stdout
    assert "31 times" not in run("history").stdout
    assert b"31 times" not in Path(os.environ[HOME], "assistant.db").read_bytes()


def test_cli_settings_show_and_set() -> None:
    """Settings are shown with what is allowed, and a wrong one is one sentence."""
    assert "one of 24h, 12h" in run("settings").stdout
    assert run("settings", "set", "units", "imperial").returncode == 0
    assert "units = imperial" in run("settings", "show").stdout
    wrong = run("settings", "set", "units", "stones")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (1, 1)


def test_cli_skills_new_check_disable_list() -> None:
    """A new skill is written, found, checked and switched off by commands."""
    assert run("skills", "new", "parrot").returncode == 0
    assert "Hello, Ada!" in run("say", "greet Ada").stdout
    assert "parrot: fine" in run("skills", "check").stdout
    assert run("skills", "disable", "parrot").returncode == 0
    assert " off " in next(x for x in run("skills").stdout.splitlines() if "parrot" in x)
    assert run("skills", "new", "parrot").returncode == 1
    assert run("skills", "enable", "unicorn").returncode == 1


def test_cli_skills_check_names_file_and_line(tmp_path: Path) -> None:
    """A broken skill file is told with its line and exit code 1."""
    path = tmp_path / "bad.py"
    path.write_text("x = 1\n1/0\n", encoding="utf-8")
    done = run("skills", "check", str(path))

    assert done.returncode == 1
    assert f"{path}:2: ZeroDivisionError" in done.stderr


def test_cli_skills_check_tells_what_another_skill_covers(tmp_path: Path) -> None:
    """An example that a bundled one covers in other words is told: which, where, who answers."""
    path = tmp_path / "tower.py"
    path.write_text(
        "from assistant import Skill\n\n"
        'skill = Skill("tower")\n\n\n'
        '@skill.intent("what time is it", "ring the bells")\n'
        "def bells() -> str:\n"
        '    """Ring."""\n'
        '    return "Dong."\n',
        encoding="utf-8",
    )
    checked = run("skills", "check", str(path))
    said = run("say", "--skill", str(path), "ring the bells")

    assert checked.returncode == 0
    lines = checked.stdout.splitlines()
    assert lines[0] == "tower: fine, 2 examples."
    assert re.fullmatch(
        r".*tower\.py:6: “what time is it” is covered already, by “.*” of clock\.now "
        r"\(.*clock\.py:\d+\), which answers it\.",
        lines[1],
    )
    assert said.stdout == "Dong.\n"
    assert lines[1] in said.stderr


def test_cli_switched_off_skill_that_is_none_is_told(tmp_path: Path) -> None:
    """A misspelt name among those that are switched off is told at each opening."""
    (tmp_path / "settings.toml").write_text('disabled = ["dise"]\n', encoding="utf-8")

    assert (
        "names “dise”, but there is no such skill"
        in run("say", "flip a coin", home=tmp_path).stderr
    )


def test_cli_damaged_database_is_told_and_left_alone(probe: Path) -> None:
    """A file that is no database is named, not touched, and the request is answered still."""
    path = Path(os.environ[HOME], "assistant.db")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is no database" * 400)
    done = run("say", "--skill", str(probe), "probe 2 times")

    assert done.stdout == "2 times.\n"
    assert str(path) in done.stderr
    assert path.read_bytes() == b"this is no database" * 400


@pytest.mark.slow
def test_cli_locked_database_changes_nothing_and_says_so(probe: Path) -> None:
    """While another program holds the database, the reply says that nothing was saved."""
    run("say", "--skill", str(probe), "probe 2 times")
    holder = sqlite3.connect(Path(os.environ[HOME], "assistant.db"), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    done = run("say", "--skill", str(probe), "probe alarm")
    holder.close()

    assert "Set." not in done.stdout
    assert done.stdout + done.stderr


def test_cli_home_that_cannot_be_made_still_answers(probe: Path, tmp_path: Path) -> None:
    """A home below a plain file can't exist: told in a sentence, and the request is answered."""
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    done = run("say", "--skill", str(probe), "probe 2 times", home=blocked / "home")

    assert done.stdout == "2 times.\n"
    assert str(blocked) in done.stderr


def test_cli_doctor_checks_everything() -> None:
    """Every check is printed, and the code tells whether all is well."""
    done = run("doctor", "--json")
    checks = {c["name"]: c for c in json.loads(done.stdout)}

    assert {"home", "database", "skills", "weights"} <= set(checks)
    assert done.returncode == (0 if all(c["well"] for c in checks.values()) else 1)


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["say", "--help"], ["chat", "-h"]])
def test_cli_help_and_version(words: list[str]) -> None:
    """Help and version answer with code 0."""
    assert run(*words).returncode == 0


def test_cli_unknown_command_is_a_sentence() -> None:
    """A word that is no command is told, with code 2."""
    done = run("dance")

    assert done.returncode == 2
    assert "dance" in done.stderr
