"""What ``assistant eval speech`` measures: words heard, commands understood, silence kept."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from assistant.commands import recordings
from assistant.commands.hearing import Cost, Hearer, speech_model, understander
from assistant.commands.recordings import Recording
from assistant.commands.results import Evaluation, Mistake, Series
from assistant.errors import AssistantError
from assistant.turn import Understanding

if TYPE_CHECKING:
    from assistant.commands.hearing import Understander
    from assistant.speech.alignment import Slips
    from assistant.speech.mixing import Noise
    from assistant.speech.recognizer import SpeechModel

SHOWN = 40
"""Mistakes that are shown, at most."""

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


def speech(plan: Plan, tell: Callable[[str], object] = lambda _line: None) -> Evaluation:
    """Hear every recording, with noise where that is wanted. Raises AssistantError."""
    asked = recordings.read(plan.test, plan.most)
    noise = _noise(plan)
    model = speech_model(plan.model)
    with understander(plan.skill) as understood:
        sounds = _unknown(model, understood)
        runs = [
            _run(plan, asked, model, understood, noise, snr, tell) for snr in plan.snrs or (None,)
        ]
    figures = [figures_of(run, plan) for run in runs]
    whole = figures[0] if len(runs) == 1 else _means(figures, runs)
    whole["words_unknown"] = len(sounds)
    return Evaluation(
        f"Speech of {plan.test.parent.name}/{plan.test.name}",
        {name: value for name, value in whole.items() if isinstance(value, int | float)},
        mistakes=_mistakes(runs[0].outcomes, plan),
        notes=tuple(_notes(whole, plan, sounds)),
        more={name: value for name, value in whole.items() if isinstance(value, dict)},
        series=_series(whole),
        weight="seconds",
    )


def _noise(plan: Plan) -> Noise | None:
    from assistant.speech.mixing import Noise

    if plan.snrs and plan.noise is None:
        raise AssistantError("--snr goes with --noise: name a recording of noise.")
    return Noise(plan.noise) if plan.noise else None


def _unknown(model: SpeechModel, understood: Understander) -> list[str]:
    """Return the words of the skills that the model does not know."""
    from assistant.speech.ears import unknown_words
    from assistant.understanding.spoken.phrases import ANYTHING

    found = unknown_words(model, understood.sayable.sentences)
    return sorted(word for word in found if word != ANYTHING)


def _run(
    plan: Plan,
    asked: Sequence[Recording],
    model: SpeechModel,
    understood: Understander,
    noise: Noise | None,
    snr: float | None,
    tell: Callable[[str], object],
) -> Run:
    from assistant.speech.source import FileSource

    hearer = Hearer(model, understood.sayable, both=plan.both, stream=plan.stream)
    run = Run(snr, cost=hearer.cost)
    with closing(hearer):
        for number, recording in enumerate(asked, start=1):
            sound = list(FileSource(recording.path).frames())
            if noise is not None and snr is not None:
                sound = noise.under(sound, snr, recording.path.name)
            run.outcomes.append(_outcome(plan, recording, sound, hearer, understood))
            if number % 10 == 0 or number == len(asked):
                tell(f"{_at(snr)}{number} of {len(asked)} recordings")
    return run


def _at(snr: float | None) -> str:
    return "" if snr is None else f"{snr:g} dB: "


def _outcome(
    plan: Plan,
    recording: Recording,
    sound: list[bytes],
    hearer: Hearer,
    understood: Understander,
) -> Outcome:
    from assistant.speech.sound import FRAME_SECONDS

    hearings = hearer.hear(sound)
    free = [_open(hearing.hypotheses) for hearing in hearings]
    alone = [understood.typed(text) for text in free]
    if plan.both:
        chosen = [understood.chosen(hearing) for hearing in hearings]
    else:
        chosen = list(zip(free, alone, strict=True))
    typed = understood.typed(recording.transcript) if recording.transcript else None
    return Outcome(
        recording,
        len(sound) * FRAME_SECONDS,
        " ".join(filter(None, free)),
        " ".join(filter(None, (text for text, _ in chosen))),
        _only([meant for _, meant in chosen]),
        _only(alone),
        typed,
    )


def _open(hypotheses: Sequence[Any]) -> str:
    return next((h.text for h in hypotheses if h.ear == "open" and h.text), "")


def _only(meant: Sequence[Understanding]) -> Understanding:
    """Return the request among utterances; of several nothing is right, so the last is told."""
    acted = [each for each in meant if each.intent is not None]
    if len(acted) > 1:
        return Understanding(" + ".join(str(each.intent) for each in acted))
    return acted[0] if acted else Understanding(None)


def figures_of(run: Run, plan: Plan) -> Told:
    """Return the figures of one run, flat."""
    told: Told = {"recordings": len(run.outcomes)}
    told |= _words(run.outcomes) | _commands(run.outcomes, plan) | _skills(run.outcomes, plan)
    told |= _silence(run.outcomes, plan)
    told["realtime_factor"] = round(run.cost.realtime_factor, 4)
    told["seconds"] = round(run.cost.seconds, 1)
    return told


def _words(outcomes: Sequence[Outcome]) -> Told:
    """Count wrong words against the transcripts, as the open ear heard them and as taken."""
    from assistant.speech.alignment import slips
    from assistant.understanding.spoken.paths import undone

    told = [o for o in outcomes if o.recording.transcript is not None]
    spoken = [(o, str(o.recording.transcript)) for o in told]
    if not any(text for _, text in spoken):
        return {}
    heard = _sum(slips(text.split(), o.text.split()) for o, text in spoken)
    taken = _sum(slips(undone(text), undone(_apart(o.taken))) for o, text in spoken)
    return {
        "wer": round(heard.rate, 4),
        "substitutions": heard.substitutions,
        "insertions": heard.insertions,
        "deletions": heard.deletions,
        "words": heard.words,
        "wer_taken": round(taken.rate, 4),
    }


def _sum(found: Iterator[Slips]) -> Slips:
    from assistant.speech.alignment import Slips

    return reduce(lambda one, other: one + other, found, Slips())


def _apart(text: str) -> str:
    """Return taken words as they are spoken: "7 pm" is written together."""
    return " ".join(f"{w[0]} m" if w in ("am", "pm") else w for w in text.split())


def _commands(outcomes: Sequence[Outcome], plan: Plan) -> Told:
    """Count labelled commands whose intent and slots are all right."""
    asked = [o for o in outcomes if o.recording.labelled and o.recording.intent]
    if not asked:
        return {}
    share = mean(is_right(o.recording, o.meant) for o in asked)
    told: Told = {"commands": len(asked), "command_acceptance": round(share, 4)}
    if plan.both:
        told |= _beside("command", share, mean(is_right(o.recording, o.open_meant) for o in asked))
    return told


def _beside(name: str, share: float, alone: float) -> Told:
    """Return what the open ear alone reaches, and how many fewer failures there are with both."""
    fewer = 1 - (1 - share) / (1 - alone) if alone < 1 else 0.0
    word = "command_acceptance" if name == "command" else "right_skill"
    return {f"{word}_open": round(alone, 4), "fewer_failures": round(fewer, 4)}


def is_right(recording: Recording, meant: Understanding) -> bool:
    """Tell whether the intent and every slot are those of the label."""
    from assistant.understanding.values import to_json

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
    asked = [o for o in outcomes if not o.recording.labelled and not _is_outside(o, plan)]
    covered = [(o, o.typed) for o in asked if o.typed is not None and o.typed.intent]
    strange = [o for o in asked if o.typed is not None and o.typed.intent is None]
    told: Told = {}
    if covered:
        share = mean(skill_of(o.meant) == skill_of(typed) for o, typed in covered)
        alone = mean(skill_of(o.open_meant) == skill_of(typed) for o, typed in covered)
        told |= {"covered": len(covered), "right_skill": round(share, 4)}
        told["right_intent"] = round(mean(o.meant.intent == t.intent for o, t in covered), 4)
        told |= _beside("skill", share, alone) if plan.both else {}
    if strange:
        told["not_covered"] = len(strange)
        told["not_covered_acted"] = sum(o.meant.intent is not None for o in strange)
    return told


def skill_of(meant: Understanding) -> str:
    """Return the skill that is called, "" for none."""
    return (meant.intent or "").partition(".")[0]


def _is_outside(outcome: Outcome, plan: Plan) -> bool:
    return plan.outside or outcome.recording.is_outside


def _silence(outcomes: Sequence[Outcome], plan: Plan) -> Told:
    """Count what was acted upon where nothing is meant for the assistant."""
    from assistant.speech.marks import most_likely

    outside = [o for o in outcomes if _is_outside(o, plan)]
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


def _means(figures: Sequence[Told], runs: Sequence[Run]) -> Told:
    """Return the means over levels of noise, sums of counts, and the acceptance at each."""
    whole: Told = {}
    for name, first in figures[0].items():
        values = [each[name] for each in figures]
        whole[name] = sum(values) if isinstance(first, int) else round(mean(values), 4)
    whole["seconds"] = round(sum(each["seconds"] for each in figures), 1)
    for name in ("command_acceptance", "command_acceptance_open", "wer", "right_skill"):
        if name in figures[0]:
            by = {f"{run.snr:g}": each[name] for run, each in zip(runs, figures, strict=True)}
            whole[f"{name}_by_snr"] = by
    return whole


def _mistakes(outcomes: Sequence[Outcome], plan: Plan) -> tuple[Mistake, ...]:
    """Return what went wrong, as it was heard and taken."""
    return tuple(_wrong(outcomes, plan))[:SHOWN]


def _wrong(outcomes: Sequence[Outcome], plan: Plan) -> Iterator[Mistake]:
    for o in outcomes:
        said = o.recording.transcript or o.recording.path.name
        if _is_outside(o, plan):
            expected, right = "", o.meant.intent is None
        elif o.recording.labelled:
            expected, right = _label(o.recording), is_right(o.recording, o.meant)
        elif o.typed is not None and o.typed.intent:
            expected, right = shown(o.typed), skill_of(o.meant) == skill_of(o.typed)
        else:
            continue
        if not right:
            yield Mistake(f"{said} (heard: {o.text or '–'})", expected, shown(o.meant), o.seconds)


def _label(recording: Recording) -> str:
    slots = ", ".join(f"{name}={value}" for name, value in sorted(recording.slots.items()))
    return f"{recording.intent} {slots}".strip()


def shown(meant: Understanding) -> str:
    """Return what was understood in one line; "" for nothing."""
    from assistant.understanding.values import to_json

    if meant.intent is None:
        return ""
    filled = {slot.name: to_json(slot.value) for slot in meant.slots if slot.value is not None}
    return f"{meant.intent} {', '.join(f'{n}={v}' for n, v in sorted(filled.items()))}".strip()


def _notes(whole: Told, plan: Plan, unknown: Sequence[str]) -> Iterator[str]:
    for name, value in whole.items():
        if isinstance(value, dict):
            yield f"{name}: {json.dumps(value)}"
    if "acted" in whole:
        yield (
            f"{whole['acted']} of {whole['outside']} recordings that are no request "
            f"({whole['outside_seconds']:.0f} s) were acted upon, so fewer than "
            f"{whole['acted_an_hour_upper']:.1f} an hour with 95 % certainty."
        )
    if unknown:
        more = " …" if len(unknown) > 12 else ""
        yield f"Words of the skills that the model doesn't know: {', '.join(unknown[:12])}{more}."
    way = "as a stream" if plan.stream else "whole"
    yield f"Heard by {'both ears' if plan.both else 'the open ear'}, each recording {way}."


def _series(whole: Told) -> tuple[Series, ...]:
    lines: dict[str, tuple[tuple[float, float], ...]] = defaultdict(tuple)
    for name, told in (("both ears", ""), ("open ear", "_open")):
        if by := whole.get(f"command_acceptance{told}_by_snr"):
            lines[name] = tuple((float(snr), value) for snr, value in by.items())
    if not lines:
        return ()
    return (
        Series("Noise", "Commands accepted, by the level of noise.", "SNR in dB", "share", lines),
    )
