"""Memory that hearing has done with is given back when nobody waits."""

from __future__ import annotations

import pytest

from assistant.speech import memory
from assistant.system import memory as given_back


def test_memory_is_given_back_once_after_each_use(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append(1))
    spare = memory.Spare()
    for _ in range(3 * memory.QUIET_FRAMES):
        spare.frame()
    assert len(given) == 1
    spare.used()
    for _ in range(memory.QUIET_FRAMES - 1):
        spare.frame()
    assert len(given) == 1
    spare.frame()
    assert len(given) == 2


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_where_nothing_can_be_given_back_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(given_back.sys, "platform", system)
    asked: list[object] = []
    monkeypatch.setattr(given_back.ctypes, "CDLL", lambda name: asked.append(name) or object())
    given_back.give_back()
    assert len(asked) == (system == "linux")
