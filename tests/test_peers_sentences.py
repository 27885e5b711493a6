"""What is counted of peers' sentences, on rows of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import peers_sentences as peers

RUNNER = """
def judge(row, turn):
    intent = turn["understanding"]["intent"]
    return ("missed" if intent is None else "right", "")


def acted(result):
    return result["verdict"] not in ("right", "missed") and result["outcome"] == "answered"


def percent(part, whole):
    return f"{100 * part / whole:.1f}"


def report(results):
    print(len(results), "rows")
"""

ROWS = (
    ("covered", "start counting 5 minutes down", '[["timer.start", {}]]', ""),
    ("lacking", "hush the cocoa timer", "[]", "hush"),
    ("none", "open the garage", "[]", ""),
)


def row(kind: str, sentence: str, expect: str, tag: str) -> peers.Row:
    return {"kind": kind, "sentence": sentence, "expect": expect, "tag": tag, "source": "own:1"}


def turn(intent: str | None, offered: str = "", **slots: object) -> peers.Turn:
    """Return a turn of `say --json`, as far as it is looked at."""
    heard = [{"name": name, "value": value} for name, value in slots.items()]
    return {
        "understanding": {"intent": intent, "slots": heard, "parser": "", "confidence": 1.0},
        "outcome": "answered" if intent else "asked",
        "reply": {"text": ""},
        "offered": [{"intent": offered, "slots": {}}] if offered else [],
    }


def test_peers_sentences_served_tags_need_the_intent_and_its_slots() -> None:
    """A request nobody could serve once is right with the intent and all slots that are named."""
    tag = ["timer\\.(pause|hold)", ["label"]]

    assert peers.serve(tag, "timer.pause", {"label": "tea"}, "answered")[0] == "right"
    assert peers.serve(tag, "timer.pause", {}, "answered")[0] == "value lost"
    assert peers.serve(tag, "timer.cancel", {"label": "tea"}, "answered")[0] == "wrong function"
    assert peers.serve(tag, None, {}, "refused")[0] == "missed"
    either = ["timer\\.hush", ["label|length"]]
    assert peers.serve(either, "timer.hush", {"length": 300.0}, "answered")[0] == "right"
    assert peers.serve(either, "timer.hush", {}, "answered")[0] == "value lost"


def test_peers_sentences_a_time_from_now_may_be_heard_as_a_length() -> None:
    """Of alarms and reminders that rows tell in seconds from now."""
    expect = json.dumps([["reminder.add", {"when": ["in:60"], "task": ["tea"]}]])

    assert ["reminder.add", {"length": ["60"], "task": ["tea"]}] in json.loads(
        peers.renamed(expect)
    )


def test_peers_sentences_every_tag_that_is_served_is_well_formed() -> None:
    """The map holds a pattern of intents and names of slots, and no sentence."""
    for pattern, names in json.loads(peers.LACKING.read_text(encoding="utf-8")).values():
        assert "." in pattern
        assert all(each.isidentifier() for name in names for each in name.split("|"))


def test_peers_sentences_first_choice_counts_half(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was asked about counts half where its first choice is right."""
    path = tmp_path / "runner.py"
    path.write_text(RUNNER, encoding="utf-8")
    runner = peers.load(path)
    told = [
        (ROWS[0], turn(None, "timer.start")),
        (ROWS[0], turn(None, "timer.cancel")),
        (ROWS[0], turn("timer.start")),
        (ROWS[1], turn("timer.hush", label="cocoa")),
    ]
    served = {"hush": ["timer.hush", ["label"]]}
    results = [peers.judged(runner, row(*each), said, served) for each, said in told]
    peers.report(runner, results)
    out = capsys.readouterr().out

    assert "3 rows" in out
    assert "covered 3: acted wrongly 0.0 % (0)" in out
    assert "refused though covered 50.0 %: 2, of which 1 asked" in out
    assert "served now 1: right 100.0 %, acted wrongly 0" in out


def test_peers_sentences_alone_sees_what_changed() -> None:
    """A row of `assistant test` becomes a turn of `say --json` that knows whether it changed."""
    told = peers.turn(
        {
            "slots": {"length": 300.0},
            "intent": "timer.start",
            "outcome": "offered",
            "reply": "?",
            "offered": [],
            "changed": True,
        }
    )

    assert told["understanding"]["slots"] == [{"name": "length", "value": 300.0}]
    assert (told["outcome"], told["changed"]) == ("asked", True)
