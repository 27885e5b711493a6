"""A question of a command that is declined: nothing is done, and that is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import commands as room
from assistant import paths
from assistant.cli import commands
from assistant.errors import AssistantError
from assistant.store import backups
from tests.filled import conversed, database, kept

__all__ = ["conversed", "database"]

ASKING = {
    "history": (("history", "forget", "--all"), "Nothing was forgotten."),
    "backup": (("restore", "2026-11-01"), "Nothing was restored."),
    "models": (("models", "remove", "mine"), "Nothing was deleted."),
    "models_speech": (
        ("models", "get", "vosk-model-small-en-us-0.15"),
        "Nothing was fetched.",
    ),
}
"""A command that asks, by the file that it is in, and what is said where that is declined."""


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "nay\n"], ids=["n", "nothing", "end", "nay"])
@pytest.mark.parametrize("file", ASKING)
def test_declined_is_told_and_nothing_is_done(database: Path, file: str, answer: str) -> None:
    """It ends with 1, as what was not done does; Ctrl-C alone is a stop."""
    backups.back_up_daily(database, date(2026, 11, 1))
    (mine := paths.user_models() / "mine").mkdir(parents=True)
    words, told = ASKING[file]
    done = CliRunner().invoke(commands, words, input=answer)
    assert type(done.exception) is AssistantError
    assert str(done.exception) == told
    assert "[y/N]: " in done.output
    assert done.output.endswith("\n") or answer
    assert mine.is_dir()
    assert not (paths.user_models() / "vosk-model-small-en-us-0.15").exists()
    assert kept(database) == (40, ["milk"], 1)


def test_every_command_that_asks_is_tried() -> None:
    """So that a new question is declined here too."""
    files = Path(*room.__path__).glob("*.py")
    asking = {file.stem for file in files if "terminal.confirm(" in file.read_text("utf-8")}
    assert asking == set(ASKING)
