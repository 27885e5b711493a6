"""What ``assistant eval speech`` measures: words heard, commands understood, silence kept."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from statistics import mean
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.measuring import recordings
from assistant.measuring.hearing import Hearer, second_model, speech_model, understander
from assistant.measuring.recordings import Recording
from assistant.measuring.results import Evaluation, Mistake, Series
from assistant.measuring.speech_figures import (
    Outcome,
    Plan,
    Run,
    Told,
    figures_of,
    is_outside,
    is_right,
    shown,
    skill_of,
)
from assistant.turn import Understanding

if TYPE_CHECKING:
    from assistant.measuring.hearing import Understander
    from assistant.measuring.sound.mixing import Noise
    from assistant.speech.recognizer import SpeechModel
    from assistant.speech.second import SecondModel

SHOWN = 40
"""Mistakes that are shown, at most."""


def speech(plan: Plan, tell: Callable[[str], object] = lambda _line: None) -> Evaluation:
    """Hear every recording, with noise where that is wanted. Raises AssistantError."""
    asked = recordings.read(plan.test, plan.most)
    noise = _noise(plan)
    model = speech_model(plan.model)
    second = second_model(plan.second) if plan.both else None
    with understander(plan.skill) as understood:
        sounds = _unknown(model, understood)
        runs = [
            _run(plan, asked, (model, second), understood, noise, snr, tell)
            for snr in plan.snrs or (None,)
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
    from assistant.measuring.sound.mixing import Noise

    if plan.snrs and plan.noise is None:
        raise AssistantError("--snr goes with --noise: name a recording of noise.")
    return Noise(plan.noise) if plan.noise else None


def _unknown(model: SpeechModel, understood: Understander) -> list[str]:
    """Return the words of the skills that the model does not know."""
    from assistant.speech.hearing.ears import unknown_words
    from assistant.understanding.spoken.phrases import ANYTHING

    found = unknown_words(model, understood.sayable.sentences)
    return sorted(word for word in found if word != ANYTHING)


def _run(
    plan: Plan,
    asked: Sequence[Recording],
    models: tuple[SpeechModel, SecondModel | None],
    understood: Understander,
    noise: Noise | None,
    snr: float | None,
    tell: Callable[[str], object],
) -> Run:
    from assistant.speech.capture.source import FileSource

    model, second = models
    hearer = Hearer(model, understood.sayable, second, both=plan.both, stream=plan.stream)
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
        if is_outside(o, plan):
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
    yield f"Heard by {'all ears' if plan.both else 'the open ear'}, each recording {way}."


def _series(whole: Told) -> tuple[Series, ...]:
    lines: dict[str, tuple[tuple[float, float], ...]] = defaultdict(tuple)
    for name, told in (("all ears", ""), ("open ear", "_open")):
        if by := whole.get(f"command_acceptance{told}_by_snr"):
            lines[name] = tuple((float(snr), value) for snr, value in by.items())
    if not lines:
        return ()
    return (
        Series("Noise", "Commands accepted, by the level of noise.", "SNR in dB", "share", lines),
    )
