"""Recordings to words to meaning, for what measures them: nothing of it is kept anywhere."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import paths
from assistant import settings as settings_file
from assistant.doors import devices
from assistant.turn import Situation, Utterance
from assistant.turn.hearing import Hearing

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.speech.recognizer import SpeechModel
    from assistant.speech.second import SecondModel
    from assistant.speech.sound import Frame
    from assistant.turn import Session, Understanding
    from assistant.turn.hearing import Sayable


def speech_model(name: str = "") -> SpeechModel:
    """Open a model by its folder or its name on the shelf, else the usual one.

    Raises SpeechError where there is none.
    """
    from assistant.speech.models.vosk import VoskModel

    if not name:
        return devices.speech_model(settings_file.load(paths.settings_file()))
    return VoskModel(model_folder(name))


def second_model(name: str = "") -> SecondModel | None:
    """Open what hears a second time by its name, else that of the settings. Raises SpeechError."""
    from assistant.speech.whisper import shelf

    return shelf.opened(name or settings_file.load(paths.settings_file()).second_hearing)


def model_folder(name: str = "") -> Path:
    """Return the folder of a model by its path or its name on the shelf, else of the usual one.

    Raises SpeechError where there is none.
    """
    from assistant.speech.models import shelf

    if name and Path(name).is_dir():
        return Path(name)
    usual = settings_file.load(paths.settings_file()).speech_model
    return shelf.find(name or usual, {} if name else os.environ, paths.user_models())


@contextmanager
def understander(skill: Path | None) -> Iterator[Understander]:
    """Give the installed skills, or those of one file alone, with a store that is forgotten.

    Raises SkillLoadError where the file has no skill that works, CheckpointError where the chosen
    weights can't be used.
    """
    from assistant.assembly import feature_reader, intent_model, registry, strangers
    from assistant.conversation.assistant import Assistant
    from assistant.errors import CheckpointError, SkillLoadError
    from assistant.skill.given import Clock
    from assistant.skill.registry import Registry
    from assistant.store import Store

    settings = settings_file.load(paths.settings_file())
    alone = Registry([], [skill] if skill else [], packages=False, loader=strangers(settings))
    found = alone if skill else registry(settings)
    if skill and found.skills.broken:
        raise SkillLoadError(found.skills.broken[0].message)
    model = intent_model(settings)
    reader = feature_reader(settings, model)
    began = datetime.now(UTC)
    # It stands still, so that "in ten minutes" is the same moment whenever it is said.
    clock = Clock(settings.zone(), lambda: began)
    assistant = Assistant(Store.temporary(), found, model, reader, settings, clock)
    assistant.warm()
    try:
        if troubles := assistant.troubles():
            raise CheckpointError(troubles[0])
        yield Understander(assistant, assistant.open_session("measure"))
    finally:
        assistant.close()


class Understander:
    """Understands what was heard in a session in which nothing was said before."""

    def __init__(self, assistant: Assistant, session: Session) -> None:
        self.assistant = assistant
        self._session = session
        self._situation = Situation(session, assistant.clock.now())

    @property
    def sayable(self) -> Sayable:
        """Return what can be said."""
        return self.assistant.sayable(self._session)

    def chosen(self, hearing: Hearing) -> tuple[str, Understanding]:
        """Return what was taken of a hearing, and how it is understood."""
        utterance = self.assistant.heard(hearing, self._session)
        return utterance.text, self._understand(utterance)

    def typed(self, text: str) -> Understanding:
        """Return how a typed text is understood."""
        return self._understand(Utterance(text, self.assistant.clock.now()))

    def _understand(self, utterance: Utterance) -> Understanding:
        from assistant.turn import Understanding

        if not utterance.text:
            return Understanding(None)
        return self.assistant.understand(utterance, self._situation)


@dataclass
class Cost:
    """Seconds of sound that were heard, and those of CPU that it took."""

    seconds: float = 0.0
    spent: float = 0.0

    @property
    def realtime_factor(self) -> float:
        """Return the seconds spent for one of sound."""
        return self.spent / self.seconds if self.seconds else 0.0


class Hearer:
    """All ears, or the open one alone: whole recordings at a time, or streamed as in life."""

    def __init__(
        self,
        model: SpeechModel,
        sayable: Sayable,
        second: SecondModel | None = None,
        *,
        both: bool,
        stream: bool,
    ) -> None:
        from assistant.measuring.sound.stream import Stream
        from assistant.speech.hearing.again import Second
        from assistant.speech.hearing.ears import Ears
        from assistant.speech.hearing.options import Options

        self.cost = Cost()
        self._stream = Stream(model, Options(closed=both), second) if stream else None
        heard = (sayable.sentences, sayable.graph) if both else ((), None)
        self._second = Second(second) if second is not None and both else None
        self._ears = Ears(model, *heard, self._second)
        self._ears.expect_again(sayable)
        if self._stream is not None:
            self._stream.expect(sayable)

    def hear(self, sound: Sequence[Frame]) -> list[Hearing]:
        """Return what is taken of a recording: one hearing of a whole one."""
        from assistant.speech.sound import FRAME_SECONDS

        found: list[Hearing] = []
        began = time.process_time()
        if self._stream is not None:
            self._stream.hear(sound, found.append)
        else:
            for frame in sound:
                self._ears.accept(frame)
            found.append(self._ears.finish(datetime.now(UTC), "the recording ended"))
        self.cost.spent += time.process_time() - began
        self.cost.seconds += len(sound) * FRAME_SECONDS
        return found

    def close(self) -> None:
        """Stop listening."""
        if self._stream is not None:
            self._stream.close()
        if self._second is not None:
            self._second.close()


class Overhearer:
    """Hears frames that go by with all ears, as in a conversation, and understands them."""

    def __init__(self, model: SpeechModel, assistant: Assistant) -> None:
        """Understand as in a session that is in no database: nothing waits there, or is kept."""
        from assistant.speech.hearing.ears import Ears
        from assistant.turn import Session

        session = Session(0, "transcribe", assistant.clock.now())
        self._understander = Understander(assistant, session)
        sayable = self._understander.sayable
        self._ears = Ears(model, sayable.sentences, sayable.graph)

    def overhearing(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Yield frames that were heard."""
        self._ears.reset()
        for frame in frames:
            self._ears.accept(frame)
            yield frame

    def understood(self) -> tuple[str, Understanding]:
        """Return what was taken of the frames, and what it means."""
        now = self._understander.assistant.clock.now()
        return self._understander.chosen(self._ears.finish(now, "the sound ended"))
