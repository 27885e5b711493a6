"""The judge of readings, learnt on skills that are drawn from public sets of intents.

Each draw stands for a stranger's skill: three intents of one set, of each eight sentences with
holes where the set marks slots, beside the bundled skills. It is asked other sentences of the three
intents, and sentences of intents that nothing here covers; what the judge learns is which of the
likeliest readings were right.
"""

from __future__ import annotations

import inspect
import json
import lzma
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant import settings as settings_file
from assistant.assembly import intent_model, registry
from assistant.errors import CheckpointError
from assistant.language.templates import sample
from assistant.language.values import slot_type
from assistant.skill.declared import Skill
from assistant.understanding.learning.belief import Belief
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.classified import ClassifierParser
from assistant.understanding.trust import Budgets

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.understanding.learning.regression import Floats

SETS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], int]] = {
    "snips": (("snips/train.jsonl.xz",), ("snips/test.jsonl", "snips/valid.jsonl"), 6),
    "hwu64": (("hwu64/train.jsonl.xz",), ("slurp/test.jsonl.xz", "slurp/devel.jsonl.xz"), 20),
    "clinc150": (("clinc150/train.jsonl.xz",), ("clinc150/val.jsonl",), 12),
    "banking77": (("banking77/train.jsonl.xz",), ("banking77/train.jsonl.xz",), 4),
}
"""Files that examples are drawn from, files that are asked, and how many skills are drawn."""

PARTS = 5
"""Parts of the bundled examples, each of which is left out once and asked."""

INTENTS, EXAMPLES, ASKED, NEAR, FAR = 3, 8, 14, 25, 35
"""Of a drawn skill: intents, examples of each, sentences asked of each, and of no intent of it."""

LENGTHS = range(3, 15)
"""Words of a sentence that is drawn."""

FAR_OFF = ("hwu64", "clinc150")
"""Sets whose other intents are asked of every skill."""

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
"""When everything is said."""

TYPES: tuple[type, ...] = (int, timedelta, datetime)
"""Types that a slot has where most of its values are read so."""

MOST = 0.8
"""Share of a slot's values that its type must read."""

BUNDLED = re.compile(
    "alarm|remind|timer|list|calendar|datetime|general|qa_|convert|definition|joke|greet|volume|"
    "time|date|calculat|measurement|spell|flip|roll|thank|goodbye|hello|yes|no$|maybe|repeat|cancel|"
    "who_|what_are|are_you|what_is_your|what_can|user_name|meaning|where_are|how_old|do_you|"
    "fun_fact|schedule|meeting|todo|event|holiday|next_|maker|sync|whisper|change_|ai_name|pto|"
    "vacation|out_of_scope|oos",
    re.IGNORECASE,
)
"""Intents of the sets that a bundled skill may serve: neither drawn nor asked."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a set: its words, its intent, and where each slot stands: (slot, from, to)."""

    words: tuple[str, ...]
    intent: str
    slots: tuple[tuple[str, int, int], ...] = ()

    @property
    def text(self) -> str:
        """Return the sentence."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stranger's skill, with the sentences it is asked and the intent each means, "" if none."""

    skill: Skill
    asked: tuple[tuple[str, str], ...]


def train(data: Path, seed: int, tell: Callable[[str], None]) -> tuple[Belief, dict[str, float]]:
    """Return the judge, and how it does on a fifth of the skills that it did not learn from.

    The figures are AUROC, and the share of right readings believed where one of a hundred others
    is. Raises CheckpointError without weights.
    """
    reader = _Reader()
    looks: list[tuple[Floats, Floats]] = []
    for part in range(PARTS):
        looks.append(reader.left_out(part))
        tell(f"bundled examples, part {part + 1} of {PARTS}: {_told(looks[-1])}")
    for drawn in draws(data, seed):
        looks.append(reader.look(drawn))
        tell(f"{drawn.skill.name}: {_told(looks[-1])}")
    left_out = np.concatenate([np.full(len(y), i % PARTS == 0) for i, (_, y) in enumerate(looks)])
    x = np.concatenate([figures for figures, _ in looks])
    y = np.concatenate([right for _, right in looks])
    trial = Belief.fit(x[~left_out], y[~left_out])
    return Belief.fit(x, y), _measured(trial.chances(x[left_out]), y[left_out])


