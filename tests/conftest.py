"""What every test gets: a home of its own, and no way to a socket."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.apart import lasting, shared_workers, stranger  # noqa: F401 - fixtures
from tests.speech_material import BUNDLED, MODEL, speech, steady

if TYPE_CHECKING:
    from assistant.store import Transaction
    from assistant.turn import Turn
    from tests.overtaking import Two

pytest_plugins = ["pytester"]


def pytest_configure() -> None:
    """Undo what a run in the background hands down: it, and programs it starts, heed no Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave files unread that have no test of the marks asked for: torch alone takes seconds."""
    asked = str(config.option.markexpr).split(" and ")
    if collection_path.suffix != ".py" or not all(re.fullmatch(r"(not )?\w+", m) for m in asked):
        return None
    text = collection_path.read_text(encoding="utf-8")
    whole = re.findall(r"^pytestmark = pytest\.mark\.(\w+)$", text, re.MULTILINE)
    unwanted = any(f"not {mark}" in asked for mark in whole)
    lacking = any(f"mark.{mark}" not in text for mark in asked if not mark.startswith("not "))
    return True if unwanted or lacking else None


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own settings, skills and database out of every test."""
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True, scope="session")
def _skills_once() -> Iterator[None]:
    """Let tests share what is made of the bundled skills."""
    from tests import once

    with pytest.MonkeyPatch.context() as patch:
        once.share(patch)
        yield


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any attempt to connect to the network fail the test."""

    def refuse(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            raise AssertionError(f"a test tried to connect to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session")
def datasets() -> Path:
    """Return the folder of public data sets, or skip."""
    shared = os.environ.get("ASSISTANT_SHARED")
    folder = Path(shared or "", "datasets")
    if not shared or not folder.is_dir():
        pytest.skip("needs public data sets: set ASSISTANT_SHARED to what holds datasets/")
    return folder


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Return the folder of recordings, or skip."""
    return speech()


@pytest.fixture(scope="session")
def speech_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a real speech model that hears the same every time."""
    return steady(BUNDLED, tmp_path_factory.mktemp("model") / MODEL)


@pytest.fixture
def model_in_use(speech_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the real model, which is the one that is used in the test."""
    monkeypatch.setenv("VOSK_MODEL", str(speech_model))
    return speech_model


@pytest.fixture
def shared(recordings: Path, model_in_use: Path) -> Path:
    """Return the folder of recordings, with a steady model as the one to use."""
    return recordings


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """Give two programs on one home, in which a turn inside a turn doesn't wait for it."""
    from assistant.store import store
    from tests.overtaking import Two, opened

    monkeypatch.setattr(store, "QUICK", 0.0)
    both = Two(opened(), opened())
    yield both
    both.one.close()
    both.other.close()


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """Return a list whose next function is called right before a turn is committed."""
    from assistant.store import Transaction

    waiting: list[Callable[[], object]] = []
    record = Transaction.record

    def recorded(self: Transaction, *given: Any) -> Turn:
        if waiting:
            waiting.pop(0)()
        return record(self, *given)

    monkeypatch.setattr(Transaction, "record", recorded)
    return waiting
