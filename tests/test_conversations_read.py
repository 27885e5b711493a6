"""`assistant test conversations.yaml`: conversations as data, read, run and judged."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.commands.test import test as command
from assistant.errors import AssistantError
from assistant.labelled import conversations as files
from assistant.measuring import sentences
from assistant.settings import Settings

PAGE = Path(__file__).parent.parent / "docs" / "skills.md"


def written(folder: Path, text: str) -> Path:
    path = folder / "talks.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def steps(folder: Path, *lines: str) -> Path:
    """Return a file with one conversation of these steps, a line each."""
    return written(folder, "- conversation: a\n  steps:\n" + "".join(f"  - {x}\n" for x in lines))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def judged(path: Path, *skills: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Return the verdict of each step, and what was not as expected."""
    found = sentences.run([path], Settings(), skills)
    return [(each.verdict, sentences.missed(each.row, each.said)) for each in found]


def missed(path: Path, *skills: Path) -> list[str]:
    return [", ".join(names) for _, names in judged(path, *skills)]


def test_conversations_example_of_the_docs_is_true(tmp_path: Path) -> None:
    """The conversations on the page for authors are right, with the skills of the page."""
    page = PAGE.read_text(encoding="utf-8")
    skills = []
    for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        if name := re.search(r'^skill = Skill\("(naps|guests)"', code, re.MULTILINE):
            skills.append(tmp_path / f"{name[1]}.py")
            skills[-1].write_text(code, encoding="utf-8")
    block = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0]

    assert missed(written(tmp_path, block), *skills) == [""] * 7


def test_conversations_each_expectation_can_fail(tmp_path: Path) -> None:
    """What is told of a turn is looked at, and named where it is other."""
    path = steps(
        tmp_path,
        "{user: set a tea timer for 5 minutes, slots: {length: 301}}",
        "{user: set an egg timer for 5 minutes, slots: {label: null}}",
        "{user: my timers, reply: Tea}",
        "{user: my timers, contains: [tea, '!egg']}",
        "{user: my timers, matches: ^tea}",
        "{user: my timers, asks: length}",
        "{user: my timers, effects: [timer]}",
        "{user: my timers, outcome: asked}",
        "{user: my timers, intent: clock.now}",
        "{user: set a timer, asks: null}",
        "{user: 7 minutes, effects: []}",
        "{wait: 5 minutes, ring: null}",
        "{wait: 1 minute, ring: Tea}",
    )

    assert missed(path) == [
        "slots",
        "slots",
        *["reply"] * 3,
        "asks",
        "effects",
        *["intent"] * 2,
        "asks",
        "effects",
        "reply",
        "rings",
    ]


def test_conversations_each_expectation_can_be_met(tmp_path: Path) -> None:
    """The same turns, told as they go; a turn of which nothing is told is right."""
    path = steps(
        tmp_path,
        "{user: set a tea timer for 5 minutes, slots: {length: 300, label: tea}, effects: [timer]}",
        "{user: set an egg timer, outcome: asked, asks: length, slots: {label: egg, length: null}}",
        "{user: 7 minutes, asks: null, intent: timer.start, outcome: answered}",
        "{user: my timers, contains: [tea, egg, '!rice|pasta'], matches: '(?i)tea', effects: []}",
        "user: tell me a joke",
        "{wait: five minutes, ring: tea}",
        '{clock: "10:06", ring: null}',
        "{wait: an hour, ring: [egg, '!tea']}",
    )

    assert missed(path) == [""] * 8


def test_conversations_words_are_those_that_were_written(tmp_path: Path) -> None:
    """Nothing that is said, or expected, is taken for a number, a truth or a time."""
    path = steps(tmp_path, "user: yes", "user: 50", "user: 10:30", "user: null", "user: 2026-03-04")

    assert [step.text for step in files.read(path)] == ["yes", "50", "10:30", "null", "2026-03-04"]


def test_conversations_have_homes_and_clocks_of_their_own(tmp_path: Path) -> None:
    """One begins with nothing of another's, in the zone that it tells."""
    path = written(
        tmp_path,
        """
- conversation: one
  clock: 2026-07-01 22:00 Asia/Tokyo
  steps:
  - {user: set a tea timer for 5 hours}
  - wait: 2 hours
  - {user: what time is it, contains: "00:00"}
- conversation: another
  steps:
  - {user: my timers, contains: No timer}
  - {user: what time is it, contains: "10:00"}
""",
    )

    assert missed(path) == [""] * 5


