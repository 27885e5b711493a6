"""A spoken conversation of more than ten turns, hands-free, with headphones on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversation import CONVERSATION, hold
from tests.listening import listening, settings, turns
from tests.virtual_microphone import virtual_microphone


@pytest.mark.slow
def test_conversation_of_more_than_ten_turns(tmp_path: Path, speech_model: Path) -> None:
    """A timer, a correction, list items, a yes, an interruption and a refusal, all by voice."""
    home = tmp_path / "home"
    # The voice is synthetic, which Whisper hears worse than the small model made with such voices.
    settings(home, timezone="Europe/Berlin", voice="on", headphones="on", second_hearing="off")
    with virtual_microphone() as microphone:
        where = {
            **microphone.environment,
            "ASSISTANT_HOME": str(home),
            "VOSK_MODEL": str(speech_model),
            "PYTHONUNBUFFERED": "1",
        }
        with listening(where) as door:
            wrong = hold(door, microphone)
            code = door.end()
        recorded = turns(where)
    print("\n".join(door.lines))

    assert wrong == []
    assert code == 130
    assert len(recorded) == len(CONVERSATION)
    assert {turn["utterance"]["source"] for turn in recorded} == {"voice"}
    outcomes = [turn["outcome"] for turn in recorded]
    assert outcomes[:2] == ["undone", "answered"]
    assert recorded[1]["understanding"]["parser"] == "correction"
    assert "asked" in outcomes
    assert "refused" in outcomes
    cut = door.lines.index("interrupted")
    assert "you: what can you do" in door.lines[:cut]
    assert "you: what time is it" in door.lines[cut:]
