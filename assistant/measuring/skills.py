"""How well free texts are found when the rows of a file are learnt as the examples of skills."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import paths
from assistant import settings as settings_file
from assistant.assembly import feature_reader, intent_model
from assistant.errors import AssistantError, TemplateError
from assistant.labelled import rows
from assistant.measuring.labels import Span, few, spans_of, spans_report
from assistant.skill.declared import Intent
from assistant.skill.slots import SlotSpec
from assistant.turn import Reply

if TYPE_CHECKING:
    from assistant.language.templates import Template
    from assistant.measuring.results import Evaluation


def slots(train: Path, test: Path, shots: int | None, seed: int, *, words: bool) -> Evaluation:
    """Turn rows into templates with free-text holes, and compare what is found in another file.

    Their own values are not learnt: holes are filled with our words, as those of a skill are.
    ``words`` leaves the taggers out.
    """
    from assistant.understanding import slots as finding

    known = rows.read(train, "entities")
    intents = dict(_intents(few(known, shots, seed) if shots else known))
    told = [row for row in rows.read(test, "entities") if row.label in intents]
    if not told:
        raise AssistantError(f"{test} has no row of an intent in {train}: give intents with both.")
    settings = settings_file.load(paths.settings_file())
    model = intent_model(settings)
    model.load()
    reader = feature_reader(settings, model)
    reader.load()
    if reader.state and not words:
        raise AssistantError(reader.state)
    found: list[list[Span]] = []
    now = datetime.now(UTC)
    for row in told:
        intent = intents[row.label]
        tagged = [] if words else reader.spans(intent, row.text)
        filled = finding.fill(row.text, intent.slots, intent.examples, now, tagged)
        found.append([(slot.start, slot.end, slot.name) for slot in filled])
    gold = [[(start, end, _name(kind)) for start, end, kind in spans_of(row)] for row in told]
    note = (
        f"Learnt as the templates of {len(intents)} intents, by {'words' if words else 'taggers'}."
    )
    return spans_report(f"Slots of {test.name}", told, gold, found, (note,))


def _intents(known: Sequence[rows.Row]) -> Iterator[tuple[str, Intent]]:
    from assistant.language.values import slot_type

    by_intent: dict[str, list[Template]] = defaultdict(list)
    for row in known:
        by_intent[row.label] += [made] if (made := _template(row)) else []
    free = slot_type(str)
    for name, examples in by_intent.items():
        holes = dict.fromkeys(hole for example in examples for hole in example.holes)
        specs = {hole: SlotSpec(hole, str, free, False, "") for hole in holes}
        yield name, Intent(name, Reply, "", specs, {}, tuple(examples))


def _template(row: rows.Row) -> Template | None:
    """Return a row as a template, its spans as holes; None where one name stands twice."""
    from assistant.language import templates

    words = []
    for token, tag in zip(row.tokens, row.tags, strict=True):
        if tag == "O":
            words.append(re.sub(r"[^\w']", "", token.lower()))
        elif tag.startswith("B-"):
            words.append(f"{{{_name(tag[2:])}}}")
    holes = [word for word in words if word.startswith("{")]
    text = " ".join(word for word in words if word)
    if len(set(holes)) < len(holes) or not text:
        return None
    try:
        return templates.read(text)
    except TemplateError:
        return None


def _name(kind: str) -> str:
    """Return a slot's name as a parameter's."""
    return re.sub(r"\W", "_", kind)
