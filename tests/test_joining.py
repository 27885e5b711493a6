"""Sentences of several intents are joined as the published sets were, the same ones every time."""

from __future__ import annotations

import json
import lzma
from collections import Counter
from pathlib import Path

import pytest

from assistant.commands.train import MIXED
from assistant.errors import AssistantError
from assistant.labelled import joining
from assistant.labelled.joining import Joined, joined
from assistant.labelled.rows import Row, spans


def row(intent: str, *words: str) -> Row:
    """A row whose words are “word” or “word/tag”."""
    pairs = [word.partition("/") for word in words]
    tokens, tags = [w for w, _, _ in pairs], [tag or "O" for _, _, tag in pairs]
    return Row(" ".join(tokens), intent, tuple(tokens), tuple(tags))


ROWS = [
    row("weather", "Will", "it", "rain", "in", "New/B-city", "York?/I-city"),
    row("music", "play", "Blue/B-song", "."),
    row("music", "play", "jazz/B-genre"),
    row("book", "a", "table"),
    row("book;weather", "never", "drawn"),
]


def told(sentences: list[Joined]) -> list[str]:
    """The sentences as text."""
    return [" ".join(each.tokens) for each in sentences]


def test_parts_keep_their_words_tags_and_intents() -> None:
    """Of every sentence the parts are whole rows, in the order of their intents, joined as told."""
    parts = {
        ("will it rain in new york", "O O O O B-city I-city"): "weather",
        ("play blue", "O B-song"): "music",
        ("play jazz", "O B-genre"): "music",
        ("a table", "O O"): "book",
    }
    between = {"and", "and then", "and also", ","}

    for each in joined(ROWS, 400, seed=3):
        runs: list[tuple[str, list[str], list[str]]] = []
        for word, tag, part in zip(each.tokens, each.tags, each.parts, strict=True):
            if not runs or runs[-1][0] != part:
                runs.append((part, [], []))
            runs[-1][1].append(word)
            runs[-1][2].append(tag)
        own = [(" ".join(words), " ".join(tags), part) for part, words, tags in runs]
        assert all(parts[words, tags] == part for words, tags, part in own[::2])
        assert all(words in between and part == "" for words, _, part in own[1::2])
        assert [part for _, _, part in own[::2]] == sorted(each.intents)
        assert [words for words, _, _ in own[1:-2:2]] == [","] * (len(own[::2]) - 2)
        assert own[-2][0] != "," if len(own) > 1 else True


def test_shares_of_intents_and_no_sentence_twice() -> None:
    """One, two and three intents stand as 0.3, 0.5 and 0.2; what was drawn twice is there once."""
    many = [row(name, "word", f"{name}{i}") for name in "abcdef" for i in range(500)]

    found = joined(many, 4000, seed=1)

    assert len(set(found)) == len(found)
    counted = Counter(len(each.intents) for each in found)
    ones = 4000 * 0.3  # of 3,000 rows, so that some are drawn twice
    assert ones * 0.7 < counted[1] < ones
    assert counted[2] == pytest.approx(2000, rel=0.06)
    assert counted[3] == pytest.approx(800, rel=0.1)
    by_intent = Counter(name for each in found for name in each.intents)
    assert max(by_intent.values()) < 1.15 * min(by_intent.values())
    assert len(joined(ROWS, 400, seed=1)) < 100


def test_the_same_seed_joins_the_same_sentences() -> None:
    """The order of the file is a part of it; another seed joins others."""
    assert joined(ROWS, 50, seed=1) == joined(ROWS, 50, seed=1)
    assert joined(ROWS, 50, seed=1) != joined(ROWS, 50, seed=2)


def test_what_closes_a_sentence_goes() -> None:
    """A closing mark goes with or without a word before it, and never a word or a tag."""
    rows = [row("a", "Stop", "."), row("b", "?"), row("c", "hm", "!/B-mood")]

    found = {each.parts[0]: each for each in joined(rows, 200, seed=0) if len(each.intents) == 1}

    assert found["a"].tokens == ("stop",)
    assert found["b"].tokens == ("?",)
    assert found["c"].tokens == ("hm", "!")
    assert found["c"].tags == ("O", "B-mood")


def test_slots_are_given_other_values_of_their_type() -> None:
    """Only slots change, to values the rows have; each word keeps its part, each value its type."""
    cities = [
        row("a", f"{name}/B-city", *(["upon/I-city", "avon/I-city"] * i))
        for i, name in enumerate("xyz")
    ]
    rows = [Joined(each.tokens, each.tags, ("a",) * len(each.tokens)) for each in cities]
    one = Joined(
        ("to", "x", "on", "monday", "and", "go"),
        ("O", "B-city", "O", "B-day", "O", "O"),
        ("a", "a", "a", "a", "", "b"),
    )

    found = joining.varied([one] * 60, rows, seed=0)

    assert set(told(found)) == {
        f"to {city} on monday and go" for city in (" ".join(each.tokens) for each in cities)
    }
    for each in found:
        city = each.tokens[1:-4]
        assert each.tags == ("O", "B-city", *["I-city"] * (len(city) - 1), "O", "B-day", "O", "O")
        assert each.parts == ("a", *["a"] * len(city), "a", "a", "", "b")
    assert found == joining.varied([one] * 60, rows, seed=0)


def test_spans_of_tags() -> None:
    """Neighbours of one type are two spans where the second begins anew."""
    assert spans(["O", "B-city", "I-city", "B-city", "O", "B-day"]) == {
        (1, 3, "city"),
        (3, 4, "city"),
        (5, 6, "day"),
    }


def test_sets_are_read_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is joined from its own file, with a draw of its own."""
    (tmp_path / "atis").mkdir()
    for file in joining.SETS["atis"].files:
        text = "".join(
            json.dumps({"tokens": [Path(file).stem[:4], n], "tags": ["O", "O"], "intent": n}) + "\n"
            for n in "abc"
        ).encode()
        (tmp_path / file).write_bytes(lzma.compress(text) if file.endswith(".xz") else text)

    parts = joining.read_sets("atis", tmp_path, seed=0)

    assert [each[0].tokens[0] for each in parts] == ["trai", "vali", "test"]
    assert told(joining.alone("atis", tmp_path)) == ["trai a", "trai b", "trai c"]
    orders = [[each.tokens[1::2] for each in part] for part in parts]
    assert orders[1] != orders[2]


def test_too_few_intents_are_told() -> None:
    """Three intents can't be drawn of two."""
    with pytest.raises(AssistantError, match=r"here\.jsonl has 2 intents: give rows of 3 at least"):
        joined(ROWS[:3], 10, seed=0, where="here.jsonl")


def test_the_command_knows_every_set() -> None:
    """The names stand twice, since a command may not read for its help."""
    assert tuple(joining.SETS) == MIXED
