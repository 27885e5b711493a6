"""Installs skills as a stranger's, for tests: run in processes of their own."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from assistant.sandbox import confine, workers
from assistant.sandbox.workers import Workers
from assistant.testing import Conversation

enforced = pytest.mark.skipif(bool(confine.supported()), reason=confine.supported() or "enforced")

Write = Callable[..., Conversation]


def write(say: Conversation, folder: Path, code: str, needs: str = "{}") -> Conversation:
    """Install a skill of that code."""
    head = f"""
        from assistant import *
        from assistant.turn import Session
        skill = Skill("strange", "Strange things.", needs={needs})
    """
    path = folder / "strange.py"
    path.write_text(textwrap.dedent(head) + textwrap.dedent(code), encoding="utf-8")
    return say.apart().use(path)


@pytest.fixture
def stranger(say: Conversation, tmp_path: Path) -> Write:
    """Return what installs a skill of some code, run as a stranger's."""
    return lambda code, needs="{}": write(say, tmp_path, code, needs)


class Lasting(Workers):
    """Workers that outlast the assistant they work for."""

    def close(self) -> None:
        """Stay."""

    def end(self) -> None:
        """End."""
        super().close()


@pytest.fixture(scope="module")
def lasting() -> Iterator[Lasting]:
    """Return workers that the tests of a file share."""
    workers = Lasting()
    yield workers
    workers.end()


@pytest.fixture
def shared_workers(lasting: Lasting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every assistant use the same workers, which spares starting them."""
    monkeypatch.setattr(workers, "Workers", lambda: lasting)


def children() -> list[int]:
    """Return the processes that were started from here and run."""
    return [each.pid for each in psutil.Process().children(recursive=True)]
