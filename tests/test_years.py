"""What is stored does not make turns slow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile import years


def test_years_make_no_sentence_do_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in calls, which no slow machine changes; `python -m tests.hostile.years` times."""
    monkeypatch.setenv("ASSISTANT_HOME", "")  # each sets its own
    small, large = years.filled(tmp_path, turns=600, notes=400, facts=400, seed=1)
    day, after = years.calls(small), years.calls(large)
    small.close()
    large.close()

    slower = {text: (day[text], n) for text, n in after.items() if n > day[text] * years.MOST}

    assert slower == {}
