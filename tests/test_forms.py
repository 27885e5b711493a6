"""Forms: asked in turn, checked, corrected, left, gone on with; the same after each restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.conversation import parking
from assistant.testing import Conversation
from assistant.turn import Utterance

BANK = Path(__file__).with_name("bank_skill.py")

BACK = "Back to “send money to Joe”: How much for Joe?"

WHERE = "We are at “transfer 20 to …” (amount: 20, recipient: Eve)."

WAITING = "“{}” waits: say “where were we” to go on with it."

PUT_AWAY = (
    ("transfer 20 to Ann", "Send 20 to Ann?"),
    ("blah", "I didn't get that. Send 20 to Ann? (Or say “cancel”.)"),
    ("blubb", "I didn't get that. Send 20 to Ann? (Or say “cancel”.)"),
    ("hubb", f"I still didn't get that.\n\n{WAITING.format('transfer 20 to Ann')}"),
)

AGAIN = "We are at “transfer 20 to Ann” (amount: 20, recipient: Ann). Send 20 to Ann?"

TALKS = {
    "put away and gone on with": (
        *PUT_AWAY,
        ("what is left in the bank", "100 are left."),
        ("where were we", AGAIN),
        ("yes", "Sent 20 to Ann."),
        ("where were we", "I can't help with that. Say “what can you do” to see what I can."),
    ),
    "put away and told anew": (*PUT_AWAY, ("send money to Ann", "Send 20 to Ann?")),
    "put away beside another": (
        *PUT_AWAY,
        ("transfer 30 to Joe", "Send 30 to Joe?"),
        ("yes", "Sent 30 to Joe."),
        ("where were we", AGAIN),
    ),
    "put away and left by its name": (
        *PUT_AWAY,
        ("cancel", "OK. Nothing rings or waits; say “undo” to take back what was done."),
        ("forget the transfer", "OK, never mind."),
        ("where were we", "I can't help with that. Say “what can you do” to see what I can."),
    ),
    "from the beginning": (
        ("send money to Joe", "How much for Joe?"),
        ("let's start over", "From the start, then.\n\nTo whom?"),
        ("Ann", "How much for Ann?"),
        ("20", "Send 20 to Ann?"),
        ("start again", "Start “send money to …” over?"),
        ("no", "It stays as it was. Send 20 to Ann?"),
        ("from the beginning", "Start “send money to …” over?"),
        ("yes", "From the start, then.\n\nTo whom?"),
    ),
    "one after the other": (
        ("send money", "To whom?"),
        ("to John", "How much for John?"),
        ("50", "Send 50 to John?"),
        ("yes", "Sent 50 to John."),
    ),
    "what was said is not asked": (
        ("transfer 20 to Ann", "Send 20 to Ann?"),
        ("no", "Nothing was sent."),
        ("what is left in the bank", "100 are left."),
    ),
    "a check refuses": (
        ("transfer 900 to Ann", "There is not that much.\n\nHow much for Ann?"),
        ("90", "Send 90 to Ann?"),
    ),
    "the value just given": (
        ("send money to Joe", "How much for Joe?"),
        ("oh sorry, I meant John", "Change the recipient from Joe to John?"),
        ("damn, should be Alex", "Change the recipient from Joe to Alex?"),
        ("yes", "Changed the recipient to Alex.\n\nHow much for Alex?"),
        ("10", "Send 10 to Alex?"),
        ("ah wait, make that 15", "Change the amount from 10 to 15?"),
        ("no", "It stays as it was. Send 10 to Alex?"),
        ("not 10, I meant 12", "Change the amount from 10 to 12?"),
        ("yes", "Changed the amount to 12.\n\nSend 12 to Alex?"),
        ("yes", "Sent 12 to Alex."),
    ),
    "as it is spoken": (
        ("send money to Joe", "How much for Joe?"),
        ("no alex", "Change the recipient from Joe to alex?"),
        ("yes", "Changed the recipient to alex.\n\nHow much for alex?"),
        ("20", "Send 20 to alex?"),
        ("what time is it", "It is 10:00.\n\nBack to “send money to alex”: Send 20 to alex?"),
        ("no thanks", "Nothing was sent."),
    ),
    "by name": (
        ("transfer 20 to Ann", "Send 20 to Ann?"),
        ("i want to change the recipient", "Change the recipient?"),
        ("yes", "Changed.\n\nTo whom?"),
        ("Eve", "Send 20 to Eve?"),
        ("where were we", f"{WHERE} Send 20 to Eve?"),
        ("change the amount to 30", "Change the amount from 20 to 30?"),
    ),
    "taken back by its value": (
        ("send money to Joe", "How much for Joe?"),
        ("sorry, I didn't mean Joe", "Change the recipient?"),
        ("yes", "Changed.\n\nTo whom?"),
    ),
    "a yes by its meaning": (
        ("raise my limit", "Which address?"),
        ("a@b.c", "Do you live in Sweden?"),
        ("yes", "Is your income high?"),
        ("actually I don't live in Sweden", "Changed.\n\nDo you live in Sweden?"),
        ("no", "Anything to add?"),
        ("skip this one", "Raise it for a@b.c?"),
        ("yes", "Raised for a@b.c."),
    ),
    "a check ends it": (
        ("raise my limit", "Which address?"),
        ("a@b.c", "Do you live in Sweden?"),
        ("yes", "Is your income high?"),
        ("no", "That is too little."),
    ),
    "what is proposed": (
        ("book a table on monday at 7", "Seven is taken on monday. How about 8?"),
        ("yes", "Changed the hour to 8. There is a table.\n\nIn whose name?"),
        ("Bob", "Booked on monday at 8 for Bob."),
    ),
    "not what is proposed": (
        ("book a table on monday at 7", "Seven is taken on monday. How about 8?"),
        ("no", "At which hour?"),
        ("9", "There is a table.\n\nIn whose name?"),
    ),
    "none of the choices": (
        ("book a table", "Which day?"),
        ("sunday", "That is none of the choices: monday or tuesday. Which day?"),
        ("friday", "That is none of the choices. Which day? (Or say “cancel”.)"),
        ("wednesday", "That is none of the choices. Which day? (Or say “cancel”.)"),
        ("saturday", f"That is none of the choices.\n\n{WAITING.format('book a table')}"),
        ("where were we", "We are at “book a table”. Which day?"),
        ("what are the options", "You can say “monday” or “tuesday”. Which day?"),
        ("tuesday", "At which hour?"),
    ),
    "about the question": (
        ("send money", "To whom?"),
        ("why do you ask", "The bank must know whose it is. To whom?"),
        ("wait a moment", "Take your time. To whom?"),
        ("where were we", "We are at “send money”. To whom?"),
        ("skip this question", "I need that one. To whom?"),
        ("never mind", "OK, never mind."),
        ("send money", "To whom?"),
    ),
    "beside": (
        ("send money to Joe", "How much for Joe?"),
        ("what is left in the bank", f"100 are left.\n\n{BACK}"),
        ("set a timer", "For how long?"),
        ("5 minutes", f"Timer set for 5 minutes.\n\n{BACK}"),
        ("stop that, what is left in the bank", "OK, never mind.\n\n100 are left."),
    ),
}  # fmt: skip
"""What is said, and what is answered."""


@pytest.mark.parametrize("name", TALKS)
def test_forms(say: Conversation, name: str) -> None:
    """A conversation, turn by turn."""
    say.use(BANK)
    for said, answered in TALKS[name]:
        assert say(said).reply.text == answered


@pytest.mark.parametrize("name", TALKS)
def test_forms_go_on_after_a_restart(say: Conversation, name: str) -> None:
    """Closed and opened again on the same file after each turn."""
    say.use(BANK)
    for said, answered in TALKS[name]:
        assert say(said).reply.text == answered
        say.reopen()


def test_forms_of_strangers(say: Conversation) -> None:
    """Checks run in a process of their own, and mean the same."""
    say.use(BANK).apart()
    for name in ("a check refuses", "a check ends it", "what is proposed"):
        for said, answered in TALKS[name]:
            assert say(said).reply.text == answered
        say("never mind")


def test_forms_that_were_confirmed_are_not_done_twice(say: Conversation) -> None:
    """A correction behind the yes asks for an undo; it sends nothing."""
    say.use(BANK)
    say("transfer 10 to Joe")
    assert say("yes").reply.text == "Sent 10 to Joe."
    assert "undo" in say("sorry, I meant 20").reply.text
    assert say("what is left in the bank").reply.text == "90 are left."


def test_forms_are_gone_back_to_once(say: Conversation) -> None:
    """What waited then waits once, not above itself."""
    say.use(BANK)
    say("send money to Joe")
    say("what time is it")
    say("go back to before i said what time is it")
    question = say.assistant.session(say.session.id).open_question
    assert question is None or question.under is None


def test_forms_put_away_are_gone_back_to(say: Conversation) -> None:
    """What was put away then is again, and was no question."""
    say.use(BANK)
    for said, _ in PUT_AWAY:
        say(said)
    say("set a timer for 5 minutes")
    say("go back to before i said set a timer for 5 minutes")
    assert "I had asked" not in say("yes").reply.text
    assert say("where were we").reply.text == AGAIN


def test_forms_of_careful_requests_are_heard_well(say: Conversation) -> None:
    """Words that were heard badly are not lost with what was said before."""
    say.use(BANK)
    say("send money to Joe")
    spoken = Utterance("20", say.clock(), "voice", 0.65)
    say.assistant.respond(spoken, say.session.id)
    assert say("yes").reply.text in ("Sent 20 to Joe.", "Send 20 to Joe?")


def test_forms_name_values_in_questions_and_nothing_else(say: Conversation, tmp_path: Path) -> None:
    """What a question holds in braces is a name or stays as it is, whatever its format says."""
    path = tmp_path / "wide.py"
    path.write_text(
        BROKEN.format(body="pass").replace("Which number?", "Which of {number:>999999999} {x!r}?")
    )
    say.use(path)
    assert say("probe the fragile thing").reply.text == "Which of {number:>999999999} {x!r}?"


def test_forms_wait_below_each_other(say: Conversation) -> None:
    """The last one left is gone on with first; more than a few are let go, and that is told."""
    say.use(BANK)
    say("send money to Joe")
    say("book a table")
    assert say("remind me to call mum").reply.text == "When?"
    assert "Back to “book a table”" in say("at six").reply.text
    assert "Back to “send money to Joe”" in say("cancel").reply.text
    question = say.assistant.session(say.session.id).open_question
    assert question is not None
    assert question.under is None
    assert say("20").reply.text == "Send 20 to Joe?"


def test_forms_that_are_asked_for_again_go_on(say: Conversation) -> None:
    """A request of the same intent fills its form, also one that waits below."""
    say.use(BANK)
    say("send money to Joe")
    say("book a table")
    assert say("transfer 20 to Joe").reply.text == "Send 20 to Joe?"
    assert "Back to “book a table”: Which day?" in say("yes").reply.text


def test_forms_wait_for_a_while(say: Conversation) -> None:
    """After a few other things in a row one is put away, which is told; what is below goes on."""
    say.use(BANK)
    say("send money to Joe")
    say("book a table")
    told = [say("what is left in the bank").reply.text for _ in range(parking.ASIDE + 1)]
    assert "Back to “book a table”" in told[-2]
    assert WAITING.format("book a table") in told[-1]
    assert told[-1].endswith("Back to “send money to Joe”: How much for Joe?")


def test_forms_of_a_stack_are_few(say: Conversation) -> None:
    """Whatever is begun, no more than a few wait."""
    say.use(BANK)
    say("send money")
    asked = ("book a table", "remind me to call mum", "set a timer", "set an alarm")
    told = [say(each).reply.text for each in (*asked, "raise my limit")]
    assert "I've let go of “send money”" in told[-1]
    depth, question = 0, say.assistant.session(say.session.id).open_question
    while question is not None:
        depth, question = depth + 1, question.under
    assert depth == parking.DEEP


BROKEN = '''
from typing import Annotated
from assistant import Skill, Slot
skill = Skill("fragile", "Breaks.")

def check(number: int) -> None:
    {body}

@skill.intent("probe the fragile thing")
def probe(number: Annotated[int, Slot(ask="Which number?", check=check)]) -> str:
    """Probe."""
    return str(number)
'''


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise RuntimeError('x')", "broke"),
        ("import time; time.sleep(9)", "took over"),
        ("return 'no number'", "no such value"),
        ("from assistant import Suggest; return Suggest('{other}?', other=1)", "no such value"),
    ],
)
def test_forms_outlive_a_check_that_breaks(
    say: Conversation, tmp_path: Path, body: str, told: str
) -> None:
    """One sentence, and the question once more."""
    path = tmp_path / "fragile.py"
    path.write_text(BROKEN.format(body=body))
    say.set(deadline=1.0).use(path)
    say("probe the fragile thing")
    turn = say("5")
    assert told in turn.reply.text
    assert turn.reply.text.endswith("Which number?")
    assert turn.outcome == "asked"


def test_forms_of_a_skill_that_vanishes(say: Conversation, tmp_path: Path) -> None:
    """The form is let go in a sentence."""
    path = tmp_path / "fragile.py"
    path.write_text(BROKEN.format(body="pass"))
    say.use(path)
    say("probe the fragile thing")
    say.reopen(without=path)
    assert "gone" in say("5").reply.text


def test_forms_take_long_answers(say: Conversation) -> None:
    """Two thousand characters are one answer like others."""
    say.use(BANK)
    say("send money to Joe")
    assert say("well " * 399).outcome == "asked"
    assert say("20").reply.text == "Send 20 to Joe?"


def test_forms_offer_what_an_answer_may_mean(say: Conversation) -> None:
    """A bare number where a length is asked for is asked about, and a yes takes it."""
    say("set a timer")

    assert "twelve minutes" in say("twelve").reply.text
    assert "12 minutes" in say("yes").reply.text
