"""What comes of an understanding: the reply and what is written, and how replies are made."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from assistant.conversation import offering
from assistant.errors import AssistantError, SkillError, StoreError
from assistant.language.records import dataclass
from assistant.skill.call import Outcome
from assistant.skill.choosing import UnnamedError
from assistant.skill.declared import Intent
from assistant.skill.given import Effect
from assistant.turn import Ended, OpenQuestion, Reply, Understanding, Utterance

log = logging.getLogger(__name__)

SURE = 0.75
"""The confidence below which spoken words are read back before a careful intent acts."""

TRY_SAYING = 3
"""How many sentences a refusal suggests."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of an understanding: the reply, what to write, and the question left open.

    ``meant`` is the request that an answer made clear, which is what the turn was about. Where
    something ``broke`` (or was stopped) nothing of the turn is kept. ``unanswered`` says that the
    words answered nothing, though they were taken as an answer, ``reopened`` that the question is
    one that waited earlier, with all that waited below it. ``away`` is a form that now waits until
    it is asked for.
    """

    reply: Reply
    outcome: Ended = "answered"
    effects: tuple[Effect, ...] = ()
    question: OpenQuestion | None = None
    meant: Understanding | None = None
    broke: bool = False
    unanswered: bool = False
    reopened: bool = False
    away: OpenQuestion | None = None


def otherwise(meant: Understanding, question: OpenQuestion | None) -> Handled:
    """Offer what is left after a no."""
    if not meant.offered or question is None:
        return Handled(Reply("OK, I do nothing. Say it in other words."), "refused")
    said, learn = question.keep["sentence"], question.keep["learn"]
    reply, again = offering.offer(meant.offered, said, meant.why, learn=learn)
    return Handled(reply, "asked", (), again)


def joined(before: Handled, after: Handled) -> Handled:
    """Return what came of two requests, one after the other; what broke leaves neither done."""
    if after.broke:
        return after
    text = f"{before.reply.text}\n\n{after.reply.text}"
    speech = " ".join(each.reply.speech or each.reply.text for each in (before, after))
    return replace(after, reply=Reply(text, speech), effects=(*before.effects, *after.effects))


def undone(handled: Handled, left: Sequence[str]) -> Handled:
    """Tell which requests of a sentence were not come to, for the one before asks or failed."""
    if handled.broke or not left:
        return handled
    told = ", ".join(f"“{each}”" for each in left)
    spoken = f"{handled.reply.speech or handled.reply.text} Not done: {told}."
    return replace(handled, reply=Reply(f"{handled.reply.text}\n\n(Not done: {told}.)", spoken))


def broken(outcome: Ended, text: str) -> Handled:
    """Return what is said where a skill was stopped or broke, and nothing is kept."""
    return Handled(Reply(text), outcome, broke=True)


def went_wrong(error: Exception, then: str = "") -> Handled:
    """Return what is said where a turn failed beside any skill, and nothing of it is kept."""
    text = f"Something went wrong with that ({type(error).__name__}); the log has more."
    return broken("failed", f"{text} Nothing was changed.{then}")


def led(handled: Handled, notes: Sequence[str]) -> Handled:
    """Say some sentences before a reply."""
    lead = " ".join(notes)
    if not lead:
        return handled
    speech = f"{lead} {handled.reply.speech or handled.reply.text}"
    return replace(handled, reply=Reply(f"{lead}\n\n{handled.reply.text}", speech))


def noted(handled: Handled, notes: Sequence[str]) -> Handled:
    """Add how the words were read to the reply."""
    note = " ".join(notes)
    return replace(handled, reply=Reply(f"{handled.reply.text}\n\n({note})", handled.reply.speech))


def let_go(handled: Handled, question: OpenQuestion) -> Handled:
    """Tell that a question was let go of for what was done instead."""
    note = f"(I've let go of my question “{question.question}”)"
    reply = Reply(f"{handled.reply.text}\n\n{note}", handled.reply.speech or handled.reply.text)
    return replace(handled, reply=reply)


def refusal(meant: Understanding, utterance: Utterance) -> Reply:
    """Return what is said where nothing was understood: notes, or sentences to try."""
    if not utterance.text:
        return Reply("I heard nothing. Say what you need, or “what can you do”.")
    if meant.notes:
        return Reply(" ".join(meant.notes))
    examples = [c.example for c in meant.alternatives if c.example][:TRY_SAYING]
    text = "I can't help with that."
    if not examples:
        return Reply(f"{text} Say “what can you do” to see what I can.")
    lines = "\n".join(f"- {example}" for example in examples)
    return Reply(f"{text} Try saying:\n\n{lines}", f"{text} Try saying: {examples[0]}.")


def say(outcome: Ended, text: str) -> Handled:
    """Return a plain text as what came of it."""
    return Handled(Reply(text), outcome)


def gone(text: str) -> Handled:
    """Return what is said where a turn that took back others, or did them again, is corrected."""
    way = "take that back first (“redo”, or “undo”), and say what you mean."
    return say("failed", f"I can't change “{text}”: {way}")


def badly_heard(utterance: Utterance) -> bool:
    """Tell whether spoken words are to be read back before something careful is done."""
    return utterance.source == "voice" and utterance.confidence < SURE


def read_back(utterance: Utterance, target: Intent, confirming: Intent) -> Handled:
    """Ask whether that was said, before something is done that would be missed."""
    text = f"Did you say “{utterance.text}”?"
    question = OpenQuestion(text, confirming.name, {"words": utterance.text, "intent": target.name})
    return Handled(Reply(text), "asked", (), question)


def not_returned(
    target: Intent, outcome: Outcome, deadline: float, *, answer: bool, waited: bool
) -> Handled:
    """Return what is said where a skill, or its ``answer``, did not do what was asked.

    ``waited`` tells that it had less time than is set, because others waited for it.
    """
    skill = target.name.partition(".")[0]
    if outcome.ended == "cancelled":
        return broken("cancelled", "Stopped. Nothing was changed.")
    if outcome.ended == "hung":
        seconds = f"{deadline:.0f}" if waited else f"{deadline:g}"
        held = " while others waited for it" if waited else ""
        text = f"The skill {skill} took over {seconds} seconds{held}, so I gave it up."
        return broken("failed", f"{text} Nothing was changed.")
    if isinstance(outcome.error, SkillError):
        nothing = isinstance(outcome.error, UnnamedError)
        unanswered = nothing and answer
        return replace(say("failed", str(outcome.error)), unanswered=unanswered)
    if isinstance(outcome.error, StoreError):
        return broken("failed", f"{outcome.error} Nothing was changed.")
    if isinstance(outcome.error, AssistantError):
        return say("failed", str(outcome.error))
    log.error("%s failed", target.name, exc_info=outcome.error)
    kind = type(outcome.error).__name__
    text = f"The skill {skill} broke ({kind}: {outcome.error}). Nothing was changed;"
    return broken("failed", f"{text} the log has the details ({target.where}).")
