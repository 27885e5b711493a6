"""Words that are taken back within a sentence, and those said instead."""

from __future__ import annotations

import pytest

from assistant.conversation.offering import told_apart
from assistant.language.editing import edits
from assistant.language.tokens import split
from assistant.testing import Conversation
from assistant.turn import Offer


@pytest.mark.parametrize(
    ("text", "term", "firm"),
    [
        ("at 7, no, 8", ", no,", True),
        ("at 7 no 8", "no", False),
        ("tea, no milk", ", no", False),
        ("plums I mean figs", "I mean", True),
        ("plums, or rather figs", ", or rather", True),
        ("no, 8", "", False),
        ("no, make it 8", "", False),
        ("at 7, sorry", "", False),
        ("tea rather than milk", "", False),
        ("say “7, no, 8” twice", "", False),
    ],
)
def test_editing_term_has_words_on_both_sides(text: str, term: str, firm: bool) -> None:
    """It is firm behind a pause or in several words."""
    words = split(text)
    found = [*edits(words)]
    assert [text[words[e.start].start : words[e.end - 1].end] for e in found] == [term] * bool(term)
    assert any(each.firm for each in found) == firm


def test_words_taken_back_are_shown_as_such(say: Conversation) -> None:
    """The account tells of each word of the sentence as it was said; the value has its place."""
    turn = say("wake me at 7, no, 8 tomorrow")
    told = {each.text: each.by for each in turn.understanding.account}
    assert told["7"] == told["no"] == "repaired"
    assert told["8"] == told["tomorrow"] == "slot"
    assert told["wake"] == "literal"
    assert "tomorrow at 08:00" in turn.reply.text


def test_what_was_repaired_is_undone_and_corrected_as_any_request(say: Conversation) -> None:
    """The value that stands in the end is the one that is changed."""
    say("set a rice timer for 4, no, 9 minutes")
    assert "12 minutes" in say("no, 12").reply.text
    say("undo")
    say("undo")
    assert say("my timers").reply.text == "No timer is running."


def test_repair_of_a_text_is_asked_about_first_as_mended_then_as_it_stands(
    say: Conversation,
) -> None:
    """Nothing is done before a yes."""
    asked = say("add plums and figs, no, dates to my shopping list")
    assert asked.outcome == "asked"
    assert "plums and dates" in asked.reply.text
    assert "plums and figs, no, dates" in say("no").reply.text


def test_nothing_is_offered_that_says_nothing_or_was_said_before() -> None:
    """Dots alone are no sentence, and of one wording the first is kept."""
    offers = [Offer("a.b", (), "…"), Offer("a.c", (), "do it"), Offer("a.d", (), "do it")]
    assert told_apart(offers) == (offers[1],)


def test_what_is_no_fact_is_not_offered_to_be_kept(say: Conversation) -> None:
    """The next request finds no question that can't be read again."""
    say.listen_freely()
    assert "remember that no" not in say("no, that's wrong").reply.text
    assert say("set a timer for 4 minutes").outcome == "answered"
