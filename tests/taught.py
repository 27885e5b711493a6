"""What a test's own home was taught."""

from __future__ import annotations

from assistant import paths


def lines() -> list[str]:
    """Return the examples in the user's own file."""
    if not paths.user_examples().exists():
        return []
    text = paths.user_examples().read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