def test_conversations_beside_sentences(tmp_path: Path) -> None:
    """Both forms are run by one command, which counts them by file and by conversation."""
    rows = tmp_path / "rows.tsv"
    rows.write_text("sentence\treply\nwhat time is it\t10:00\n", encoding="utf-8")
    talks = steps(tmp_path, "{user: what time is it, contains: x}", "{user: my timers}")
    found = run(rows, talks, "--json")
    data = json.loads(found.stdout)
    shown = run(rows, talks, "--wrong").stdout

    assert found.exit_code == 1
    assert [data["files"][str(path)]["right"] for path in (rows, talks)] == [1, 1]
    assert data["conversations"]["a"]["rows"] == 2
    assert [row["missed"] for row in data["rows"]] == [[], ["reply"], []]
    assert f"{talks}:3 wrong: “what time is it”" in shown
    assert "(other than expected: reply)" in shown
    assert run(rows, steps(tmp_path, "{user: my timers}")).exit_code == 0


def test_conversations_since_tells_a_step_by_its_place(tmp_path: Path) -> None:
    """Of two turns with the same words the one is told that changed."""
    saved = tmp_path / "saved.json"
    lines = ("{user: my timers, contains: No}", "{user: my timers, contains: No}")
    run(steps(tmp_path, *lines), "--save", saved)
    other = run(steps(tmp_path, lines[0], "{user: my timers, contains: Tea}"), "--since", saved)

    assert re.findall(r":(\d) right → wrong: my timers", other.stdout) == ["4"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", " holds no steps: give a list"),
        ("- conversation: a\n  steps: []\n", " holds no steps: give a list"),
        ("conversation: a\n", ":1 must be a list of conversations"),
        ("- a\n", ":1 is no conversation: write “conversation: …”."),
        ("- conversation: a\n", ":1 has no “steps”"),
        ("- conversation: a\n  step: 1\n", ":2 has “step”, but a conversation holds any of"),
        ("- conversation: a\n  steps: [{user: b}, {users: c}]\n", ":2 has “users”, but a step"),
        ("- conversation: a\n  steps: [{reply: b}]\n", ":2 must have one of user, clock and wait"),
        ("- conversation: a\n  steps:\n  - user: b\n    user: c\n", ":4 has “user” twice"),
        ("- conversation: a\n  steps:\n  - user: ''\n", ":3 has a user who says nothing"),
        ("- conversation: a\n  steps:\n  - user: [b]\n", ":3 has no text under “user”"),
        ("- conversation: a\n  steps:\n  - {user: b, ring: c}\n", ":3 has “ring”, but a step of"),
        (
            "- conversation: a\n  steps:\n  - user: b\n    matches: (\n",
            ":4 has “(” under “matches”",
        ),
        ("- conversation: a\n  steps:\n  - user: b\n    slots: c\n", ":4 has slots that are not"),
        ("- conversation: a\n  steps:\n  - {user: b, intent: c}\n", ":3 expects “c”, which is"),
        ("- conversation: a\n  steps:\n  - {user: b, outcome: c}\n", ":3 expects “c”, which is"),
        ("- conversation: a\n  steps:\n  - wait: long\n", ":3 has “long” under “wait”"),
        ("- conversation: a\n  steps:\n  - wait: 9999 years\n", ":3 has “9999 years” under “wait”"),
        ("- conversation: a\n  steps:\n  - clock: noon\n", ":3 has “noon” under “clock”"),
        ("- conversation: a\n  steps:\n  - clock: 09:00\n", ":3 goes back to 2026-03-04 09:00"),
        (2 * "- conversation: a\n  steps: [{user: b}]\n", ":3 calls a conversation “a”, as line 1"),
        ("- conversation: a\n  steps: [{user: b}\n", ":3 is no YAML"),
        ("- conversation: a\n  steps: \x07\n", ":2 has a sign that YAML does not allow"),
        ("- conversation: a\n\tsteps: b\n", ":2 is no YAML"),
        ("- &a [*a]\n", ":1 is no conversation"),
        pytest.param("[" * 20_000, ":1 has more lists in lists than can be read", id="deep"),
        ("--- a\n--- b\n", ":2 is no YAML"),
        ("- conversation: a\n  steps: [!!python/name:os.system b]\n", ":2 is no step"),
    ],
)
def test_conversations_that_cannot_be_read(text: str, expected: str, tmp_path: Path) -> None:
    """What is wrong with a file is one sentence with its line and what to do, and exit code 2."""
    path = written(tmp_path, text)
    found = run(path)

    assert found.exit_code == 2
    assert f"{path}{expected}" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_conversations_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="can't be read"):
        files.read(tmp_path / "nothing.yaml")
