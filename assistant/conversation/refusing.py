"""What is said where nothing was understood: offers, the question that waits, sentences to try."""

from __future__ import annotations

from dataclasses import replace

from assistant.conversation import offering, parking, planning, questions, repair
from assistant.conversation.replies import Handled, refusal, say, undone
from assistant.language.moods import begins_with_subject
from assistant.language.saying import joined
from assistant.language.tokens import split
from assistant.language.words import normalise
from assistant.skill.registry import Skills
from assistant.skill.slots import SlotSpec
from assistant.turn import OpenQuestion, Reply, Situation, Understanding, Utterance
from assistant.understanding.parsers.answer import target_of
from assistant.understanding.parsers.offered import lasting

NAMED = 3
"""Words that may name a choice which there is not."""

NO_CHOICE = "That is none of the choices"
STILL = "I still didn't get that."


def not_understood(
    meant: Understanding,
    utterance: Utterance,
    situation: Situation,
    skills: Skills,
    felt: repair.Felt,
) -> Handled:
    """Return what is said to words that are neither a request nor an answer."""
    question = situation.session.open_question
    if question is None or (question.offers and not question.plans):
        return _refused(meant, utterance, situation, skills, felt)
    if meant.parser == "answer":
        refused = _refused(meant, utterance, situation, skills, felt)
        asks = question.slot and refused.question
        return parking.parked(refused, question) if asks else refused
    if target_of(question, skills) is None and not question.plans:
        gone = say("refused", "My question belonged to a skill that is gone, so I dropped it.")
        return undone(gone, planning.left(question))
    told = offering.aside(meant, utterance.text)
    if question.slot and told == offering.UNHEARD and len(split(utterance.text)) <= NAMED:
        asked = skills.intents[question.then].slots.get(question.slot)
        if asked is not None and asked.type.choice:
            return _no_choice(asked, question)
    if question.tries < questions.MAX_TRIES:
        text = f"{told} {question.question} (Or say “cancel”.)"
        return _again(question, text)
    if question.slot:
        still = STILL if told == offering.UNHEARD else told
        return parking.put_away(say("refused", still), question)
    lead = "I still didn't get that, so" if told == offering.UNHEARD else f"{told} Also,"
    return say("refused", f"{lead} I'll let it go: “{question.question}”")


def half_meant(meant: Understanding, said: str, handled: Handled, question: OpenQuestion) -> bool:
    """Tell whether a remark was taken, by its meaning alone, for a request that lacks something.

    It is none then while a form waits.
    """
    lacking = handled.question is not None and handled.question.then == meant.intent
    free = meant.parser == "classifier" and bool(question.slot)
    return free and lacking and begins_with_subject(normalise(said))


def _no_choice(asked: SlotSpec, question: OpenQuestion) -> Handled:
    """Tell words that name none of the choices so: these are told once, which counts as no try."""
    if question.tries == 0:
        told = joined(asked.type.examples, "or")
        return _again(question, f"{NO_CHOICE}: {told}. {question.question}")
    if question.tries <= questions.MAX_TRIES:
        return _again(question, f"{NO_CHOICE}. {question.question} (Or say “cancel”.)")
    return parking.put_away(say("refused", f"{NO_CHOICE}."), question)


def _again(question: OpenQuestion, text: str) -> Handled:
    return Handled(Reply(text), "asked", (), replace(question, tries=question.tries + 1))


def _refused(
    meant: Understanding,
    utterance: Utterance,
    situation: Situation,
    skills: Skills,
    felt: repair.Felt,
) -> Handled:
    if (told := offering.to_mood(meant, utterance.text)) is not None:
        return Handled(told, "refused")
    offered = offering.told_apart(lasting(meant.offered, skills))
    if offered:
        learn = meant.parser != "answer"
        reply, offer = offering.offer(offered, utterance.text, meant.why, learn=learn)
        return Handled(reply, "asked", (), offer)
    if meant.why and meant.confidence:
        return say("refused", offering.LEFT.format(meant.why))
    last = situation.last
    if last is None or not repair.again(last):
        return Handled(refusal(meant, utterance), "refused")
    meant = felt(utterance.text, meant)
    if not repair.frustrated(meant, last, felt):
        return Handled(refusal(meant, utterance), "refused", meant=meant)
    reply, question = repair.offer(meant, utterance, last, skills)
    return Handled(reply, "asked" if question else "refused", (), question, meant)
