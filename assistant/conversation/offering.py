"""What is said where half is understood: “Did you mean …?”, and to what asks for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.language.plurals import singular
from assistant.language.saying import joined
from assistant.language.tokens import split
from assistant.turn import OFFER, Offer, OpenQuestion, Reply, Understanding
from assistant.understanding.parsers.bare import MOST, WHICH
from assistant.understanding.parsers.offered import kept
from assistant.understanding.parsers.several import EITHER
from assistant.understanding.pieces import AS_BEFORE

ONCE_MORE = "once more"
"""What speaks against acting where what changed something would be done once more."""

OPEN = (EITHER, WHICH, ONCE_MORE, AS_BEFORE)
"""What speaks against acting where all is understood, but it is open what of it is meant."""

LEADS = dict.fromkeys(("", *OPEN), "")
"""What is said before an offer, by what speaks against acting."""

MOODS = {
    "forbidding": "All right, I do nothing.",
    "telling": "I take that as something you tell me, so I do nothing. Say what I should do.",
    "meaning": "I explain no words. Say “what can you do” to see what I can.",
}
"""What is said to a sentence that asks for nothing to be done, by its mood."""

LEFT = "I don't know what to do with {} there, so I do nothing. Say it in other words."
"""What is said where a word speaks against acting and nothing may be offered."""

UNHEARD = "I didn't get that."
"""What is said to words that are neither an answer nor like a request."""

BY_EXAMPLE = {
    "ability": "Yes. Say, for instance, “{}”.",
    "how": "I do it when you say, for instance, “{}”.",
}
"""What is said to a question what can be done, or how, by its mood; an example goes into it."""

UNABLE = "No, that is nothing I can do. Say “what can you do” to see what I can."


def offer(
    offered: tuple[Offer, ...], said: str, why: str = "", *, learn: bool = True
) -> tuple[Reply, OpenQuestion]:
    """Return the question whether the first, or one of the first few, was meant."""
    told = offered[: MOST if why == WHICH else 2 if why == EITHER else 1]
    named = joined((f"“{each.text}”" for each in told), "or")
    lead = LEADS.get(why, f"I don't know what to do with {why} there. ")
    text = f"{lead}Did you mean {named}?"
    keep = kept(offered, len(told), said, learn=learn and not why)
    return Reply(text), OpenQuestion(text, OFFER, keep)


def told_apart(offered: Sequence[Offer]) -> tuple[Offer, ...]:
    """Return the offers that say something, each wording once."""
    named = {each.text: each for each in reversed(offered) if any(map(str.isalpha, each.text))}
    return tuple(each for each in offered if named.get(each.text) is each)


def to_mood(meant: Understanding, said: str) -> Reply | None:
    """Return what is said to a sentence that asks for nothing; None for a request."""
    if meant.mood in BY_EXAMPLE:
        example = _nearest([c.example for c in meant.alternatives if c.example], said)
        known = meant.confidence and example
        return Reply(BY_EXAMPLE[meant.mood].format(example) if known else UNABLE)
    if meant.mood == "foreign":
        return Reply(f"That looks like {meant.why}. I understand English only, so I do nothing.")
    told = MOODS.get(meant.mood)
    return Reply(told) if told else None


def aside(meant: Understanding, said: str) -> str:
    """Return what is said to words that are no answer to the question which waits."""
    told = to_mood(meant, said)
    if told is not None:
        return told.text
    return LEFT.format(meant.why) if meant.why and meant.confidence else UNHEARD


def _nearest(examples: Sequence[str], said: str) -> str:
    """Return the example that shares most words with what is asked about, "" without any.

    Of equals that is the first: they come likeliest first.
    """
    asked = _words(said)
    return max(examples, key=lambda example: len(asked & _words(example)), default="")


def _words(text: str) -> frozenset[str]:
    return frozenset(singular(word.text) for word in split(text))