def _told(look: tuple[Floats, Floats]) -> str:
    return f"{look[1].mean():.0%} of {len(look[1])} sentences read right"


def _measured(chances: Floats, right: Floats) -> dict[str, float]:
    yes, no = chances[right > 0], chances[right == 0]
    above = (yes[:, None] > no[None]).mean() + (yes[:, None] == no[None]).mean() / 2
    bar = np.quantile(no, 0.99)
    return {"auroc": float(above), "believed_at_1": float((yes > bar).mean())}


class _Reader:
    """Reads sentences beside the bundled skills, with the bundled weights."""

    def __init__(self) -> None:
        settings = settings_file.Settings()
        self._bundled = registry(settings, packages=False).skills
        self._model = intent_model(settings)

    def left_out(self, part: int) -> tuple[Floats, Floats]:
        """Return the same of sentences of the bundled examples, a part of which is left out."""
        installed, asked = list[Any](), list[tuple[str, str]]()
        for each in self._bundled.installed:
            intents: dict[str, Intent] = {}
            for name, intent in each.skill.intents.items():
                out = [e for i, e in enumerate(intent.lessons) if i % PARTS == part]
                kept = tuple(e for e in intent.examples if e not in out) or intent.examples
                intents[name] = replace(intent, examples=kept)
                values = {n: slot.type.examples for n, slot in intent.slots.items()}
                if kept != intent.examples:
                    said = (s for e in out for s in sample(e, values, limit=2))
                    asked += [(s.text, name) for s in said]
            installed.append(replace(each, skill=replace(each.skill, intents=intents)))
        return self._look(replace(self._bundled, installed=tuple(installed)), asked)

    def look(self, drawn: Drawn) -> tuple[Floats, Floats]:
        """Return the figures (n, k) of each sentence's likeliest reading, and the right (n,)."""
        stranger = replace(self._bundled.installed[0], skill=drawn.skill)
        skills = replace(self._bundled, installed=(*self._bundled.installed, stranger))
        return self._look(skills, drawn.asked)

    def _look(self, skills: Skills, asked: Sequence[tuple[str, str]]) -> tuple[Floats, Floats]:
        if not self._model.prepare(skills):
            raise CheckpointError(self._model.state)
        lexicon = Lexicon(skills.intents)
        parser = ClassifierParser(skills, self._model, Budgets(0, 0), lambda *_: (), lexicon)
        read = [(parser.evidence(text, NOW), intent) for text, intent in asked]
        found = [(each, intent) for each, intent in read if each is not None]
        figures = np.array([each.figures for each, _ in found], np.float32)
        return figures, np.array([each.intent == meant for each, meant in found], np.float32)


def draws(data: Path, seed: int) -> Iterator[Drawn]:
    """Give the skills drawn from the sets."""
    rng = random.Random(seed)
    sets = {
        name: (_sentences(data, known), _sentences(data, asked))
        for name, (known, asked, _) in SETS.items()
    }
    far = [each for name in FAR_OFF for each in _all(sets[name][1])]
    for name, (known, asked) in sets.items():
        usable = sorted(
            intent
            for intent, several in known.items()
            if len(several) >= 2 * EXAMPLES and len(asked[intent]) >= ASKED // 2
        )
        for number in range(SETS[name][2]):
            chosen = rng.sample(usable, INTENTS)
            skill = Skill(f"{name}_{number}", "Drawn.")
            rows = [row for each in chosen for row in _taught(skill, known[each], asked[each], rng)]
            near = [each for each in _all(asked) if each.intent not in chosen]
            others = rng.sample(near, NEAR)
            others += rng.sample([each for each in far if each.intent not in chosen], FAR)
            yield Drawn(skill, (*rows, *((each.text, "") for each in others)))


def _all(sentences: Mapping[str, Sequence[Said]]) -> list[Said]:
    return [each for several in sentences.values() for each in several]


