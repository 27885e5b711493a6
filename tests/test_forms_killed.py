"""Programs that are killed after every turn of a form, in short."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.forms import wrong


def test_forms_outlive_kills(tmp_path: Path) -> None:
    """One conversation of the campaign; whole it is `python -m tests.hostile.forms`."""
    said = ("transfer 20 to Joe", "no, Alex", "yes", "yes")

    assert wrong(tmp_path, said) == []
