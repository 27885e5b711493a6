"""Why a turn was understood as it was, in plain lines: for the command and the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.turn import Explained, Turn

if TYPE_CHECKING:
    from assistant.conversation.why import Explanation, Flip, Likely

BY = {
    "literal": "a word of its examples",
    "slot": "value of {}",
    "around": "said around a request",
    "function": "a word that every sentence may have",
    "repaired": "taken back",
    "left": "nothing explains it",
}
"""What explains words, as it is told of them."""

AGAINST = {
    "forbidding": "it forbids something, which asks for nothing to be done",
    "telling": "it tells something, which asks for nothing to be done",
    "meaning": "it asks what words mean",
    "ability": "it asks whether that can be done",
    "how": "it asks how that is done",
}
"""What speaks against acting, by the mood of a sentence."""


def lines(found: Explanation) -> list[str]:
    """Return the whole explanation, a line each."""
    return [*_stored(found), *looked_up(found)]


def _stored(found: Explanation) -> Iterator[str]:
    """Give what was understood, what explains each word, and what spoke against acting."""
    said, meant = found.turn.utterance, found.turn.understanding
    yield f"“{said.text}”"
    if said.heard:
        yield f"Heard was “{said.heard}”."
    yield _understood(found)
    if meant.more:
        yield f"Then: {', '.join(each.intent or '' for each in meant.more)}."
    if found.account:
        yield "Words:"
        yield from accounted(found.account)
    yield from against(found.turn)
    for offer in meant.offered:
        yield f"Offered: “{offer.text}”."
    yield from meant.notes


def _understood(found: Explanation) -> str:
    meant, likeliest = found.turn.understanding, found.likeliest
    if meant.intent is None:
        rest = f"; the likeliest is {_named(likeliest)}" if likeliest else ""
        return f"It was not acted upon ({found.turn.outcome}){rest}."
    named = _named(likeliest) if likeliest else meant.intent
    sure = f", {meant.confidence:.0%} sure" if meant.confidence < 1 else ""
    return f"Understood as {named}, {meant.how}{sure}."


def accounted(account: Sequence[Explained]) -> Iterator[str]:
    """Give what explains each word; neighbours that one slot explains are one."""
    runs = groupby(enumerate(account), lambda at: at[1].name if at[1].by == "slot" else at[0])
    for _, run in runs:
        words = [each for _, each in run]
        by, name = words[0].by, words[0].name
        kind = f" ({name})" if by == "left" and name else ""
        yield f"  {' '.join(each.text for each in words)}: {BY[by].format(name)}{kind}"


def against(turn: Turn) -> Iterator[str]:
    """Give what spoke against acting, where that was not done."""
    meant = turn.understanding
    if meant.intent is not None:
        return
    if meant.mood in AGAINST:
        yield f"Against acting: {AGAINST[meant.mood]}."
    elif meant.mood == "foreign":
        yield f"Against acting: that looks like {meant.why}."
    elif meant.why:
        yield f"Against acting: {meant.why}."
    elif meant.alternatives:
        best = _share(max(each.confidence for each in meant.alternatives))
        yield (
            "Against acting: no intent is likely enough and explains what the sentence says; "
            f"the likeliest is so by {best}."
        )


def looked_up(found: Explanation) -> Iterator[str]:
    """Give what only looking again tells: examples, the runner-up, what would have changed it."""
    first, second = found.likeliest, found.runner_up
    if first and first.nearest:
        yield f"Nearest examples of {first.intent}:"
        yield from (f"  {near.cosine:.2f} “{near.sentence}”" for near in first.nearest)
    if first and second and (first.confidence or second.confidence):
        yield (
            f"Runner-up by meaning: {_named(second)}, {_share(second.confidence)} against "
            f"{_share(first.confidence)}: a margin of {found.margin:.2f}."
        )
        yield from (f"  {near.cosine:.2f} “{near.sentence}”" for near in second.nearest[:1])
    yield found.stale or _flipped(found)


def _flipped(found: Explanation) -> str:
    if found.flip is None:
        tried = f"{found.tried} other wording{'' if found.tried == 1 else 's'}"
        return f"No small change of words that would have changed it was found, of {tried} tried."
    return f"{_changed(found.flip)}, {_instead(found.flip)}."


def _changed(flip: Flip) -> str:
    gone = " and ".join(f"“{word}”" for word in flip.change.gone)
    how = f"With “{flip.change.instead}” instead of {gone}" if flip.change.instead else ""
    return f"{how or f'Without {gone}'} (“{flip.change.text}”)"


def _instead(flip: Flip) -> str:
    """Return what would have been done with the changed sentence."""
    if flip.intent is None:
        asked = f"asked whether you meant “{flip.offered}”" if flip.offered else "done nothing"
        return f"I would have {asked}"
    rest = "" if flip.complete else ", and asked for what it lacks"
    return f"I would have understood {flip.intent} (“{flip.does}”){rest}"


def _named(likely: Likely) -> str:
    return f"{likely.intent} (“{likely.does}”)" if likely.does else likely.intent


def _share(confidence: float) -> str:
    return "under 1%" if 0 < confidence < 0.01 else f"{confidence:.0%}"
