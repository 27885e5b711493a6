"""What of the docs is made from the code is as it would be made now; the example package works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import rooms, walk
from tests.rooms_drawing import PURPOSE, drawn

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "example" / "assistant-water"

ENGINES = ("assistant/engine/native/", "assistant/engine/layers.py")
"""What computes where there was a compiler, and where there was none."""

NEWS = "assistant/doors/news.py"
"""What is entered when something is told in between, as it happens on a busy machine."""

GROWN = 0.25
"""The share by which a room may have grown or shrunk since it was drawn."""


def run(*words: str, at: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with this package and what else is named."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=at,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def drawn_rooms(svg: str) -> dict[str, int]:
    """Return the lines of each room on a drawing."""
    found = re.findall(r'data-room="(\w+)" data-files="\d+" data-lines="(\d+)"', svg)
    return {name: int(lines) for name, lines in found}


def test_rooms_are_drawn_as_they_are() -> None:
    """The picture has the rooms and arrows of the code, and about their sizes.

    Mend: python -m tests.rooms docs/rooms.svg
    """
    there = (ROOT / "docs" / "rooms.svg").read_text(encoding="utf-8")
    now = drawn(rooms.look())

    def arrows(svg: str) -> set[str]:
        return set(re.findall(r"<title>(\w+ knows \w+[^<]*)</title>", svg))

    assert arrows(there) == arrows(now) != set()
    before, after = drawn_rooms(there), drawn_rooms(now)
    assert before.keys() == after.keys()
    for room, lines in after.items():
        assert abs(lines - before[room]) <= max(GROWN * lines, 100), room


def test_rooms_are_all_on_the_page_and_named() -> None:
    """Every room of the package has words on the drawing and a place in the table."""
    house = rooms.look()
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert set(house.rooms) == set(PURPOSE)
    assert all(f"`{name}`" in page for name in house.rooms)
    folders = {p.name for p in (ROOT / "assistant").iterdir() if (p / "__init__.py").exists()}
    assert folders <= set(house.rooms)


def test_rooms_leave_out_what_others_lead_to() -> None:
    """An arrow is left out only where a longer way leads to the same room."""
    arrows = [("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")]

    assert rooms._shortest(arrows) == [("a", "b"), ("b", "c"), ("a", "d")]


def test_rooms_in_a_circle_are_drawn_against_the_others() -> None:
    """Of a circle the arrow with the fewest imports is the one against the others."""
    assert rooms._against({("a", "b"): 5, ("b", "c"): 4, ("c", "a"): 1, ("c", "d"): 1}) == [
        ("c", "a")
    ]


@pytest.mark.slow
@pytest.mark.model
def test_walk_is_as_it_is_taken_now(tmp_path: Path, speech_model: Path) -> None:
    """The files of the walks are those that are entered.

    Which of two neighbours comes first depends on what a thread keeps from sentences before.

    Mend: python -m tests.walk docs/architecture.md
    """
    page = tmp_path / "architecture.md"
    shutil.copy(ROOT / "docs" / "architecture.md", page)

    done = run("-m", "tests.walk", str(page), at=ROOT, VOSK_MODEL=str(speech_model))

    assert done.returncode == 0, done.stderr
    assert stops(page) == stops(ROOT / "docs" / "architecture.md")


def stops(page: Path) -> dict[str, set[str]]:
    """Return the files of each walk on a page."""
    text = page.read_text(encoding="utf-8")
    found = {}
    for name in ("typed", "freely", "spoken"):
        begin, end = walk.marks(name)
        part = text[text.index(begin) : text.index(end)]
        files = re.findall(r"^\| \d+ \| \[`(\S+)`\]", part, re.MULTILINE)
        assert len(files) > 20
        assert len(set(files)) == len(files)
        found[name] = {file for file in files if not file.startswith((*ENGINES, NEWS))}
    return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which the example package is installed as its page tells."""
    source = tmp_path_factory.mktemp("source") / EXAMPLE.name
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("__pycache__"))
    target = tmp_path_factory.mktemp("installed")
    install = ("-m", "pip", "install", "--no-deps", "--no-build-isolation", "--quiet")
    done = run(*install, "--no-index", "--target", str(target), str(source), at=source)
    assert done.returncode == 0, done.stderr
    return target


def test_example_package_is_found_by_its_entry_point(installed: Path, tmp_path: Path) -> None:
    """Once installed, the assistant understands it, corrects it and takes it back."""
    places = os.pathsep.join((str(installed), str(ROOT)))

    def say(text: str) -> str:
        words = ("-m", "assistant", "say", text)
        return run(*words, at=tmp_path, PYTHONPATH=places).stdout.strip()

    assert say("i drank two glasses of water") == "0.4 litres today."
    assert say("no, three") == "0.6 litres today."
    assert say("set me a water goal") == "How many glasses a day?"
    assert say("eight") == "8 glasses a day: 1.6 litres."
    listed = run("-m", "assistant", "skills", "list", at=tmp_path, PYTHONPATH=places).stdout
    assert "water" in listed


@pytest.mark.slow
def test_example_package_passes_its_own_tests(installed: Path, tmp_path: Path) -> None:
    """The test it brings along passes where the package is installed."""
    shutil.copy(EXAMPLE / "test_water.py", tmp_path)
    places = os.pathsep.join((str(installed), str(ROOT)))
    done = run("-m", "pytest", "-q", ".", at=tmp_path, PYTHONPATH=places)

    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
