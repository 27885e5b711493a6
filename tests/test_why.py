"""Why a turn was understood as it was: what is told of it, and that what is told is so."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import paths
from assistant.cli import commands
from assistant.conversation import flipping
from assistant.conversation.assistant import Assistant
from assistant.conversation.flipping import Change, changes, search
from assistant.conversation.why import Explanation
from assistant.doors import explaining
from assistant.errors import AssistantError
from assistant.store import Store
from assistant.testing import Conversation
from assistant.tui.inspector import Inspector
from assistant.turn import Turn, Understanding
from tests.chats import chat, opened, texts, type_in, until

SKILL = '''
from assistant import Skill

skill = Skill("lamp", "Lamps.")


@skill.intent("light the {room} lamp", "{examples}")
def light(room: str) -> str:
    """Light a lamp."""
    return f"The {room} is lit."
'''


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no busy machine end a search."""
    monkeypatch.setattr(flipping, "SECONDS", 60.0)
    monkeypatch.setattr(flipping, "PATIENCE", 60.0)


def why(say: Conversation, turn: Turn) -> Explanation:
    return say.assistant.why(turn)


def told(say: Conversation, turn: Turn) -> str:
    return "\n".join(explaining.lines(why(say, turn)))


def test_why_tells_what_explains_each_word(say: Conversation) -> None:
    """What was understood, by whom, and what each word of it is, values of several words in one."""
    lines = told(say, say("set a pasta timer for ten minutes")).splitlines()

    assert lines[1] == "Understood as timer.start (“Start a timer.”), word for word, by an example."
    assert "  pasta: value of label" in lines
    assert "  ten minutes: value of length" in lines
    assert "  timer: a word of its examples" in lines


def test_why_acts_on_nothing(say: Conversation) -> None:
    """No wording that is tried leaves a turn, an alarm or a question."""
    turn = say("set a pasta timer for ten minutes")
    before = say.assistant.store.pending(), [*say.assistant.store.export()], say.session

    assert why(say, turn).tried > 1

    assert (say.assistant.store.pending(), [*say.assistant.store.export()], say.session) == before


def test_why_reads_in_the_situation_the_turn_was_in(say: Conversation) -> None:
    """A correction is read after what it corrected, though more was said since."""
    say("set a timer for ten minutes")
    turn = say("no, twenty")
    say("flip a coin")
    say.clock.advance(hours=5)

    found = why(say, turn)

    assert (turn.understanding.parser, found.stale) == ("correction", "")
    assert found.tried > 0


@pytest.mark.parametrize(
    "after",
    [SKILL.replace("light(", "glow("), SKILL.replace("light the {room} lamp", "switch on {room}")],
    ids=["intent gone", "example gone"],
)
def test_why_tells_from_what_was_stored_where_skills_have_changed(
    say: Conversation, tmp_path: Path, after: str
) -> None:
    """It says so, tries nothing, and explains the words as they were explained."""
    path = tmp_path / "lamp.py"
    path.write_text(SKILL.replace("{examples}", "lamp on"), encoding="utf-8")
    turn = say.use(path)("light the hall lamp")
    path.write_text(after.replace("{examples}", "lamp on"), encoding="utf-8")
    say.reopen()

    found = why(say, turn)

    assert turn.understanding.intent == "lamp.light"
    assert found.account == turn.understanding.account
    assert (found.flip, found.tried) == (None, 0)
    assert "told from what was stored" in explaining.lines(found)[-1]


def test_why_of_an_answer_is_told_from_what_was_stored(say: Conversation) -> None:
    """What it answered waits no more."""
    say("set a timer")
    lines = told(say, say("ten minutes"))

    assert "as the answer to a question" in lines
    assert "told from what was stored" in lines


FLIPS = (
    "wake me at 7 on the moon",
    "don't set a timer for 5 minutes",
    "translate hello into french",
    "set a pasta timer for ten minutes",
    "set an alram for 8",
    "remind me to call mom at 5 and add milk to the list",
)


@pytest.mark.model
@pytest.mark.parametrize("sentence", FLIPS)
def test_why_change_is_so_when_it_is_said(say: Conversation, sentence: str) -> None:
    """The changed sentence does what was told, and the said one did another thing."""
    turn = say.listen_freely()(sentence)
    flip = why(say, turn).flip

    assert flip is not None
    assert flip.intent != turn.understanding.intent
    assert len(flip.change.gone) <= 2
    said = say.reopen().listen_freely()
    said.assistant.store.empty()
    said._session = None
    again = said(flip.change.text)
    assert again.understanding.intent == flip.intent
    assert (again.outcome == "refused") is (flip.intent is None and not flip.offered)


