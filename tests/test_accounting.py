"""Every word is accounted for: what is left over asks, and what asks for nothing does nothing."""

from __future__ import annotations

import json

import pytest

from assistant.language.moods import states, taken
from assistant.language.telling import closed_class
from assistant.language.words import normalise
from assistant.skill.declared import Skill
from assistant.store.wire import turn_to_json, understanding_from_json, understanding_to_json
from assistant.testing import Conversation
from assistant.understanding.accounting import Accountant
from assistant.understanding.lexicon import Lexicon

VERBS = frozenset("set cancel add start remind delete read do".split())


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("please do not set a timer", "forbidding"),
        ("don't cancel the alarm", "forbidding"),
        ("there is no need to remind me", "forbidding"),
        ("my brother set an alarm for six", "telling"),
        ("i cancelled the timer already", "telling"),
        ("she added milk to the list", "telling"),
        ("can you set timers", "ability"),
        ("are you able to read lists", "ability"),
        ("our neighbour added milk", "telling"),
        ("the boss told me to set a timer", "telling"),
        ("i once had a timer", "telling"),
        ("don't let me forget to call", "request"),
        ("how would i cancel a timer", "how"),
        ("should i set an alarm", "how"),
        ("what is a timer", "meaning"),
        ("what does snooze mean", "meaning"),
        ("can you set a timer for five minutes", "request"),
        ("i want to set an alarm", "request"),
        ("what is my next alarm", "request"),
        ("my alarms", "request"),
        ("the tea timer", "request"),
        ("", "request"),
    ],
)
def test_moods(text: str, mood: str) -> None:
    """A sentence is taken as it is meant."""
    assert taken(normalise(text), VERBS).mood == mood


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("please set a timer", "set"),
        ("could you quiz me on sums", "quiz"),
        ("i would like to add some milk", "add"),
        ("what time is it", None),
        ("the red one", None),
    ],
)
def test_moods_verb(text: str, verb: str | None) -> None:
    """The verb of a request is found behind what is said around it."""
    words = normalise(text)
    found = taken(words, VERBS).verb

    assert (None if found is None else words[found].text) == verb


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("7", "number"), ("twelve", "number"), ("friday", "day"), ("tonight", "day"),
        ("every", "repetition"), ("except", "exception"), ("not", "negation"), ("if", "condition"),
        ("minutes", "unit of time"), ("earlier", "relation in time"), ("why", "question"),
        ("milk", ""), ("set", ""), ("the", ""),
    ],
)  # fmt: skip
def test_telling_closed_classes(word: str, name: str) -> None:
    """Words that change a request have a class, all others none."""
    assert closed_class(word) == name


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("the door code is 4711", True),
        ("our plumber was called jones", True),
        ("the timer", False),
        ("is the door open", False),
        ("my list is what", False),
        ("the tea is ready so cancel the timer", False),
    ],
)
def test_moods_states(text: str, stated: bool) -> None:
    """What says what something is asks for nothing; what goes on with a request does."""
    assert states(normalise(text), VERBS) == stated


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("is it sunday in tokyo", "tokyo"),
        ("is there anything on tuesday", "anything"),
        ("working days until christmas", "working"),
        ("this date in history", "history"),
        ("do you like me", "do"),
    ],
)
def test_accounting_answers_no_narrower_question(say: Conversation, text: str, left: str) -> None:
    """A question with a word that narrows it and that no example of the skill has is asked about,
    so is one to what is never asked."""
    meant = say.listen_freely()(text).understanding

    assert meant.intent is None
    assert left in meant.why


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("is it really friday", "No, today is Wednesday"),
        ("is today by any chance wednesday", "Yes, today is Wednesday"),
        ("what time is it exactly", "It is 10:00"),
    ],
)
def test_accounting_answers_what_is_only_stressed(say: Conversation, text: str, told: str) -> None:
    """Adverbs and politeness narrow nothing."""
    assert told in say.listen_freely()(text).reply.text


@pytest.mark.model
def test_accounting_offers_to_keep_a_statement(say: Conversation) -> None:
    """What is told and asks for nothing is offered to be remembered, whole."""
    say.listen_freely()

    assert "remember that the wifi password is hunter22" in (
        say("the wifi password is hunter22").reply.text
    )
    assert "hunter22" in say("yes").reply.text
    assert "hunter22" in say("what is the wifi password").reply.text


HALF = [
    ("wake me at 6 if it rains", "“if”"),
    ("put the alarm on for seven unless i am up", "“unless”"),
]


@pytest.mark.model
@pytest.mark.parametrize(("text", "left"), HALF)
def test_accounting_asks_about_what_is_left(say: Conversation, text: str, left: str) -> None:
    """A word that changes the request and is not explained is asked about; nothing is done."""
    before = say.assistant.store.pending()
    turn = say.listen_freely()(text)

    assert turn.outcome == "asked"
    assert turn.understanding.intent is None
    assert turn.understanding.offered
    assert left.strip("“”") in turn.understanding.why
    assert say.assistant.store.pending() == before


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    ["cancel the alarm but not mine", "delete all but the red alarm", "set no timer at all"],
)
def test_accounting_offers_nothing_where_the_opposite_may_be_meant(
    say: Conversation, text: str
) -> None:
    """A yes to what leaves out “not” or “but” is soon said; so nothing is offered."""
    say("wake me at 7")
    say("set a timer for 5 minutes")
    before = say.assistant.store.pending()
    turn = say.listen_freely()(text)

    assert turn.outcome in ("refused", "failed")
    assert turn.understanding.offered == ()
    assert say.assistant.store.pending() == before


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "should i cancel the alarm",
        "is the alarm cancelled",
        "the alarm is cancelled",
        "i hate the alarm",
        "cancel all alarms of anna",
        "move anna's alarm to 8",
    ],
)
def test_accounting_changes_nothing_on_half_an_understanding(say: Conversation, text: str) -> None:
    """What asks for nothing, or says more than is understood, leaves the only alarm as it is."""
    say("wake me at 7")
    before = say.assistant.store.pending()
    turn = say.listen_freely()(text)

    assert turn.understanding.intent is None
    assert say.assistant.store.pending() == before


