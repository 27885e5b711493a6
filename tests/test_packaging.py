"""What is built is what is needed: the wheel answers from an empty environment."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel built from the checkout."""
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.mark.slow
def test_packaging_wheel_holds_one_top_level_name(wheel: Path) -> None:
    """The wheel adds ``assistant`` and nothing else, with all that it needs inside."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}

    assert tops == {"assistant"}
    for wanted in (
        "assistant/py.typed",
        "assistant/tui/app.tcss",
        "assistant/_bundled/skills/dice.py",
        "assistant/_bundled/models/intent-distilbert/config.json",
        "assistant/_bundled/models/intent-distilbert/tokenizer.json",
    ):
        assert wanted in names


@pytest.mark.slow
def test_packaging_wheel_answers_from_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """Installed into an empty environment, ``assistant say`` understands examples and freely."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)

    def say(text: str) -> subprocess.CompletedProcess[str]:
        command = [python, "-m", "assistant", "say", text]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    assert say("what time is it").returncode == 0
    free = say("could you give me a shout in a quarter of an hour")
    assert (free.returncode, "15 minutes" in free.stdout) == (0, True), free