@pytest.mark.model
def test_why_tells_examples_and_the_runner_up(say: Conversation) -> None:
    """The nearest examples of what was meant come nearest first; another intent is behind it."""
    found = why(say, say.listen_freely()("could you give me a shout in a quarter of an hour"))
    first, second = found.likeliest, found.runner_up

    assert first is not None
    assert second is not None
    assert first.intent == "timer.start"
    cosines = [near.cosine for near in first.nearest]
    assert cosines == sorted(cosines, reverse=True)
    assert len({near.sentence for near in first.nearest}) == 3
    assert all(0 < cosine <= 1.001 for cosine in cosines)
    assert second.intent != first.intent
    assert second.nearest
    assert found.margin == pytest.approx(first.confidence - second.confidence)


@pytest.mark.model
def test_why_of_what_was_refused_tells_what_spoke_against_it(say: Conversation) -> None:
    """A word that nothing explains is named, and leaving it out is what is tried first."""
    turn = say.listen_freely()("wake me at 7 on the moon")
    lines = told(say, turn)

    assert "Against acting: “moon”." in lines
    assert (
        "Without “moon” (“wake me at 7 on the”), I would have understood alarm.set_alarm" in lines
    )


@pytest.mark.model
def test_why_nothing_found_is_said_with_how_many_were_tried(
    say: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no small change makes a request of is said to be so."""
    monkeypatch.setattr(flipping, "TRIES", 12)
    lines = told(say, say.listen_freely()("purple elephants swim in custard"))

    assert lines.endswith("was found, of 12 other wordings tried.")


def test_why_changes_come_once_and_the_small_ones_first() -> None:
    """What nothing explains is left out first; an example's words come in their places first."""
    found = [*changes("Play, the song", [(0, 4)], ["stop the song", "stop the alarm"])]
    one, two = [[c for c in found if len(c.gone) == n] for n in (1, 2)]

    assert found[:5] == [
        Change(", the song", ("Play",)),
        Change("Play, song", ("the",)),
        Change("Play, the", ("song",)),
        Change("stop, the song", ("Play",), "stop"),
        Change("Play, the alarm", ("song",), "alarm"),
    ]
    assert found == [*one, *two]
    assert len({change.text for change in found}) == len(found)
    assert {change.gone for change in two} == {("Play", "the"), ("Play", "song"), ("the", "song")}


@pytest.mark.parametrize("sentence", ["", "?!", "𝒯", "a", "…" * 50, "word " * 400])
def test_why_changes_of_odd_sentences(sentence: str) -> None:
    """Nothing is changed into nothing, and of a long sentence no more is made than is asked for."""
    found = [*itertools.islice(changes(sentence, [], ["set a timer"]), 300)]

    assert all(change.text and change.text != sentence for change in found)


ENDLESS = [Change(f"word {n}", ("word",)) for n in range(1_000)]


@pytest.mark.parametrize(
    ("bound", "most"), [("TRIES", 7), ("SECONDS", 0.0), ("PATIENCE", 0.0), ("stop", 3)]
)
def test_why_search_is_bounded(monkeypatch: pytest.MonkeyPatch, bound: str, most: float) -> None:
    """By how many are read, by their time, by all time, and by whoever does not want to wait."""
    if bound != "stop":
        monkeypatch.setattr(flipping, bound, most)
    read: list[str] = []

    def reads(text: str) -> Understanding:
        read.append(text)
        return Understanding(None)

    found = search(ENDLESS, reads, lambda _: 0, lambda: bound == "stop" and len(read) >= most)

    assert (found.change, found.tried) == (None, len(read))
    assert len(read) == most


def test_why_search_prefers_fewer_words_then_what_would_be_done() -> None:
    """One word that makes it refused is less than two that make it another thing."""
    ways = [Change("a", ("x",)), Change("b", ("y",)), Change("c", ("x", "y"))]
    worth = {"a": 1, "b": 2, "c": 2}

    def best(**weights: int) -> Change | None:
        given = worth | weights
        read = Understanding
        return search(ways, read, lambda meant: given[str(meant.intent)], lambda: False).change

    assert best() == ways[1]
    assert best(b=0) == ways[0]
    assert best(a=0, b=0) == ways[2]


@pytest.fixture
def spoken(say: Conversation) -> list[Turn]:
    """Return two turns that are in the database, in a session each."""
    first = say("set a pasta timer for ten minutes")
    other = say.assistant.open_session("other")
    from assistant.turn import Utterance

    said = Utterance("flip a \u202ecoin\u202c", say.clock())
    second = say.assistant.respond(said, other.id)
    say.close()
    return [first, second]


def run(*words: str) -> str:
    done = CliRunner().invoke(commands, ["why", *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


@pytest.mark.model
def test_why_command_takes_the_number_that_history_shows(spoken: list[Turn]) -> None:
    """Without one it is the newest turn, of a session where one is named."""
    listed = CliRunner().invoke(commands, ["history"]).stdout

    assert any(line.split()[:1] == [str(spoken[0].id)] for line in listed.splitlines())
    assert "pasta timer" in run(str(spoken[0].id)).splitlines()[0]
    assert "coin" in run().splitlines()[0]
    assert "pasta timer" in run("--session", "test").splitlines()[0]
    assert "\u202e" not in run()
    assert r"\u202e" in run()


@pytest.mark.model
def test_why_command_tells_json(spoken: list[Turn]) -> None:
    """The whole turn, and beside it what was looked up."""
    data = json.loads(run("--json", str(spoken[0].id)))

    assert data["understanding"]["intent"] == data["why"]["likeliest"]["intent"] == "timer.start"
    assert data["why"]["margin"] == pytest.approx(
        data["why"]["likeliest"]["confidence"] - data["why"]["runner_up"]["confidence"]
    )
    assert data["why"]["flip"]["change"]["text"]
    assert data["why"]["tried"] > 0


@pytest.mark.parametrize("words", [("99",), ("--session", "nowhere"), ("1", "--session", "other")])
def test_why_command_of_no_turn_is_one_sentence(spoken: list[Turn], words: tuple[str, ...]) -> None:
    """A number that nothing has, a session there is none of, a turn of another session."""
    del spoken
    with pytest.raises(AssistantError, match=r"^There is no turn.*; see assistant history list\.$"):
        run(*words)


def test_why_store_finds_a_turn(spoken: list[Turn]) -> None:
    """By its number, as the newest, or as the newest of a session."""
    store = Store.open(paths.database())
    first, second = (turn.id for turn in spoken)
    asked = [(None, None), (first, None), (None, "test"), (second, "test"), (0, None)]
    found = [turn.id if (turn := store.turn(*each)) else None for each in asked]
    store.close()

    assert found == [second, first, first, None, None]


@pytest.mark.parametrize(
    ("before", "reply"),
    [
        ((), "You have not said anything yet."),
        (
            ("set a timer for 5 minutes",),
            "I took “set a timer for 5 minutes” as “Start a timer.”, word for word, by an example.",
        ),
        (
            ("set a timer", "ten minutes"),
            "I took “ten minutes” as “Start a timer.”, as the answer to a question.",
        ),
        (("play the violin", "why"), "I was not sure enough of “play the violin”."),
    ],
)
def test_why_said_in_the_chat_is_one_sentence(
    say: Conversation, before: tuple[str, ...], reply: str
) -> None:
    """It tells of the last request, not of a “why” in between."""
    for sentence in before:
        say(sentence)

    assert say("why did you do that").reply.text == reply


async def test_why_is_looked_up_when_the_panel_is_opened() -> None:
    """F2 tells the same lines as the command; a hidden panel asks for nothing."""
    app = chat()
    async with opened(app, (100, 60)) as pilot:
        await type_in(pilot, "set a pasta timer for ten minutes")
        panel = app.query_one(Inspector).query_one("#why")
        assert "I would have" not in str(panel.content)
        await pilot.press("f2")
        await until(lambda: "I would have" in str(panel.content))
        await type_in(pilot, "what time is it")
        await until(lambda: "what time is it" in str(panel.content))
        await until(lambda: "\nwhy\n" in str(panel.content))


async def test_why_waits_for_what_is_said_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever goes on talking is answered while a search runs that has no end of its own."""
    searching: list[str] = []
    look = Assistant.why

    def seen(assistant: Assistant, turn: Turn, **given: object) -> Explanation:
        searching.append(turn.utterance.text)
        return look(assistant, turn, **given)  # type: ignore[arg-type]

    endless = lambda *_: (Change("flip a coin", ("n",)) for _ in itertools.count())  # noqa: E731
    monkeypatch.setattr(flipping, "TRIES", 10**9)
    monkeypatch.setattr(flipping, "SECONDS", 10.0**9)
    monkeypatch.setattr(flipping, "PATIENCE", 10.0**9)
    monkeypatch.setattr(flipping, "changes", endless)
    monkeypatch.setattr(Assistant, "why", seen)
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "flip a coin")
        await pilot.press("f2")
        await until(lambda: searching)
        await type_in(pilot, "what time is it")

        assert texts(app)[-1] == "It is 10:00."
