"""What every door tells of what nobody asked for: alarms, reloaded skills, troubles; in words."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant import files, paths
from assistant.errors import AssistantError
from assistant.settings import taken_twice

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.settings import Settings
    from assistant.skill.given import Alarm
    from assistant.skill.registry import Skills
    from assistant.turn import Utterance
    from assistant.turn.hearing import Hearing

LARGEST = 1_000_000
"""Bytes of what was found out about the skills, at most."""

MOST = 1000
"""Sentences that are kept as told, the newest."""

LOOK = 1.0
"""Seconds between two looks at alarms and changed skills."""

HEARD_NOTHING = "I heard nothing: speak a little louder, or see assistant voice doctor."

NOT_ENGLISH = "I could not make that out. I only know English."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """A sentence to tell; ``aloud`` is what is said of it as well: the message of what rings."""

    kind: Literal["alarm", "notice", "trouble"]
    text: str
    aloud: str = ""
    alarm: str = ""
    """The id of the alarm it tells of."""

    @property
    def line(self) -> str:
        """Return it as a line among others."""
        return self.text if self.kind == "trouble" else f"{self.kind}: {self.text}"


def at_opening(assistant: Assistant) -> list[News]:
    """Return what is wrong from the start: broken skills, wrong names; once, what is as good as
    wrong: examples there are twice, parsers that wait.
    """
    unknown = _unknown(assistant.skills, assistant.settings)
    told = (assistant.notice, *assistant.status().broken, *_new(assistant), *unknown)
    return [News("trouble", sentence) for sentence in told if sentence]


def in_the_way(skills: Skills, chosen: Settings) -> list[str]:
    """Return which names are of nothing, which examples of the user's skills others cover, and
    which parsers wait for trust.
    """
    from assistant.assembly import waiting

    covered = (line for _, line in _covered(skills, _kept()))
    return [*_unknown(skills, chosen), *covered, *skills.strays, *waiting(chosen)]


def _new(assistant: Assistant) -> list[str]:
    """Return of what is in the way what was not told yet of these skills, and keep that it is."""
    from assistant.assembly import waiting

    skills, kept = assistant.skills, _kept()
    found = _covered(skills, kept)
    before = [str(each) for each in kept.get("said", ())]
    told_once = (*skills.strays, *waiting(assistant.settings))
    every = [*found, *(("", line) for line in told_once)]
    new = {key: line for source, line in every if (key := _key(source, line)) not in before}
    if new or kept.get("skills") != skills.fingerprint:
        said = [*before, *new][-MOST:]
        text = json.dumps({"skills": skills.fingerprint, "told": found, "said": said})
        with suppress(OSError):
            files.write(paths.cache() / "covered.json", text)
    return [*new.values()]


def _covered(skills: Skills, kept: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the file and what is told of each covered example, found out once for these skills."""
    if kept.get("skills") == skills.fingerprint:
        return [(str(source), str(line)) for source, line in kept["told"]]
    names = {each.skill.name: each.source for each in skills.installed}
    return [
        (names[each.name], line) for each in skills.active for line in skills.covered(each.name)
    ]


def _kept() -> dict[str, Any]:
    """Return what was found out and told before; nothing where that can't be read."""
    try:
        kept = json.loads(files.read(paths.cache() / "covered.json", LARGEST))
        told, said = kept["told"], kept["said"]
        well = isinstance(said, list) and all(len(pair) == 2 for pair in told)
        return {"skills": kept["skills"], "told": told, "said": said} if well else {}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}


def _key(source: str, line: str) -> str:
    """Return what tells a sentence about a skill's file, as it is now, from all others."""
    content = b""
    with suppress(OSError, ValueError):
        content = files.read(Path(source), LARGEST) if source else b""
    return hashlib.blake2b(json.dumps(line).encode() + content, digest_size=16).hexdigest()


def _unknown(skills: Skills, chosen: Settings) -> list[str]:
    """Tell which skills and packages are named in the settings that there are not, and which keys
    have several actions.
    """
    names = sorted(skills.disabled - {each.skill.name for each in skills.installed})
    return [
        *(
            f"The setting “disabled” names “{name}”, but there is no such skill: "
            "see assistant skills."
            for name in names
        ),
        *(
            f"The setting “trusted” names “{name}”, but there is no such package: assistant skills "
            f"trust {name} --no takes it out."
            for name in chosen.trusted
            if not _package(name)
        ),
        *taken_twice(chosen.keys),
    ]


def _package(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return distribution(name).name == name
    except (PackageNotFoundError, ValueError):  # and of a name that is none
        return False


def not_english(hearing: Hearing, utterance: Utterance) -> bool:
    """Tell whether something was said that clearly is no English, nor anything that can be done."""
    return hearing.foreign and bool(utterance.text) and utterance.choice is None


def reloaded(assistant: Assistant) -> list[News]:
    """Return what happened to the skills since the last look, and what is wrong with weights."""
    return [News("notice", sentence) for sentence in assistant.refresh()] + weights(assistant)


def weights(assistant: Assistant) -> list[News]:
    """Return what was found wrong with the weights since the last look."""
    return [News("trouble", sentence) for sentence in assistant.troubles()]


def newly_set(before: Iterable[Alarm], after: Iterable[Alarm]) -> bool:
    """Tell whether an alarm was set, or moved, between two looks at the pending ones."""
    known = {(alarm.id, alarm.due) for alarm in before}
    return any((alarm.id, alarm.due) not in known for alarm in after)


def trouble(error: Exception, what: str = "Something went wrong") -> News:
    """Return what is told of an error; one that is nobody's fault goes to the log as well."""
    if isinstance(error, AssistantError):
        return News("trouble", str(error))
    log.error("%s", what, exc_info=error)
    kind = type(error).__name__
    return News("trouble", f"{what} ({kind}: {error}); the log has the details.")
