"""Trying and recording leave the head that sentences are read with alone, with real weights."""

from __future__ import annotations

import threading

import pytest

from assistant.testing import Conversation


def test_teaching_keeps_nobody_waiting(say: Conversation) -> None:
    """While an example is tried another thread's sentences are read."""
    say.listen_freely()
    assistant = say.assistant
    teacher, at = assistant.teacher, assistant.situation(say.session.id)
    assert teacher is not None
    done = threading.Event()

    def other() -> None:
        assistant.model.prepare(assistant.skills, (("brew it now", "timer.start"),))
        done.set()

    def stop() -> bool:
        """Let another one learn, once the head is tried."""
        return not done.wait(timeout=60)

    def learning(text: str) -> None:
        if text.startswith("learning"):
            threading.Thread(target=other, daemon=True).start()
            waits.append(text)

    waits = list[str]()
    assistant.progress = learning
    text = "let the tea brew for {length}"
    assert list(teacher.worse("timer.start", text, at, lambda: bool(waits) and stop())) == []
    assert waits


@pytest.mark.slow
def test_recording_leaves_the_head_alone(say: Conversation) -> None:
    """It is said again in a home where nothing was taught, by a head of its own."""
    say.listen_freely()
    assert say("play the violin").understanding.parser in ("classifier", "none")
    model = say.assistant.model
    model.prepare(say.assistant.skills, (("brew it now", "timer.start"),))
    before = model._fit
    say.assistant.teacher.record(say.session.id)  # type: ignore[union-attr]
    assert model._fit is before
