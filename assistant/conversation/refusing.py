"""What is said where nothing was understood: offers, the question that waits, sentences to try."""

from __future__ import annotations

from dataclasses import replace

from assistant.conversation import forms, offering, questions, repair
from assistant.conversation.replies import Handled, refusal, say
from assistant.skill.registry import Skills
from assistant.turn import Reply, Situation, Understanding, Utterance
from assistant.understanding.parsers.answer import target_of
from assistant.understanding.parsers.offered import lasting


def not_understood(
    meant: Understanding, utterance: Utterance, situation: Situation, skills: Skills
) -> Handled:
    """Return what is said to words that are neither a request nor an answer."""
    question = situation.session.open_question
    if question is None or question.offers or meant.parser == "answer":
        return _refused(meant, utterance, situation, skills)
    if target_of(question, skills) is None:
        return say("refused", "My question belonged to a skill that is gone, so I dropped it.")
    told = offering.aside(meant, utterance.text)
    if question.slot and told == offering.UNHEARD:
        target = skills.intents[question.then]
        if none := forms.none_of(target.slots.get(question.slot)):
            return forms.put_again(question, none)
    if question.tries < questions.MAX_TRIES:
        again = replace(question, tries=question.tries + 1)
        text = f"{told} {question.question} (Or say “cancel”.)"
        return Handled(Reply(text), "asked", (), again)
    lead = "I still didn't get that, so" if told == offering.UNHEARD else f"{told} Also,"
    return say("refused", f"{lead} I'll let it go: “{question.question}”")


def _refused(
    meant: Understanding, utterance: Utterance, situation: Situation, skills: Skills
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
    if last is None or not repair.frustrated(meant, last):
        return Handled(refusal(meant, utterance), "refused")
    reply, question = repair.offer(meant, utterance, last, skills)
    return Handled(reply, "asked" if question else "refused", (), question)
