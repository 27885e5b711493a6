"""Asks once what a skill of a stranger may reach for, and tells what was answered."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.conversation import undecided
from assistant.conversation.replies import Handled
from assistant.errors import SkillError
from assistant.skill.declared import Intent, Skill
from assistant.skill.given import Reader, WriteMemory
from assistant.skill.hosted import HOST
from assistant.skill.needs import Needs, needs_of
from assistant.skill.registry import Skills
from assistant.turn import OpenQuestion, Reply, Session, Turn, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.store import Transaction

ROLE = "allow"
"""The role of the answer that keeps what was answered, by skill, in its own skill's memory."""


def kept(skills: Skills, reader: Reader, name: str) -> bool | None:
    """Return whether a skill may have what it declares; None where nobody was asked for that."""
    answer = _answer(skills, reader, name)
    return bool(answer["allowed"]) if answer else None


def _answer(skills: Skills, reader: Reader, name: str) -> dict[str, Any] | None:
    role = skills.role(ROLE)
    if role is None:
        return None
    try:
        answer: dict[str, Any] = reader.value(role.name.partition(".")[0], name)
        return answer if answer["asked"] == asked_for(skills, name) else None
    except (KeyError, TypeError):
        return None


def asked_for(skills: Skills, name: str) -> str:
    """Return what is asked for a skill as text; the same one from elsewhere is another."""
    installed = next(each for each in skills.installed if each.skill.name == name)
    told = {"source": installed.source, "needs": installed.skill.reach.real.to_json()}
    return json.dumps(told, sort_keys=True)


def permit(
    transaction: Transaction,
    session: Session,
    skills: Skills,
    name: str,
    allow: bool,
    at: datetime,
) -> Turn:
    """Record that a skill may have what it declares, or not. Raises SkillError."""
    role = skills.role(ROLE)
    if role is None:
        raise SkillError("The skill conversation is off, which keeps that: switch it on.")
    answer = {"asked": asked_for(skills, name), "allowed": allow}
    effect = WriteMemory(role.name.partition(".")[0], name, answer)
    said = Utterance(
        f"assistant skills rights {name} --{'allow' if allow else 'forbid'}", at, "shell"
    )
    meant, reply = Understanding(None), Reply("Done.")
    return transaction.record(session, said, meant, reply, "answered", [effect])


def allowed(
    target: Intent, heard: dict[str, Any], skills: Skills, reader: Reader
) -> Needs | Handled:
    """Return what a function that runs elsewhere may reach for; or the question what its skill may,
    where nobody has answered that yet.
    """
    name, skill = target.name.partition(".")[0], skills.skill_of(target.name)
    if HOST not in target.given or skill is None or not skill.reach:
        return Needs()
    answer = _answer(skills, reader, name)
    if answer is None and target.name in skills.intents:
        return _asked(target, heard, skills, skill)
    return (
        needs_of(json.loads(answer["asked"])["needs"]) if answer and answer["allowed"] else Needs()
    )


def _asked(target: Intent, heard: dict[str, Any], skills: Skills, skill: Skill) -> Handled:
    told, role = f"The skill {skill.name} wants to {skill.reach.told}", skills.role(ROLE)
    if role is None:
        return Handled(Reply(f"{told}: assistant skills rights {skill.name} --allow."), "refused")
    goes_on = undecided.goes_on(target.name, heard, is_intent=True)
    keep = {"asking": skill.name, "needs": asked_for(skills, skill.name), **goes_on}
    linked = f" ({skill.reach.linked})" if skill.reach.linked else ""
    question = f"{told}{linked}. May it?"
    return Handled(Reply(question), "asked", (), OpenQuestion(question, role.name, keep))
