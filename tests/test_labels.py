"""The table of published label names leads to our types, whatever way a set writes them."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from assistant.labelled import labels

NAMES = ("conll2003", "wnut17", "btc", "uner_ewt", "wikineural_en", "wikigold")


@pytest.mark.parametrize(
    ("ours", "names"),
    [
        ("person", "PER person artist_name recipient first_name ACTOR musicalartist"),
        ("place", "LOC location geographic-poi stoploc.airport_code toloc.state_code country"),
        ("organisation", "ORG corporation group airline_code politicalparty"),
        ("work", "creative-work song_name movie_name TITLE playlist"),
        ("date", "date return_date.day_name arrive_date.today_relative check_in_date"),
        ("time", "time timeofday depart_time.start_time return_time.period_of_day"),
        ("other", "MISC"),
    ],
)
def test_labels_of_published_names(ours: str, names: str) -> None:
    """Dots, dashes, blanks and case make no difference."""
    for name in names.split():
        assert labels.entity(name) == ours
        assert labels.entity(name.upper().replace("_", " ")) == ours


def test_labels_that_are_none_of_ours() -> None:
    """What has no like among our types is left out, and so is what could be two of them."""
    for name in ("cuisine", "rating_value", "DATE_TIME", "timeRange", "object_type"):
        assert labels.entity(name) is None
    assert labels.sentiment("mixed") is None


def test_labels_cover_every_set_of_names(datasets: Path) -> None:
    """No type of the sets of names is forgotten."""
    for file in (file for name in NAMES for file in (datasets / name).glob("*.jsonl*")):
        with lzma.open(file, "rt") if file.suffix == ".xz" else file.open() as lines:
            rows = [json.loads(line) for line, _ in zip(lines, range(2000), strict=False)]
        kinds = {tag[2:] for row in rows for tag in row["tags"] if tag != "O"}
        assert kinds
        assert all(map(labels.entity, kinds)), (file.name, kinds)
