"""Programs that are killed at what they do, in short."""

from __future__ import annotations

import subprocess
import sys


def test_kills_in_short() -> None:
    """A little of the campaign; whole it is `python -m tests.hostile.kills`."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.kills", "--kills", "11", "--seed", "5"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