def _sentences(data: Path, files: Sequence[str]) -> dict[str, list[Said]]:
    """Return a set's sentences of the right length by intent, but for what is bundled."""
    found = defaultdict[str, list[Said]](list)
    for name in files:
        opener = lzma.open if name.endswith(".xz") else open
        with opener(data / name, "rt", encoding="utf-8") as file:
            for line in file:
                said = _said(json.loads(line))
                if len(said.words) in LENGTHS and not BUNDLED.search(said.intent):
                    found[said.intent].append(said)
    return found


def _said(row: Mapping[str, Any]) -> Said:
    tokens = row.get("tokens") or row["text"].split()
    tags = row.get("tags") or ["O"] * len(tokens)
    words, slots = list[str](), list[tuple[str, int, int]]()
    for token, tag in zip(tokens, tags, strict=True):
        word = re.sub(r"[^a-z0-9' ]", "", token.lower()).strip()
        name = re.sub(r"\W", "_", tag[2:].lower())
        if tag.startswith("B-") and word:
            slots.append((name, len(words), len(words) + 1))
        elif tag.startswith("I-") and word and slots:
            slots[-1] = (slots[-1][0], slots[-1][1], len(words) + 1)
        words += [word] if word else []
    return Said(tuple(words), row["intent"], tuple(slots))


def _taught(
    skill: Skill, known: Sequence[Said], asked: Sequence[Said], rng: random.Random
) -> list[tuple[str, str]]:
    """Give a skill an intent with examples drawn; return what it is asked, with its name."""
    taken = {example.text for intent in skill.intents.values() for example in intent.examples}
    examples = dict[str, Said]()
    for said in rng.sample(known, len(known)):
        example = _example(said)
        if example and example not in taken and len(examples) < EXAMPLES:
            examples.setdefault(example, said)
    names = sorted({name for said in examples.values() for name, _, _ in said.slots})
    always = {n for n in names if all(f"{{{n}}}" in example for example in examples)}
    function = _function(
        known[0].intent, [(name, _type(name, known), name in always) for name in names]
    )
    skill.intent(*examples)(function)
    intent = f"{skill.name}.{function.__name__}"
    fair = [each for each in asked if {name for name, _, _ in each.slots} <= set(names)]
    return [(each.text, intent) for each in rng.sample(fair, min(ASKED, len(fair)))]


def _example(said: Said) -> str:
    """Return a sentence with holes for its slots; "" where that would make no good example."""
    names = [name for name, _, _ in said.slots]
    ends = {start: (name, end) for name, start, end in said.slots}
    words, at = list[str](), 0
    while at < len(said.words):
        name, end = ends.get(at, ("", at + 1))
        words.append(f"{{{name}}}" if name else said.words[at])
        at = end
    holes = [word.startswith("{") for word in words]
    side_by_side = any(a and b for a, b in pairwise(holes))
    twice = len(set(names)) < len(names)
    return "" if twice or side_by_side or holes.count(False) < 2 else " ".join(words)


def _type(name: str, known: Sequence[Said]) -> type:
    """Return the type that reads most of a slot's values, else str."""
    values = [
        " ".join(each.words[start:end])
        for each in known
        for slot, start, end in each.slots
        if slot == name
    ][:50]
    for kind in TYPES:
        read = slot_type(kind).parse
        if sum(read(value, NOW) is not None for value in values) >= MOST * len(values):
            return kind
    return str


def _function(name: str, parameters: Sequence[tuple[str, type, bool]]) -> Callable[..., str]:
    """Return a function that does nothing, of a name and of parameters: (name, type, required)."""

    def done(**_: object) -> str:
        """Do it."""
        return "Done."

    ordered = sorted(parameters, key=lambda each: not each[2])
    done.__name__ = re.sub(r"\W", "_", name.lower())
    done.__annotations__ = {name: kind for name, kind, _ in ordered} | {"return": str}
    done.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if required else None,
                annotation=kind if required else kind | None,
            )
            for name, kind, required in ordered
        ]
    )
    return done
