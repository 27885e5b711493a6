"""Strangers' code can raise, hang, print and exit without touching the caller."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from assistant.language.habits import HALF, speaking
from assistant.skill.call import call


def test_call_returns_value() -> None:
    """A function's value comes back."""
    outcome = call(lambda a, b: a + b, {"a": 1, "b": 2}, deadline=5)

    assert (outcome.ended, outcome.value) == ("returned", 3)


def test_call_runs_in_the_callers_context() -> None:
    """What the caller has set for the block it is in holds in the thread too."""
    with speaking("to"):
        outcome = call(lambda: HALF.get(), {}, deadline=5)

    assert outcome.value == "to"


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt()])
def test_call_catches_everything(error: BaseException) -> None:
    """Whatever is raised, SystemExit included, is an outcome and not an exception."""

    def bad() -> None:
        raise error

    outcome = call(bad, {}, deadline=5)

    assert outcome.ended == "raised"
    assert outcome.error is error


def test_call_gives_up_after_deadline() -> None:
    """A function that hangs is left behind."""
    release = threading.Event()
    start = time.monotonic()
    outcome = call(release.wait, {}, deadline=0.1)
    release.set()

    assert outcome.ended == "hung"
    assert time.monotonic() - start < 5


def test_call_stops_when_cancelled() -> None:
    """Esc leaves a running function behind at once."""
    release, cancel = threading.Event(), threading.Event()
    cancel.set()
    outcome = call(release.wait, {}, deadline=60, cancel=cancel)
    release.set()

    assert outcome.ended == "cancelled"


def test_call_keeps_prints_off_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    """What a function prints is caught, what the caller prints is not."""

    def chatty() -> None:
        print("secret")
        print("oops", file=sys.stderr)

    outcome = call(chatty, {}, deadline=5)
    print("mine")

    assert outcome.printed == "secret\noops\n"
    assert capsys.readouterr().out == "mine\n"
