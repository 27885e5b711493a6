"""When sentiment and entities are read: never for a turn that nothing asks them of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import CheckpointError
from assistant.paths import database, model
from assistant.store.opening import read_only
from assistant.store.wire import turn_to_json
from assistant.testing import Conversation
from assistant.turn import Understanding, Utterance
from assistant.understanding.learning.reading import FeatureReader
from assistant.understanding.parsers.chain import Link

MISSED = "SELECT text FROM turns WHERE outcome = 'refused' ORDER BY id"


class Angry:
    """Reads anger in all words, and tells which turns the database had by then."""

    state = ""
    ready = True

    def __init__(self) -> None:
        self.read_of: list[str] = []
        self.kept: list[list[str]] = []

    def spans(self, intent: object, text: str) -> list[tuple[int, int, str]]:
        """Find no free texts."""
        return []

    def read(self, text: str, meant: Understanding) -> Understanding:
        """Return the understanding as of an angry one."""
        self.read_of.append(text)
        with read_only(database()) as looked:
            self.kept.append([row[0] for row in looked.execute(MISSED)])
        looked.close()
        return replace(meant, sentiment="negative")


@pytest.fixture
def angry(say: Conversation) -> Angry:
    """Return what reads the mood in the conversation."""
    features = Angry()
    say.assistant._features = features  # type: ignore[assignment]
    say.assistant._install()
    return features


@pytest.mark.parametrize(
    "text", ["what time is it", "how are you", "6 times 7", "will it rain on sunday", "undo"]
)
def test_moods_of_what_nothing_asks_for_are_not_read(
    say: Conversation, angry: Angry, text: str
) -> None:
    """Neither a turn that is answered nor a first miss costs a look at its mood."""
    turn = say(text)

    assert angry.read_of == []
    assert turn.understanding.sentiment is None


@pytest.mark.model
def test_moods_that_cant_be_read_cost_no_turn(
    say: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights whose words are of another checkpoint are told of; the miss is told and kept."""
    reader = FeatureReader(model("features-squeezebert"), tmp_path / "fills", tmp_path / "cache")
    reader.load()
    assert reader._features is not None

    def odd(texts: list[str]) -> None:
        raise CheckpointError("The tokenizer gives the id 7.")

    monkeypatch.setattr(reader._features.encoder, "tokens", odd)
    say.assistant._features = reader
    say.assistant._install()
    turns = [say(text) for text in ("beep me", "beep me up")]

    assert [turn.outcome for turn in turns] == ["refused", "refused"]
    with read_only(database()) as looked:
        assert [row[0] for row in looked.execute(MISSED)] == ["beep me", "beep me up"]
    looked.close()
    assert say.assistant.troubles() == [
        "Names and moods are not read: The tokenizer gives the id 7."
    ]


@pytest.mark.parametrize(("intent", "reads"), [("timer.start", False), ("notes.find", True)])
def test_moods_and_names_are_read_for_free_texts_alone(
    say: Conversation, angry: Angry, intent: str, reads: bool
) -> None:
    """What was understood by its meaning is looked through for names that fill a free text."""

    class Free:
        def __call__(self, utterance: Utterance, session: object) -> Understanding:
            return Understanding(intent, 0.9, parser="classifier")

    assistant = say.assistant
    links = (Link("classifier", Free()),)
    assistant._reading = replace(assistant._reading, links=links)

    say("some words for zoe")

    assert angry.read_of == (["some words for zoe"] if reads else [])


def test_moods_are_read_after_the_first_miss_is_kept(say: Conversation, angry: Angry) -> None:
    """The second miss in a row reads both; by then the first is in the database, without one."""
    first = say("beep me")
    second = say("beep me you useless thing")

    assert angry.read_of == ["beep me you useless thing", "beep me"]
    assert angry.kept == [["beep me"], ["beep me"]]
    assert "sorry" in second.reply.text
    told = [turn_to_json(turn)["understanding"]["sentiment"] for turn in (first, second)]
    assert told == [None, "negative"]
    stored = say.assistant.store.export()
    assert [row["understanding"]["sentiment"] for row in stored] == told


def test_moods_that_were_kept_are_not_read_again(say: Conversation, angry: Angry) -> None:
    """The third miss in a row reads its own alone."""
    say("beep me")
    say("beep me now")
    angry.read_of.clear()

    assert "sorry" in say("beep me at last").reply.text
    assert angry.read_of == ["beep me at last"]


KILLED = """
import os, signal, sys
from assistant.assembly import assemble, templates_only
from assistant.settings import Settings
from assistant.turn import Utterance

class Deadly:
    ready, state = True, ""
    def spans(self, intent, text):
        return []
    def read(self, text, meant):
        os.kill(os.getpid(), signal.SIGKILL)

assistant = assemble(Settings(), model=templates_only(), features=Deadly())
session = assistant.open_session("test")
for text in sys.argv[1:]:
    turn = assistant.respond(Utterance(text, assistant.clock.now()), session.id)
    print(turn.reply.text, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills a process by a signal")
def test_moods_lost_by_a_kill_lose_no_turn(say: Conversation) -> None:
    """Killed after a miss was kept and before its mood was read, the rest is as if it had been."""
    begun = subprocess.run(
        [sys.executable, "-c", KILLED, "set a timer for 9 minutes", "beep me", "beep me again"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert begun.returncode == -signal.SIGKILL
    assert "9 minutes" in begun.stdout
    assert "can't help" in begun.stdout

    stored = list(say.assistant.store.export())
    assert [row["utterance"]["text"] for row in stored][1:] == ["beep me"]
    assert stored[1]["understanding"]["sentiment"] is None
    angry = Angry()
    say.assistant._features = angry  # type: ignore[assignment]
    say.assistant._install()
    assert "sorry" in say("beep me once more").reply.text
    assert angry.read_of == ["beep me once more", "beep me"]
