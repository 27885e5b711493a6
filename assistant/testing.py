"""The pytest plugin for skill authors: ``say``, a clock that stands still, a home of its own.

def test_roll(say):
    say.use("dice.py")
    assert say("roll two dice").reply.text.startswith("You rolled")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.settings import Settings
    from assistant.skill.given import Alarm, Clock
    from assistant.turn import Session, Turn
    from assistant.understanding.learning.model import IntentModel

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 3, 4, 10, 0, tzinfo=BERLIN)
"""Where the clock of every test stands: a Wednesday, ten in the morning."""


class StandingClock:
    """A clock that moves only when told: ``clock.advance(minutes=5)``."""

    def __init__(self, at: datetime = WEDNESDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Return where it stands, in UTC."""
        return self.at.astimezone(UTC)

    def advance(self, **length: float) -> datetime:
        """Move on by a timedelta's keywords, and return the new time."""
        self.at += timedelta(**length)
        return self.at


class Conversation:
    """Talks to a whole assistant: real skills, a real database file, a clock that stands still.

    Sentences are understood by their templates; after ``listen_freely`` by the bundled
    checkpoint too.
    """

    def __init__(
        self, settings: Settings | None = None, weights: Callable[[], IntentModel] | None = None
    ) -> None:
        """Begin; ``weights`` gives the model that free wordings are understood by."""
        self._weights = weights
        self.clock = StandingClock()
        self._files: list[Path] = []
        self._settings = settings
        self._free = False
        self._apart = False
        self._assistant: Assistant | None = None
        self._session: Session | None = None

    def __call__(self, text: str) -> Turn:
        """Say a sentence and return the turn: ``.reply.text``, ``.understanding.intent``."""
        from assistant.turn import Utterance

        return self.assistant.respond(Utterance(text, self.clock()), self.session.id)

    def use(self, *files: str | Path) -> Conversation:
        """Install skill files beside the bundled ones."""
        self._files += [Path(file) for file in files]
        self.close()
        broken = self.assistant.status().broken
        assert not broken, "\n".join(broken)
        return self

    def apart(self) -> Conversation:
        """Run the skill files as an open chat does: in processes of their own, with few rights."""
        self._apart = True
        self.close()
        return self

    def set(self, **settings: object) -> Conversation:
        """Change settings, e.g. ``say.set(time_format="12h")``."""
        from dataclasses import replace

        from assistant.settings import Settings

        self._settings = replace(self._settings or Settings(), **settings)  # type: ignore[arg-type]
        self.close()
        return self

    def listen_freely(self) -> Conversation:
        """Load the bundled checkpoint, to understand sentences that match no example."""
        self._free = True
        self.close()
        self.assistant.warm()
        assert self.assistant.status().model_ready, self.assistant.status().model
        return self

    def ring(self) -> list[Alarm]:
        """Return the alarms that are due by now, as an open chat would ring them."""
        return self.assistant.ring()

    def reopen(self, without: Path | None = None) -> Conversation:
        """Close everything and open it again on the same database, as after a restart.

        A skill file may be gone by then.
        """
        self.close()
        self._files = [each for each in self._files if each != without]
        return self

    @property
    def assistant(self) -> Assistant:
        """Return the assistant behind the conversation."""
        if self._assistant is None:
            from assistant.assembly import assemble, templates_only
            from assistant.settings import Settings
            from assistant.skill.given import Clock
            from assistant.skill.registry import InProcess

            settings = self._settings or Settings()
            clock: Clock = Clock(BERLIN, self.clock, settings.time_format)
            self._assistant = assemble(
                settings,
                clock=clock,
                skill_files=self._files,
                model=self._model(settings) if self._free else templates_only(),
                packages=False,
                loader=None if self._apart else InProcess(),
            )
        return self._assistant

    def _model(self, settings: Settings) -> IntentModel:
        from assistant.assembly import intent_model

        return self._weights() if self._weights is not None else intent_model(settings)

    @property
    def session(self) -> Session:
        """Return the session as it stands now, with its open question."""
        if self._session is None:
            self._session = self.assistant.open_session("test")
        return self.assistant.session(self._session.id)

    def close(self) -> None:
        """Close the database."""
        if self._assistant is not None:
            self._assistant.close()
        self._assistant = None


@pytest.fixture
def assistant_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty home folder that everything in the test uses."""
    home = tmp_path / "home"
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def bundled_weights() -> Callable[[], IntentModel]:
    """Return what gives the bundled model, opened once for all tests."""
    from functools import lru_cache

    from assistant.assembly import intent_model
    from assistant.settings import Settings

    return lru_cache(maxsize=1)(lambda: intent_model(Settings()))


@pytest.fixture
def say(assistant_home: Path, bundled_weights: Callable[[], IntentModel]) -> Iterator[Conversation]:
    """Return a conversation to talk to: ``say("roll two dice").reply.text``."""
    conversation = Conversation(weights=bundled_weights)
    yield conversation
    conversation.close()
