"""What ``assistant eval voice`` measures: which sentences survive being misheard.

Every installed skill's examples are sampled; each sentence is misheard in several ways, taken as
the assistant takes what an ear heard, and survives where intent and slots are those of the
sentence typed in. Where a synthesizer and a speech model are there, it is also spoken and heard.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, SpeechError
from assistant.measuring.hearing import Hearer, second_model, speech_model, understander
from assistant.measuring.mishearing import Mishearing, shipped
from assistant.measuring.results import Evaluation, Mistake, Table
from assistant.measuring.sampling import evenly, free_words, sentences_of
from assistant.measuring.speech_figures import share_of, shown
from assistant.turn.hearing import Hearing, Hypothesis

if TYPE_CHECKING:
    from assistant.measuring.hearing import Understander

SURE = 0.7
"""The confidence of words that were misheard."""

SHOWN = 60
"""Sentences that did not survive, at most."""

HOW = (
    "Survived: intent and slots are those of the sentence typed in, which leads to its own intent. "
    "Alone: without choosing among what can be said."
)

SPOKEN = "spoken"
"""The name of what was spoken and heard."""

Tell = Callable[[str], object]


@dataclass(frozen=True)
class Sentence:
    """A sentence that a skill's examples stand for, and how it is understood when typed in."""

    skill: str
    intent: str
    text: str
    meant: str

    @property
    def is_clear(self) -> bool:
        """Tell whether it leads to its own intent when typed in; only then is it misheard."""
        return self.meant.partition(" ")[0] == self.intent


@dataclass
class Survival:
    """What became of a skill's sentences, way by way: whether each survived."""

    sentences: int = 0
    typed: list[bool] = field(default_factory=list)
    by_way: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    alone: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    """The same without choosing: what was misheard is understood as if it were typed."""


@dataclass(frozen=True)
class Lost:
    """A sentence that did not survive."""

    way: str
    sentence: Sentence
    heard: str
    given: str


def voice(
    skill: Path | None,
    most: int,
    model: str = "",
    *,
    speak: bool = True,
    tell: Tell = lambda _line: None,
) -> Evaluation:
    """Mishear ``most`` sentences of every intent in each way. Raises AssistantError."""
    with understander(skill) as understood:
        asked = list(sampled(understood, most))
        if not asked:
            raise AssistantError("No skill has an example to be said: assistant skills list.")
        measured = Measured()
        _mishear(asked, understood, measured, tell)
        why = _speak(asked, understood, measured, model, tell) if speak else "--no-speech was said"
    return measured.evaluation(why)


