"""What is counted of recordings that were heard: words, commands, skills, silence kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.measuring.hearing import Cost
from assistant.measuring.recordings import Recording
from assistant.turn import Understanding

if TYPE_CHECKING:
    from assistant.measuring.sound.alignment import Slips

Told = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What to measure and how. ``snrs`` are dB of noise, none for the recordings as they are."""

    test: Path
    skill: Path | None = None
    noise: Path | None = None
    snrs: tuple[float, ...] = ()
    both: bool = True
    stream: bool = False
    outside: bool = False
    most: int | None = None
    model: str = ""
    second: str = ""


@dataclass(frozen=True)
class Outcome:
    """A recording as it was heard: by the open ear alone, and as it was taken.

    ``typed`` is how its transcript is understood, where there is one.
    """

    recording: Recording
    seconds: float
    text: str
    taken: str
    meant: Understanding
    open_meant: Understanding
    typed: Understanding | None


@dataclass
class Run:
    """All recordings at one level of noise."""

    snr: float | None
    outcomes: list[Outcome] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)


def figures_of(run: Run, plan: Plan) -> Told:
    """Return the figures of one run, flat."""
    told: Told = {"recordings": len(run.outcomes)}
    told |= _words(run.outcomes) | _commands(run.outcomes, plan) | _skills(run.outcomes, plan)
    told |= _silence(run.outcomes, plan)
    told["realtime_factor"] = round(run.cost.realtime_factor, 4)
    told["seconds"] = round(run.cost.seconds, 1)
    return told


def _words(outcomes: Sequence[Outcome]) -> Told:
    """Count wrong words against the transcripts, as the open ear heard them and as taken.

    Neither how a number is written counts, nor a contraction or an American spelling.
    """
    from assistant.language.alike import alike
    from assistant.measuring.sound.alignment import slips

    told = [o for o in outcomes if o.recording.transcript is not None]
    spoken = [(o, alike(str(o.recording.transcript))) for o in told]
    if not any(words for _, words in spoken):
        return {}
    heard = _sum(slips(words, alike(o.text)) for o, words in spoken)
    taken = _sum(slips(words, alike(o.taken)) for o, words in spoken)
    return {
        "wer": round(heard.rate, 4),
        "substitutions": heard.substitutions,
        "insertions": heard.insertions,
        "deletions": heard.deletions,
        "words": heard.words,
        "wer_taken": round(taken.rate, 4),
    }


def _sum(found: Iterator[Slips]) -> Slips:
    from assistant.measuring.sound.alignment import Slips

    return reduce(lambda one, other: one + other, found, Slips())


def _commands(outcomes: Sequence[Outcome], plan: Plan) -> Told:
    """Count labelled commands whose intent and slots are all right."""
    asked = [o for o in outcomes if o.recording.labelled and o.recording.intent]
    if not asked:
        return {}
    share = share_of(is_right(o.recording, o.meant) for o in asked)
    told: Told = {"commands": len(asked), "command_acceptance": round(share, 4)}
    if plan.both:
        told |= _beside(
            "command", share, share_of(is_right(o.recording, o.open_meant) for o in asked)
        )
    return told


def share_of(told: Iterable[bool]) -> float:
    """Return the share of what is true, 0 of nothing."""
    counted = list(told)
    return float(sum(counted)) / max(len(counted), 1)


def _beside(name: str, share: float, alone: float) -> Told:
    """Return what the open ear alone reaches, and how many fewer failures there are with both."""
    fewer = 1 - (1 - share) / (1 - alone) if alone < 1 else 0.0
    word = "command_acceptance" if name == "command" else "right_skill"
    return {f"{word}_open": round(alone, 4), "fewer_failures": round(fewer, 4)}


def is_right(recording: Recording, meant: Understanding) -> bool:
    """Tell whether the intent and every slot are those of the label."""
    from assistant.language.values import to_json

    if meant.intent is None or recording.intent is None:
        return False
    named = meant.intent if "." in recording.intent else meant.intent.partition(".")[2]
    filled = {slot.name: slot for slot in meant.slots if slot.value is not None}
    wanted = {name: value for name, value in recording.slots.items() if value is not None}
    return (
        named == recording.intent
        and filled.keys() == wanted.keys()
        and all(
            _plain(value) in (_plain(to_json(filled[name].value)), _plain(filled[name].text))
            for name, value in wanted.items()
        )
    )


def _plain(value: Any) -> Any:
    """Return a value to compare: numbers as numbers, texts without case."""
    if isinstance(value, bool):
        return str(value).casefold()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    try:
        return float(value)
    except (TypeError, ValueError):
        return " ".join(str(value).casefold().split())


def _skills(outcomes: Sequence[Outcome], plan: Plan) -> Told:
    """Compare the skill of unlabelled recordings with that of the transcript typed in."""
    asked = [o for o in outcomes if not o.recording.labelled and not is_outside(o, plan)]
    covered = [(o, o.typed) for o in asked if o.typed is not None and o.typed.intent]
    strange = [o for o in asked if o.typed is not None and o.typed.intent is None]
    told: Told = {}
    if covered:
        share = share_of(skill_of(o.meant) == skill_of(typed) for o, typed in covered)
        alone = share_of(skill_of(o.open_meant) == skill_of(typed) for o, typed in covered)
        told |= {"covered": len(covered), "right_skill": round(share, 4)}
        told["right_intent"] = round(share_of(o.meant.intent == t.intent for o, t in covered), 4)
        told |= _beside("skill", share, alone) if plan.both else {}
    if strange:
        told["not_covered"] = len(strange)
        told["not_covered_acted"] = sum(o.meant.intent is not None for o in strange)
    return told


def skill_of(meant: Understanding) -> str:
    """Return the skill that is called, "" for none."""
    return (meant.intent or "").partition(".")[0]


def is_outside(outcome: Outcome, plan: Plan) -> bool:
    """Tell whether nothing in a recording is meant for the assistant."""
    return plan.outside or outcome.recording.is_outside


def _silence(outcomes: Sequence[Outcome], plan: Plan) -> Told:
    """Count what was acted upon where nothing is meant for the assistant."""
    from assistant.speech.hearing.marks import most_likely

    outside = [o for o in outcomes if is_outside(o, plan)]
    if not outside:
        return {}
    acted = sum(o.meant.intent is not None for o in outside)
    seconds = sum(o.seconds for o in outside)
    return {
        "outside": len(outside),
        "outside_seconds": round(seconds, 1),
        "acted": acted,
        "acted_share": round(acted / len(outside), 4),
        "acted_open": sum(o.open_meant.intent is not None for o in outside),
        "acted_an_hour_upper": round(most_likely(acted) / (seconds / 3600), 2),
    }


def shown(meant: Understanding) -> str:
    """Return what was understood in one line; "" for nothing."""
    from assistant.language.values import to_json

    if meant.intent is None:
        return ""
    filled = {slot.name: to_json(slot.value) for slot in meant.slots if slot.value is not None}
    return f"{meant.intent} {', '.join(f'{n}={v}' for n, v in sorted(filled.items()))}".strip()
