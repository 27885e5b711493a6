"""What a skill's function is called with, beside what was heard."""

from __future__ import annotations

import inspect
import uuid
from typing import Any

from assistant.skill.declared import Intent
from assistant.skill.given import Alarms, Clock, Reader


def alarms_of(skill: str, clock: Clock, reader: Reader, chosen: str) -> Alarms:
    """Return a skill's alarms; the ``chosen`` ids are those that are meant."""
    alarms = Alarms(skill, clock, reader.alarms, _new_id)
    alarms.meant = tuple(chosen.split())
    return alarms


def optional(target: Intent) -> dict[str, Any]:
    """Return None for parameters that may be None and have no default of their own."""
    parameters = inspect.signature(target.function).parameters
    return {n: None for n in target.slots if parameters[n].default is inspect.Parameter.empty}


def _new_id() -> str:
    return uuid.uuid4().hex[:12]
