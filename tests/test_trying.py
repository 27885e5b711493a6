"""A model that is tried in a process of its own: it ends, and what became of it is kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from assistant import paths
from assistant.doors.devices import second_model
from assistant.errors import SpeechError
from assistant.settings import Settings
from assistant.speech.events import Event, Notice
from assistant.speech.models import trying
from assistant.speech.whisper import outcomes, shelf, trial

BUNDLED = paths.bundled() / "models" / shelf.BUNDLED

HANGS = """
import os, sys, time
open(sys.argv[1], "w").write(str(os.getpid()))
{how}
"""

WAYS = {
    "sleeps": "time.sleep(600)",
    "holds the lock of Python": "import re; re.match('(a+)+b', 'a' * 60)",
    "hears no signal": "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "time.sleep(600)",
}

PARENT = """
from assistant.speech.models.trying import tried
tried("hanging", {note!r}, patience=600)
"""


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Give how to make a module that hangs in some way; it writes the number of its process."""

    def made(how: str) -> Path:
        (tmp_path / "hanging.py").write_text(HANGS.format(how=WAYS[how]), encoding="utf-8")
        known = os.environ.get("PYTHONPATH", "")
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), known)))
        return tmp_path / "number"

    return made


def number(note: Path) -> int:
    """Wait until the process has begun; return its number."""
    until(lambda: note.exists() and note.read_text())
    return int(note.read_text())


def until(done: Callable[[], object]) -> None:
    """Wait for something that comes soon, for a minute at most on a busy machine."""
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


@pytest.mark.parametrize("how", ["sleeps", "hears no signal"])
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_trial_ends_with_its_parent(
    hanging: Callable[[str], Path], how: str, kind: signal.Signals
) -> None:
    note = hanging(how)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(note=str(note))],
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # its own process alone gets the signal
    )
    child = number(note)
    parent.send_signal(kind)
    parent.wait(60)
    until(lambda: not psutil.pid_exists(child))


@pytest.mark.parametrize("how", [*WAYS])
def test_a_trial_ends_after_its_time_though_nobody_ends_it(
    hanging: Callable[[str], Path], how: str
) -> None:
    note = hanging(how)
    words = ["-m", "assistant.speech.models.trying", "3", "hanging", str(note)]
    process = subprocess.Popen([sys.executable, *words], stdin=subprocess.PIPE)
    child = number(note)
    assert child == process.pid
    assert process.wait(60) == 1
    assert process.stdin is not None
    process.stdin.close()


def test_a_trial_that_takes_too_long_is_ended(hanging: Callable[[str], Path]) -> None:
    note = hanging("hears no signal")
    with pytest.raises(subprocess.TimeoutExpired):
        trying.tried("hanging", str(note), patience=3)
    assert not note.exists() or not psutil.pid_exists(number(note))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import os; os.kill(os.getpid(), 4)", trying.Tried(False, signal="SIGILL")),
        ("raise SystemExit(7)", trying.Tried(False)),
        ("print('no json')", trying.Tried(False)),
        ('print(\'{"text": "well"}\')', trying.Tried(True, "well")),
        (
            "import sys; print('It is damaged.', file=sys.stderr); raise SystemExit(3)",
            trying.Tried(False, told="It is damaged."),
        ),
    ],
)
def test_how_a_trial_ended_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, told: trying.Tried
) -> None:
    (tmp_path / "ending.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    assert trying.tried("ending", patience=60) == told


@pytest.fixture
def damaged() -> Path:
    """Return a model in the user's folder that is whole by its sums, and none."""
    folder = shutil.copytree(BUNDLED, paths.user_models() / "hearing-broken")
    swap(folder, b"no graph")
    return folder


def swap(folder: Path, graph: bytes) -> None:
    """Put something else in the place of an encoder, with its sum."""
    (folder / "encoder.onnx").write_bytes(graph)
    told = json.loads((folder / "whisper.json").read_text(encoding="utf-8"))
    told["sha256"]["encoder.onnx"] = hashlib.sha256(graph).hexdigest()
    (folder / "whisper.json").write_text(json.dumps(told), encoding="utf-8")


def opened(name: str) -> tuple[object, list[str]]:
    """Open a model as a chat does; return it and what was told."""
    told: list[Event] = []
    found = second_model(Settings(second_hearing=name), told.append)
    return found, [each.text for each in told if isinstance(each, Notice)]


def test_damaged_files_are_tried_once_and_again_when_they_change(
    damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, told = opened(damaged.name)
    assert found is None
    assert len(told) == 1
    assert "encoder.onnx can't be used" in told[0]
    assert "assistant models use hearing-broken" in told[0]
    assert "\n" not in told[0]

    with monkeypatch.context() as patch:
        patch.setattr(trial, "tried", lambda *_words, **_given: pytest.fail("tried again"))
        assert opened(damaged.name) == (None, told)

    swap(damaged, (BUNDLED / "encoder.onnx").read_bytes())
    found, told = opened(damaged.name)
    assert found is not None
    assert told == []


def test_one_that_hangs_is_tried_again_but_not_for_ever_and_one_that_crashes_is_not(
    damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hangs(*_words: str, patience: float) -> trying.Tried:
        raise subprocess.TimeoutExpired("trial", patience)

    with monkeypatch.context() as patch:
        patch.setattr(trial, "tried", hangs)
        _, first = opened(damaged.name)
        assert [opened(damaged.name)[1] for _ in range(outcomes.MOST_BEGUN - 1)] == [first] * 2
        patch.setattr(trial, "tried", lambda *_words, **_given: pytest.fail("tried again"))
        assert "never came to an end" in opened(damaged.name)[1][0]
        patch.setattr(
            trial, "tried", lambda *_words, **_given: trying.Tried(False, signal="SIGILL")
        )
        with pytest.raises(SpeechError, match=r"on this processor \(SIGILL\)"):
            trial.tried_anew(damaged)
    assert "got stuck on a spoken sentence for 20 seconds" in first[0]
    _, told = opened(damaged.name)
    assert "SIGILL" in told[0]


def test_what_never_comes_to_an_end_is_not_begun_for_ever(
    damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = 0

    def ended(*_words: str, **_given: float) -> trying.Tried:
        nonlocal begun
        begun += 1
        raise KeyboardInterrupt

    monkeypatch.setattr(trial, "tried", ended)
    for _ in range(outcomes.MOST_BEGUN):
        with pytest.raises(KeyboardInterrupt):
            opened(damaged.name)
    found, told = opened(damaged.name)
    assert found is None
    assert "never came to an end" in told[0]
    assert begun == outcomes.MOST_BEGUN
    with pytest.raises(KeyboardInterrupt):
        trial.tried_anew(damaged)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"trials": []}', '{"trials": {"k": 7}}', "[" * 5_000, '{"tried": "old"}']
)
def test_a_damaged_record_is_as_none(text: str) -> None:
    paths.home().mkdir(parents=True, exist_ok=True)
    (paths.home() / outcomes.RECORD).write_text(text, encoding="utf-8")
    assert outcomes.known("k") == outcomes.Outcome()
    outcomes.settle("k", outcomes.Outcome(well=True))
    assert outcomes.known("k").well


def test_of_many_trials_the_newest_are_kept() -> None:
    for i in range(outcomes.MOST + 2):
        outcomes.settle(str(i), outcomes.Outcome(trouble="x" * 5_000))
    assert outcomes.known("1") == outcomes.Outcome()
    assert len(outcomes.known(str(outcomes.MOST + 1)).trouble) == outcomes.LONGEST
    assert (paths.home() / outcomes.RECORD).stat().st_size < outcomes.LARGEST
