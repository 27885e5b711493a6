"""The skills the judge of readings learns on: drawn from sets, with holes for their slots."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import commands
from assistant.measuring import judging
from assistant.understanding.learning.belief import FIGURES, Belief

KNOWN, ASKED = "made/train.jsonl.xz", "made/test.jsonl"
NAMES = "dune emma walden ulysses dracula ivanhoe rebecca beloved persuasion middlemarch".split()
SHAPES = ("water", "feed", "paint", "lend", "wash", "fold")


def rows(verb: str, count: int) -> list[dict[str, object]]:
    """Return sentences of one intent: half with a name, half with a number."""
    made: list[dict[str, object]] = []
    for i in range(count):
        value = NAMES[i % len(NAMES)] if i % 2 else str(i + 2)
        words = ["please", verb, value, *["now", "here", "soon"][: i % 4], f"part{i}"]
        tags = ["O"] * len(words)
        tags[2] = "B-thing" if i % 2 else "B-count"
        made.append({"text": " ".join(words), "tokens": words, "tags": tags, "intent": verb})
    return made


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one made-up set, and have the judge draw from that."""
    (tmp_path / "made").mkdir()
    every = [row for verb in SHAPES for row in rows(verb, 40)]
    lines = "".join(json.dumps(row) + "\n" for row in every)
    with lzma.open(tmp_path / KNOWN, "wt", encoding="utf-8") as file:
        file.write(lines)
    (tmp_path / ASKED).write_text(lines, encoding="utf-8")
    monkeypatch.setattr(judging, "SETS", {"made": ((KNOWN,), (ASKED,), 2)})
    monkeypatch.setattr(judging, "FAR_OFF", ("made",))
    return tmp_path


def test_judging_draws_skills_with_holes_and_types(data: Path) -> None:
    """Three intents of eight examples; where a slot is a number most of the time it is one."""
    first, second = judging.draws(data, seed=5)
    assert len(first.skill.intents) == len(second.skill.intents) == judging.INTENTS
    for intent in first.skill.intents.values():
        assert len(intent.examples) == judging.EXAMPLES
        assert {name: slot.type.name for name, slot in intent.slots.items()} == {
            "thing": "str",
            "count": "int",
        }
        assert all("{" in str(each) for each in intent.examples)


def test_judging_asks_for_what_is_covered_and_for_what_is_not(data: Path) -> None:
    """What is asked of others' intents is asked of nobody here."""
    drawn = next(judging.draws(data, seed=5))
    covered = [each for each in drawn.asked if each[1]]
    assert {intent for _, intent in covered} == {f"made_0.{n}" for n in names(drawn)}
    others = {text.split()[1] for text, intent in drawn.asked if not intent}
    assert others
    assert others.isdisjoint(names(drawn))


def names(drawn: judging.Drawn) -> set[str]:
    """Return the names of a drawn skill's intents, within it."""
    return {name.rpartition(".")[2] for name in drawn.skill.intents}


def test_judging_is_the_same_for_a_seed(data: Path) -> None:
    """A seed gives the skills, another gives others."""
    once, again = next(judging.draws(data, seed=5)), next(judging.draws(data, seed=5))
    other = next(judging.draws(data, seed=6))
    assert once.asked == again.asked
    assert once.asked != other.asked


@pytest.mark.slow
def test_judging_command_writes_a_judge(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written is a judge of today's figures, and how it does is told."""
    monkeypatch.setattr(judging, "PARTS", 2)
    out = data / "judge.json"
    told = CliRunner().invoke(
        commands, ["train", "judge", "--data", str(data), "--out", str(out)], catch_exceptions=False
    )
    assert told.exit_code == 0, told.output
    assert "auroc" in told.output
    assert len(Belief.load(out).middles) == len(FIGURES)
