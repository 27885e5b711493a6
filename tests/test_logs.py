"""What goes to the log, and what to standard error."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.doors.logs import keep_log

PRINTS = """
import os, sys
from assistant.doors.logs import own_standard_error
with own_standard_error():
    os.write(2, b"from C\\n")
    print("from Python", file=sys.stderr)
    print("from the screen", file=sys.__stderr__)
os.write(2, b"from C later\\n")
print("the end", file=sys.stderr)
"""


def printed(home: Path) -> str:
    """Return what a process prints to standard error that prints by Python and by C."""
    done = subprocess.run(
        [sys.executable, "-c", PRINTS],
        env={**os.environ, "ASSISTANT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def test_logs_keep_what_c_prints(tmp_path: Path) -> None:
    """Python's words reach standard error, those of a library the log, until the block ends."""
    assert printed(tmp_path) == "from Python\nfrom the screen\nfrom C later\nthe end\n"
    assert (tmp_path / "assistant.log").read_text(encoding="utf-8") == "from C\n"


def test_logs_without_a_home_drop_what_c_prints(tmp_path: Path) -> None:
    """A home that is not there is no reason to print it."""
    assert "from C\n" not in printed(tmp_path / "nowhere")


def test_logs_are_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is asked for, one line is written, in the home there is then."""
    log = logging.getLogger("assistant.x")
    for home in ("one", "two", "two"):
        monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / home))
        keep_log()
        log.warning("something in %s", home)
    there = (tmp_path / "two" / "assistant.log").read_text(encoding="utf-8")
    assert there.count("something in two") == 2
    assert (tmp_path / "one" / "assistant.log").read_text(encoding="utf-8").count("\n") == 1
