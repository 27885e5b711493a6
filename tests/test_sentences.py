"""`assistant test`, and the figures of our own files of sentences."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.commands.test import test as command
from assistant.errors import AssistantError
from assistant.labelled import sentences as files
from assistant.labelled.judging import same
from assistant.measuring import sentences
from assistant.settings import Settings
from tests.sentence_rows import __main__ as made

ROOT = Path(__file__).parent.parent
OWN = ROOT / "tests" / "sentences"


def written(folder: Path, *lines: str) -> Path:
    """Return a file with these lines, “·” standing for a tab."""
    path = folder / "sentences.tsv"
    path.write_text("\n".join(lines).replace("·", "\t") + "\n", encoding="utf-8")
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def told(path: Path, *skills: Path) -> list[tuple[str, str]]:
    """Return the verdict and the reply of each row."""
    found = sentences.run([path], Settings(), skills)
    return [(each.verdict, each.said.turn.reply.text) for each in found]


def test_sentences_right_asked_refused_wrong(tmp_path: Path) -> None:
    """Each verdict is told apart, by file and by intent, and the exit code tells that one is not
    right."""
    path = written(
        tmp_path,
        "sentence·intent·slots·reply",
        "set a timer for 5 minutes·timer.start·length=300·5 minutes",
        "set a timer·timer.start·length=300·5 minutes",
        "open the garage·timer.start·length=300·",
        "set a timer for 6 minutes·timer.start·length=300·",
        "what time is it·clock.now··9 am|10:00 ; !11:00|12:00",
    )
    found = run(path, "--json")
    data = json.loads(found.stdout)

    assert found.exit_code == 1
    assert [row["verdict"] for row in data["rows"]] == [
        "right",
        "asked",
        "refused",
        "wrong",
        "right",
    ]
    assert data["all"] == {
        "rows": 5,
        "right": 2,
        "asked": 1,
        "refused": 1,
        "wrong": 1,
        "changed": 1,
    }
    assert data["files"][str(path)] == data["all"]
    assert data["intents"]["clock.now"]["right"] == 1
    assert "sentences.tsv:5 wrong: “set a timer for 6 minutes”" in run(path, "--wrong").stdout


def test_sentences_each_row_has_a_home_of_its_own_unless_it_shares_one(tmp_path: Path) -> None:
    """What is said before is said in an empty home; rows of one name go on in one."""
    path = written(
        tmp_path,
        "sentence·before·home·reply",
        "my timers·set a tea timer for 5 minutes ; set a rice timer for 9 minutes··Tea ; Rice",
        "my timers···No timer",
        "set an egg timer for 3 minutes··kitchen·3 minutes",
        "my timers··kitchen·Egg ; !Tea",
    )

    assert [verdict for verdict, _ in told(path)] == ["right"] * 4


def test_sentences_clock_stands_and_moves(tmp_path: Path) -> None:
    """A dialogue goes over days, in a zone of its own, and what is due rings on the way."""
    path = written(
        tmp_path,
        "sentence·home·at·reply·rings",
        "wake me at 7·trip·2026-03-04 21:00 Asia/Tokyo·tomorrow at 07:00·",
        "what time is it·trip·22:30·22:30·",
        "what time is it·trip·2026-03-05 07:01·07:01·Wake up",
        "what time is it··2026-07-01 08:00·08:00·",
    )

    assert [verdict for verdict, _ in told(path)] == ["right"] * 4
    assert files.read(path)[1].at == datetime.fromisoformat("2026-03-04T22:30+09:00")


def test_sentences_not_acted_and_unchanged(tmp_path: Path) -> None:
    """Nothing kept may change; “not acted” may not even tell something."""
    path = written(
        tmp_path,
        "sentence·before·intent",
        "what time is it··unchanged",
        "what time is it··not acted",
        "set a timer··not acted",
        "cancel the tea timer·set a tea timer for 5 minutes·unchanged",
        "cancel my timers·set a tea timer for 5 minutes·timer.*:asked|timer.cancel_all",
    )
    assert [verdict for verdict, _ in told(path)] == ["right", "wrong", "right", "wrong", "right"]


@pytest.mark.parametrize(
    ("wanted", "heard", "right"),
    [
        ("300", 300.0, True),
        ("07:00", "07:00:00", True),
        ("2026-03-05T17:00", "2026-03-05T17:00:00+01:00", True),
        ("milk, eggs", ["milk", "eggs"], True),
        ("Hunter2!", "hunter2!", False),
        ("301", 300.0, False),
        ("soon", 300.0, False),
        ("07:01", "07:00:00", False),
    ],
)
def test_sentences_values_are_those_of_json(wanted: str, heard: object, right: bool) -> None:
    """Numbers and moments are compared as such, text letter for letter."""
    assert same(wanted, heard) is right


def test_sentences_slots_are_exactly_those(tmp_path: Path) -> None:
    """A slot that is not expected is as wrong as one that is missing; “-” is none."""
    path = written(
        tmp_path,
        "sentence·intent·slots",
        "set a tea timer for 5 minutes·timer.start·length=300",
        "set a tea timer for 5 minutes·timer.start·length=300|360 ; label=tea|the tea",
        "my timers·timer.running·-",
    )

    assert [verdict for verdict, _ in told(path)] == ["wrong", "right", "right"]


def test_sentences_since_tells_what_changed(tmp_path: Path) -> None:
    """A row whose verdict is another than when it was saved is told, and no other."""
    saved = tmp_path / "saved.json"
    lines = ("sentence·reply", "what time is it·10:00", "what day is it·Wednesday")
    assert run(written(tmp_path, *lines), "--save", saved).exit_code == 0
    same = run(written(tmp_path, *lines), "--since", saved)
    other = run(written(tmp_path, *lines[:2], "what day is it·Friday"), "--since", saved)

    assert (same.exit_code, same.stdout.splitlines()[-1]) == (0, "No row changed.")
    assert re.search(r"sentences\.tsv:3 right → wrong: what day is it$", other.stdout.strip())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("sentence·reply", "·yes"), ":2 has no sentence."),
        (("sentence·replies", "hello·yes"), ":1 must name the columns (“replies” is no column)"),
        (("sentence·reply", "hello·yes·no"), ":2 has 3 cells, but there are 2 columns."),
        (("sentence·intent", "hello·greeting"), ":2 expects “greeting”, which is neither"),
        (("sentence·intent", "hello·a.b:done"), ":2 has “done”, but a turn ends as one of"),
        (("sentence·reply·slots", "hello·hi·5"), ":2 has the slot “5”, which is not written as"),
        (("sentence·reply·at", "hello·hi·noon"), ":2 has “noon” under “at”: write 2026-03-04"),
        (
            ("sentence·reply·at·home", "hello·hi·11:00·a", "hello·hi·10:00·a"),
            ":3 goes back to 10:00",
        ),
        (("sentence·intent", "hello"), ":2 expects nothing: give an intent"),
        (("sentence·reply",), " holds no rows"),
    ],
)
def test_sentences_unreadable_rows_are_named(
    lines: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    """What is wrong with a file is one sentence with its line, and exit code 2."""
    path = written(tmp_path, *lines)
    found = run(path)

    assert found.exit_code == 2
    assert f"{path}{expected}" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_sentences_other_bad_files_are_named(tmp_path: Path) -> None:
    """A file that is not there, no UTF-8, no saved run, a broken skill."""
    latin = tmp_path / "latin.tsv"
    latin.write_bytes("sentence\treply\ncaf\xe9\tyes\n".encode("latin-1"))
    skill = tmp_path / "broken.py"
    skill.write_text("from assistant import Skill\nskill = Skil('broken')\n", encoding="utf-8")
    good = written(tmp_path, "sentence·reply", "what time is it·10:00")

    with pytest.raises(AssistantError, match="can't be read"):
        files.read(tmp_path / "nothing.tsv")
    with pytest.raises(AssistantError, match="is not UTF-8"):
        files.read(latin)
    assert "is no saved run" in run(good, "--since", good).stderr
    found = run(good, "--skill", skill)
    assert (found.exit_code, "broken.py:2" in found.stderr) == (2, True)


def test_sentences_example_of_the_docs_is_true(tmp_path: Path) -> None:
    """The rows on the page for authors are right, with the skills of the page."""
    page = (ROOT / "docs" / "skills.md").read_text(encoding="utf-8")
    skills = []
    for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        name = re.search(r'^skill = Skill\("(heating|guests)"', code, re.MULTILINE)
        if name:
            skills.append(tmp_path / f"{name[1]}.py")
            skills[-1].write_text(code, encoding="utf-8")
    block = re.findall(r"```tsv\n(.*?)```", page, re.DOTALL)

    assert len(skills) == 2
    found = told(written(tmp_path, block[0].rstrip()), *skills)
    assert [verdict for verdict, _ in found] == ["right"] * 3, found


def fallen(half: str, folder: Path) -> list[str]:
    """Return what of a half is worse than it was when the floors were measured."""
    floors = json.loads((OWN / "floors.json").read_text(encoding="utf-8"))[half]
    now = made.measured(folder)
    assert now.keys() == floors.keys()
    return [
        f"{kind}: {now[kind]}, but {floor} is demanded"
        for kind, floor in floors.items()
        if now[kind]["right"] < floor["right"] or now[kind]["wrong"] > floor["wrong"]
    ]


@pytest.mark.model
@pytest.mark.slow
def test_sentences_of_our_own_do_not_fall() -> None:
    """Of each kind as many rows are right as were, and no more are wrong."""
    assert fallen("open", OWN) == []


@pytest.mark.model
@pytest.mark.slow
def test_sentences_kept_from_tuning_do_not_fall() -> None:
    """The same of the half that nobody looks at."""
    assert fallen("kept", OWN / "kept") == []


@pytest.mark.model
@pytest.mark.slow
def test_sentences_of_strangers_do_not_fall() -> None:
    """The same of skills that nothing was tuned on."""
    assert fallen("strangers", made.STRANGERS) == []


def test_sentences_made_are_those_that_lie_there(tmp_path: Path) -> None:
    """The files are what their templates make; of each kind about half is kept apart."""
    for kind, rows in made.kinds().items():
        made.making.write(tmp_path, kind, rows)
        halves = [len(files.read(folder / f"{kind}.tsv")) for folder in (OWN, OWN / "kept")]

        assert sum(halves) == len(rows)
        assert min(halves) > 0.4 * len(rows)
        for place in ("", "kept"):
            name = f"{kind}.tsv"
            assert (tmp_path / place / name).read_text() == (OWN / place / name).read_text()