class Measured:
    """The survival of every skill, and what was lost."""

    def __init__(self) -> None:
        self.skills: dict[str, Survival] = defaultdict(Survival)
        self.lost: list[Lost] = []

    def typed(self, sentence: Sentence) -> None:
        """Note whether a sentence typed in leads to its own intent."""
        survival = self.skills[sentence.skill]
        survival.sentences += 1
        survival.typed.append(sentence.is_clear)

    def take(self, way: str, sentence: Sentence, heard: str, given: str, alone: str) -> None:
        """Note what became of a sentence."""
        survival = self.skills[sentence.skill]
        survival.by_way[way].append(given == sentence.meant)
        survival.alone[way].append(alone == sentence.meant)
        if given != sentence.meant:
            self.lost.append(Lost(way, sentence, heard, given))

    def evaluation(self, why: str) -> Evaluation:
        """Return the figures, over all sentences and skill by skill."""
        whole = self._whole()
        skills = {name: _figures(each) for name, each in sorted(self.skills.items())}
        figures: dict[str, float] = {"skills": len(skills), **_figures(whole)}
        for way, told in whole.alone.items():
            figures[f"{way}_alone"] = round(share_of(told), 4)
        notes = [HOW, f"Nothing was spoken: {why}."] if why else [HOW]
        return Evaluation(
            "Voice without a microphone",
            figures,
            mistakes=tuple(self._mistakes()),
            notes=tuple(notes),
            more={"by_skill": skills},
            tables=(_table(skills),),
            weight="words",
        )

    def _whole(self) -> Survival:
        whole = Survival()
        for each in self.skills.values():
            whole.sentences += each.sentences
            whole.typed += each.typed
            for way, told in each.by_way.items():
                whole.by_way[way] += told
                whole.alone[way] += each.alone[way]
        return whole

    def _mistakes(self) -> Iterator[Mistake]:
        """Give what was lost, each way's share of the places."""
        by_way: dict[str, list[Lost]] = defaultdict(list)
        for each in self.lost:
            by_way[each.way].append(each)
        for each in (e for lost in by_way.values() for e in evenly(lost, SHOWN // len(by_way))):
            said = f"{each.way}: {each.sentence.text} → {each.heard or '–'}"
            yield Mistake(said, each.sentence.meant, each.given, len(each.sentence.text.split()))


def _figures(survival: Survival) -> dict[str, float]:
    shares = {way: round(share_of(told), 4) for way, told in survival.by_way.items() if told}
    return {
        "sentences": survival.sentences,
        "typed": round(share_of(survival.typed), 4),
        **shares,
        "survived": round(mean(shares.values()), 4) if shares else 0.0,
    }


def _table(skills: Mapping[str, Mapping[str, float]]) -> Table:
    ways = list(dict.fromkeys(way for told in skills.values() for way in told))
    rows = sorted(skills.items(), key=lambda pair: pair[1]["survived"])
    return Table(
        "By skill, the hardest first",
        ("skill", *(f"#{way}" for way in ways)),
        tuple((name, *(_cell(told.get(way)) for way in ways)) for name, told in rows),
    )


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def sampled(understood: Understander, most: int) -> Iterator[Sentence]:
    """Give up to ``most`` sentences of every intent, from as many of its examples as can be."""
    fills = free_words()
    for name, intent in understood.assistant.skills.intents.items():
        for text in sentences_of(intent, fills, most):
            meant = shown(understood.typed(text))
            yield Sentence(name.partition(".")[0], name, text, meant)


def _mishear(
    asked: Sequence[Sentence], understood: Understander, measured: Measured, tell: Tell
) -> None:
    words = {word for sentence in asked for word in sentence.text.split()}
    mishearing = Mishearing(words, shipped())
    for sentence in asked:
        measured.typed(sentence)
    clear = [sentence for sentence in asked if sentence.is_clear]
    for number, sentence in enumerate(clear, start=1):
        for way, change in mishearing.ways.items():
            # A chance of its own, so that one sentence is always misheard alike.
            heard = change(sentence.text.split(), random.Random(f"{way} {sentence.text}"))
            if heard is not None:
                hearing = heard_as(" ".join(heard))
                alone = shown(understood.typed(hearing.text))
                text, meant = understood.chosen(hearing)
                measured.take(way, sentence, f"{hearing.text} ({text})", shown(meant), alone)
        if number % 10 == 0:
            tell(f"Misheard {number} of {len(clear)} sentences")


def heard_as(text: str) -> Hearing:
    """Return words as the open ear alone would have heard them."""
    hypotheses = (Hypothesis(text, 0.0, "open", SURE),) if text else ()
    return Hearing(hypotheses, datetime.now(UTC))


def _speak(
    asked: Sequence[Sentence], understood: Understander, measured: Measured, name: str, tell: Tell
) -> str:
    """Speak every sentence and hear it; return why not, where that can't be."""
    from assistant.speech.speaking.synthesis import synthesizer

    speaks = synthesizer()
    if speaks is None:
        return "there is no espeak-ng: install it"
    try:
        model = speech_model(name)
    except SpeechError as error:
        if name:
            raise
        return str(error).rstrip(".")
    clear = [sentence for sentence in asked if sentence.is_clear]
    given = model, understood.sayable, second_model()
    with closing(Hearer(*given, both=True, stream=False)) as hearer:
        for number, sentence in enumerate(clear, start=1):
            hearing = hearer.hear(speaks(sentence.text, number))[0]
            free = next((h.text for h in hearing.hypotheses if h.ear == "open"), "")
            alone = shown(understood.typed(free))
            text, meant = understood.chosen(hearing)
            measured.take(SPOKEN, sentence, f"{free} ({text})", shown(meant), alone)
            if number % 10 == 0:
                tell(f"Spoke {number} of {len(clear)} sentences")
    return ""