@pytest.mark.model
def test_accounting_of_every_word(say: Conversation) -> None:
    """The account names each word once, in order, and survives being stored."""
    turn = say.listen_freely()("could you please wake me up by half past six tomorrow if it snows")
    told = turn.understanding.account
    data = json.loads(json.dumps(understanding_to_json(turn.understanding)))

    assert [each.start for each in told] == sorted(each.start for each in told)
    by = {each.text: each.by for each in told}
    assert by["please"] in ("around", "literal")
    assert by["wake"] == "literal"
    assert by["six"] == "slot"
    assert by["if"] == "left"
    assert understanding_from_json(data).account == told


@pytest.mark.model
def test_accounting_yes_does_what_was_offered(say: Conversation) -> None:
    """A yes carries out what was offered, with the values that were heard."""
    asked = say.listen_freely()("if it rains wake me at 6:40 tomorrow")
    (offer, *_) = turn_to_json(asked)["offered"]
    done = say("yes")

    assert asked.outcome == "asked"
    assert offer["intent"] == "alarm.set_alarm"
    assert done.understanding.intent == "alarm.set_alarm"
    assert "06:40" in done.reply.text


@pytest.mark.model
def test_accounting_no_leaves_it(say: Conversation) -> None:
    """A no does nothing, or offers the next."""
    asked = say.listen_freely()("if it rains wake me at 6:40 tomorrow")
    turn = say("no")

    assert asked.outcome == "asked"
    assert turn.outcome == "refused"
    assert turn.reply.text == "OK, I do nothing. Say it in other words."
    assert say.assistant.store.pending() == []


@pytest.mark.model
def test_accounting_yes_teaches_where_nothing_spoke_against_it(say: Conversation) -> None:
    """A sentence that was merely not sure enough is known from then on."""
    asked = say.listen_freely()("whatever hour")
    assert (asked.outcome, asked.understanding.why) == ("asked", "")
    say("yes")
    again = say("whatever hour")

    assert again.understanding.parser == "taught"
    assert again.understanding.intent == asked.understanding.offered[0].intent


@pytest.mark.model
def test_accounting_never_asks_where_nothing_may_be_asked(say: Conversation) -> None:
    """With ``asking`` 0 what is half understood is refused, and what is sure still acts."""
    say.set(asking=0.0).listen_freely()

    assert say("if it rains wake me at 6:40 tomorrow").outcome == "refused"
    assert say("what is the time now").understanding.intent == "clock.now"


@pytest.mark.model
def test_accounting_another_request_lets_the_offer_go(say: Conversation) -> None:
    """What is no answer to the offer is a request of its own, without a remark."""
    say.listen_freely()("if it rains wake me at 6:40 tomorrow")
    turn = say("set a timer for 5 minutes")

    assert turn.reply.text == "Timer set for 5 minutes."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("don't set a timer for 5 minutes", "do nothing"),
        ("my sister set an alarm for 6", "do nothing"),
        ("what is a timer", "explain no words"),
    ],
)
@pytest.mark.model
def test_accounting_moods_are_answered(say: Conversation, text: str, told: str) -> None:
    """What asks for nothing is answered as what it is."""
    turn = say.listen_freely()(text)

    assert turn.outcome == "refused"
    assert told in turn.reply.text
    assert say.assistant.store.pending() == []


@pytest.mark.parametrize(
    ("texts", "told"),
    [(("set a reminder", "water the ferns tomorrow at 5 pm"), "water the ferns")],
)
def test_answers_bring_more_than_was_asked_for(
    say: Conversation, texts: tuple[str, ...], told: str
) -> None:
    """A free answer leaves the time at its edge to the slot that wants one."""
    *_, turn = [say(text) for text in texts]

    assert turn.outcome == "answered"
    assert "17:00" in turn.reply.text
    assert turn.reply.text.endswith(f": {told}.")


@pytest.mark.model
def test_accounting_ability_is_answered(say: Conversation) -> None:
    """Whether something can be done is told with an example, and nothing is done."""
    turn = say.listen_freely()("are you able to set timers")

    assert turn.reply.text.startswith("Yes. Say, for instance, “")
    assert say.assistant.store.pending() == []


@pytest.mark.parametrize(("verb", "left"), [("show", False), ("tell", False), ("paint", True)])
def test_accounting_any_question_is_asked_by_show(verb: str, left: bool) -> None:
    """However few skills there are, “show my balance” says no more than “what is my balance”."""
    skill = Skill("purse")

    @skill.intent("what is my balance")
    def balance() -> str:
        """Tell it."""
        return ""

    lexicon, text = Lexicon(skill.intents), f"{verb} my balance"
    words = normalise(text)
    accountant = Accountant(lexicon, lambda query, texts: [0.0 for _ in texts])
    account = accountant.account(text, words, "purse.balance", (), lexicon.taken(words))

    assert (verb in account.against) is left
