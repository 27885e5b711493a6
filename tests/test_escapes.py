"""The short form of ``tests.hostile.escapes``: one way of each family, in a box and without."""

import random
import subprocess
import sys

import pytest

from assistant.sandbox.confine import supported

pytestmark = pytest.mark.skipif(bool(supported()), reason=supported() or "supported")


def test_escapes_none_gets_out_of_a_box() -> None:
    """Other ways are drawn each time; what fails says its seed."""
    seed = str(random.randrange(10**6))
    command = [sys.executable, "-m", "tests.hostile.escapes", "--some", "1", "--seed", seed]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("off", "only"),
    [
        ("landlock.restrict", "open/pathlib"),
        ("seccomp.restrict", "forking/fork"),
        ("_close_all_but", "before the box/descriptor"),
        ("_limit", "limits/memory"),
    ],
)
def test_escapes_are_seen_where_a_part_of_the_box_is_missing(off: str, only: str) -> None:
    """The check can fail: without one part, the way that it closes is open."""
    code = (
        "import sys; from assistant.sandbox import confine; from tests.hostile import escapes\n"
        f"confine.{off} = lambda *_, **__: None\n"
        f"sys.argv[1:] = ['--only', {only!r}]; escapes.main()"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{only}, round 0: " in done.stdout
