"""Misspelt words, several requests at once, free texts taken whole, other languages."""

from __future__ import annotations

import pytest

from assistant.language.foreign import language_of
from assistant.language.typos import corrections, slips
from assistant.testing import Conversation

KNOWN = ("timer", "minutes", "shopping", "remind", "tomorrow", "time")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("tmier", ["timer"]),
        ("timr", ["timer", "time"]),
        ("minuets", ["minutes"]),
        ("shoping", ["shopping"]),
        ("tomorrrow", ["tomorrow"]),
        ("tommorow", ["tomorrow"]),
        ("remnd", ["remind"]),
        ("imer", []),
        ("set", []),
        ("elephant", []),
        ("t1mer", []),
    ],
)
def test_typos(word: str, meant: list[str]) -> None:
    """One slip is mended, two in long words; short ones and others are left alone."""
    assert corrections(word, KNOWN) == meant


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [("", "", 0), ("ab", "ba", 1), ("abc", "ab", 1), ("abc", "xyz", 3), ("kitten", "sitting", 3)],
)
def test_typos_slips(left: str, right: str, count: int) -> None:
    """Letters that changed places are one slip."""
    assert min(slips(left, right, 3), 4) == count


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("wie viel uhr ist es", "German"),
        ("ajoute du lait à la liste", "French"),
        ("pon un temporizador de diez minutos", "Spanish"),
        ("поставь таймер", "another language"),
        ("タイマーをセット", "another language"),
        ("set a timer for five minutes", ""),
        ("cancela todas las alarmas", "Spanish"),
        ("annule toutes les alarmes", "French"),
        ("quanto fa cinque più tre", "Italian"),
        ("que horas são", "Portuguese"),
        ("hoeveel is vijf plus drie", "Dutch"),
        ("hur mycket är klockan", "Swedish"),
        ("która jest godzina", "Polish"),
        ("call José about the café", ""),
        ("give me a mile as a kilometre", ""),
        ("no no no no", ""),
        ("die", ""),
        ("", ""),
        ("12345 !!", ""),
    ],
)
def test_foreign(text: str, language: str) -> None:
    """Other languages are told by their letters and small words; English with names stays."""
    assert language_of(text) == language


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "reply", "note"),
    [
        ("set a tiemr for ten minutes", "Timer set for 10 minutes.", "“tiemr” as “timer”"),
        ("start a timer for 9 minuts", "Timer set for 9 minutes.", "“minuts” as “minutes”"),
    ],
)
def test_misspelt_is_mended_and_told(say: Conversation, text: str, reply: str, note: str) -> None:
    """A slip is read as what was meant, and the reply says so."""
    turn = say.listen_freely()(text)

    assert turn.reply.text.startswith(reply)
    assert note in turn.reply.text
    slot = turn.understanding.slot("length")
    assert slot is not None
    assert text[slot.start : slot.end] == slot.text


@pytest.mark.model
def test_misspelt_names_stay(say: Conversation) -> None:
    """What an example's hole takes in is kept letter for letter."""
    turn = say.listen_freely()("add mlik and brea'd to my shopping list")

    assert "mlik" in turn.reply.text


def test_several_of_one_kind_are_all_done(say: Conversation) -> None:
    """Two requests of one intent are one turn, taken back together."""
    turn = say("set a timer for 5 minutes and then set a timer for 9 minutes")

    assert "5 minutes" in turn.reply.text
    assert "9 minutes" in turn.reply.text
    assert len(say.assistant.store.pending()) == 2
    say("undo")
    assert say.assistant.store.pending() == []


def test_several_see_what_was_done_before(say: Conversation) -> None:
    """The second request finds what the first one wrote."""
    say("add oil to my shopping list and add jam to my shopping list")
    told = say("what is on my shopping list").reply.text

    assert "oil" in told
    assert "jam" in told


def test_several_that_ask_tell_what_was_not_come_to(say: Conversation) -> None:
    """What stands behind a request that has to ask waits for the answer."""
    turn = say("add a tent to my camping list and add jam to my shopping list")

    assert turn.outcome == "asked"
    assert say("yes").reply.text.endswith("\n\nAdded jam to your shopping list.")
    assert say("undo").outcome == "answered"
    assert "empty" in say("what is on my shopping list").reply.text


def test_several_are_not_corrected_as_one(say: Conversation) -> None:
    """Which of two timers “no, seven” means is not told, so neither is taken back."""
    say("set a timer for 5 minutes and set a timer for 9 minutes")
    say("no, 7 minutes")

    assert len(say.assistant.store.pending()) == 2


def test_several_of_different_kinds_are_a_plan(say: Conversation) -> None:
    """One that is careful is shown first; a part of it can be chosen."""
    asked = say("set a timer for 5 minutes and cancel the alarm")
    done = say("the timer")

    assert asked.outcome == "asked"
    assert asked.reply.text.startswith("That is 2 things:")
    assert done.understanding.intent == "timer.start"
    assert not done.understanding.more


@pytest.mark.parametrize(
    "text",
    [
        "remind me to wash up and dry the plates tomorrow at 5",
        "note that salt and pepper are out",
        "add salt and pepper to my shopping list",
    ],
)
def test_several_is_not_made_of_one(say: Conversation, text: str) -> None:
    """An “and” inside what is said is no second request."""
    turn = say(text)

    assert turn.outcome == "answered"
    assert turn.understanding.parser == "template"


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    ["SET A TIMER FOR 5 MINUTES", "“set a timer for 5 minutes”", "set a timer for 5 minutes 🙂🙂"],
)
def test_caps_quotes_and_emoji_change_nothing(say: Conversation, text: str) -> None:
    """What stands around a request, or how it is written, does not matter."""
    assert say(text).reply.text == "Timer set for 5 minutes."


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    ["x", "🙂", "7 8 9 10", "setatimerforfiveminutes", "word " * 500, "stelle bitte einen timer"],
)
def test_what_is_no_request_changes_nothing(say: Conversation, text: str) -> None:
    """One clear sentence, and nothing is done."""
    turn = say.listen_freely()(text)

    assert turn.outcome in ("refused", "asked")
    assert turn.understanding.intent is None
    assert turn.reply.text
    assert say.assistant.store.pending() == []


@pytest.mark.model
def test_names_that_are_kept_are_read_with_a_slip(say: Conversation) -> None:
    """A list that exists is meant by a word that is none and nearly its name; new ones stay."""
    say.listen_freely()("create a camping list")

    read = say("add a tent to my campnig list").reply.text
    assert read == "Added a tent to your camping list.\n\n(I read “campnig” as “camping”.)"
    assert say("what's on camping").reply.text == "Your camping list:\n\n- a tent"
    assert say("add a tent to my trpi list").outcome == "asked"
    assert "I read" not in say("create a campground list").reply.text
