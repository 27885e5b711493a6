"""The second hearing of an utterance, and what is made of it, by a model that is told its words."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from assistant.speech.hearing.again import NOTHING, Second
from assistant.speech.second import Belief, Writing
from assistant.testing import Conversation
from assistant.turn.hearing import Hearing, Hypothesis, Sayable, WordGraph

LAMPS = '''
from assistant import Skill

skill = Skill("lamps", hints=("Turn on the lamp in the conservatory.",))


@skill.intent("turn on the {which} lamp")
def on(which: str) -> str:
    """Turn a lamp on."""
    return f"The {which} lamp is on."


@skill.intent("stop the music", careful=True)
def stop() -> str:
    """Stop the music."""
    return "It is quiet."


@skill.intent("skip the music")
def skip() -> str:
    """Go on to the next song."""
    return "Here is the next one."


@skill.intent("what is playing")
def playing() -> str:
    """Tell the song."""
    return "Nothing is."
'''


class Passage:
    """A sound of which all is told: what is written, and how likely each text is.

    ``alone`` are likelihoods with nothing in mind, where they are others.
    """

    def __init__(
        self,
        written: str,
        hinted: str,
        likely: dict[str, float],
        alone: dict[str, float] | None = None,
    ) -> None:
        self._written, self._hinted, self._likely = written, hinted, likely
        self._alone = likely if alone is None else alone
        self.matched = 0
        self.asked: list[str] = []

    def write(self, hints: Sequence[str] = ()) -> Writing:
        return Writing(self._hinted if hints else self._written, (), -0.5, 0.1)

    def match(self, graph: WordGraph, least: float) -> list[tuple[str, float]]:
        self.matched += 1
        return [("stop the music", -9.0)]

    def likelihoods(self, texts: Sequence[str], hints: Sequence[str] = ()) -> list[float]:
        self.asked += texts
        likely = self._likely if hints else self._alone
        return [likely.get(text.lower().strip("."), -60.0) for text in texts]


class Model:
    name = "told"
    belief = Belief(bias=10.0, word=3.0)

    def __init__(self, passage: Passage | Exception, quiet: Passage | None = None) -> None:
        self.passage = passage
        self.quiet = quiet
        self.heard: list[bytes] = []
        self.go = threading.Event()
        self.go.set()

    def listen(self, sound: bytes) -> Passage:
        self.go.wait(10)
        self.heard.append(sound)
        if isinstance(self.passage, Exception):
            raise self.passage
        return self.quiet if self.quiet is not None and not any(sound) else self.passage


def test_what_was_begun_in_the_silence_is_what_was_said() -> None:
    model = Model(Passage("Stop.", "Stop.", {}))
    second = Second(model)
    second.begin(b"spoken", 6)
    assert second.finish(b"spoken and silence", len(b"spoken")).hypotheses[0].written == "stop"
    assert model.heard == [b"spoken"]
    second.close()


def test_what_goes_on_is_heard_to_its_end() -> None:
    model = Model(Passage("Stop.", "Stop.", {}))
    model.go.clear()
    second = Second(model)
    second.begin(b"half", 4)
    model.go.set()
    second.finish(b"half and more", len(b"half and more"))
    assert model.heard[-1] == b"half and more"
    second.close()


def test_what_is_too_long_for_it_is_left_to_what_heard_it_live() -> None:
    model = Model(Passage("Stop.", "Stop.", {}))
    second = Second(model)
    assert second.finish(b"\0" * 29 * 32_000, 1) is NOTHING
    assert model.heard == []
    second.close()


def test_what_was_dropped_is_not_heard_later() -> None:
    model = Model(Passage("Stop.", "Stop.", {}))
    second = Second(model)
    second.begin(b"a long sentence that was dropped", 32)
    second.drop()
    second.finish(b"a short one", 11)
    assert model.heard[-1] == b"a short one"
    second.close()


def test_the_choice_is_got_ready_in_the_silence_and_gives_the_same() -> None:
    passage = Passage("Stop.", "Stop.", {})
    prepared: queue.Queue[Hearing] = queue.Queue()
    second = Second(Model(passage))
    second.expect(Sayable(prepare=prepared.put))
    second.begin(b"spoken", 6)
    ready = prepared.get(timeout=10)
    again = second.finish(b"spoken and silence", 6)
    assert ready.hypotheses == again.hypotheses
    assert ready.judge is again.judge
    second.close()


def test_nothing_is_got_ready_of_what_is_waited_for() -> None:
    prepared: list[Hearing] = []
    second = Second(Model(Passage("Stop.", "Stop.", {})))
    second.expect(Sayable(prepare=prepared.append))
    second.begin(b"spoken", 6).waited.set()
    second.finish(b"spoken", 6)
    second.expect(Sayable())
    second.finish(b"more", 4)  # what waits in the thread comes before it
    assert prepared == []
    second.close()


def test_a_choice_that_can_t_be_got_ready_is_no_harm() -> None:
    def fail(_hearing: Hearing) -> None:
        raise RuntimeError

    second = Second(Model(Passage("Stop.", "Stop.", {})))
    second.expect(Sayable(prepare=fail))
    second.begin(b"spoken", 6).heard.result(10)
    assert second.finish(b"spoken", 6).hypotheses[0].text == "stop"
    assert second.finish(b"more", 4).hypotheses[0].text == "stop"
    second.close()


def test_a_text_is_judged_once() -> None:
    passage = Passage("Stop.", "Stop.", {})
    second = Second(Model(passage))
    judge = second.finish(b"spoken", 6).judge
    second.close()
    assert judge is not None
    first = judge.likelihoods(["stop", "go", "stop"])
    passage.asked.clear()
    assert judge.likelihoods(["go", "stop"]) == [first[1], first[0]]
    assert passage.asked == []


@pytest.mark.parametrize("error", [RuntimeError("broken"), MemoryError()])
def test_a_model_that_fails_leaves_what_was_heard_once(error: Exception) -> None:
    second = Second(Model(error))
    assert second.finish(b"spoken", 6) is NOTHING
    second.close()


@pytest.mark.parametrize(
    ("written", "hinted", "complete", "matched"),
    [
        ("Stop the music.", "Stop the music.", True, 0),
        ("Stop the music.", "Stop the music.", False, 1),
        ("Stop the mute sick.", "Stop the music.", True, 1),
        ("", "Stop the music.", True, 0),
    ],
)
def test_sentences_are_matched_unless_one_was_heard_both_times(
    written: str, hinted: str, complete: bool, matched: int
) -> None:
    passage = Passage(written, hinted, {})
    second = Second(Model(passage))
    graph = WordGraph(({"stop": 1}, {}), frozenset((1,)))
    second.expect(Sayable(complete=lambda _words: complete, graph=graph, hints=("Stop.",)))
    second.finish(b"spoken", 6)
    assert passage.matched == matched
    second.close()


def heard(
    written: str,
    hinted: str,
    likely: dict[str, float],
    live: str = "",
    *,
    alone: dict[str, float] | None = None,
    usual: dict[str, float] | None = None,
) -> Hearing:
    passage = Passage(written, hinted, likely, alone)
    second = Second(Model(passage, Passage("", "", {}, usual) if usual else None))
    second.expect(Sayable(graph=WordGraph(({},), frozenset((0,))), hints=("Stop the music.",)))
    again = second.finish(b"spoken", 6)
    second.close()
    told = (*again.hypotheses, *((Hypothesis(live, 100.0),) if live else ()))
    return Hearing(told, datetime.now(UTC), judge=again.judge)


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    file = tmp_path_factory.mktemp("lamps") / "lamps.py"
    file.write_text(LAMPS, encoding="utf-8")
    conversation = Conversation().use(file)
    yield conversation
    conversation.close()


def test_the_likeliest_way_is_taken_and_is_as_sure_as_its_witness(say: Conversation) -> None:
    likely = {"stop the music": -4.0, "stop the mute sick": -5.0}
    said = say.assistant.heard(
        heard("Stop the mute sick.", "Stop the music.", likely), say.session.id
    )
    assert said.text == "stop the music"
    assert said.heard == "stop the mute sick"
    assert said.confidence == pytest.approx(Belief(10.0, 3.0).of(-4.0 / 5, 0.1), abs=1e-3)
    assert said.hints == ("Stop the music.",)


def test_a_sentence_that_is_far_from_the_sound_is_not_taken(say: Conversation) -> None:
    likely = {"stop the music": -30.0, "shop for music": -5.0}
    said = say.assistant.heard(heard("Shop for music.", "Stop the music.", likely), say.session.id)
    assert said.text == "shop for music"


@pytest.mark.parametrize(
    ("written", "hinted"),
    [
        ("Don't stop the music.", "Don't stop the music."),
        ("Never stop the music.", "Stop the music."),
        ("If you stop the music.", "Stop the music."),
        ("We are headed.", "Thank you for that."),
    ],
)
def test_no_way_lacks_what_changes_a_request_or_sounds_otherwise(
    say: Conversation, written: str, hinted: str
) -> None:
    likely = {"stop the music": -1.0, "do not stop the music": -1.0}
    said = say.assistant.heard(heard(written, hinted, likely), say.session.id)
    assert said.text != "stop the music"


def test_of_words_that_sound_the_same_the_likelier_are_taken(say: Conversation) -> None:
    likely = {"remind me to": -3.0, "remind me two": -6.0}
    said = say.assistant.heard(heard("Remind me to.", "Remind me to.", likely), say.session.id)
    assert said.text == "remind me to"


@pytest.mark.parametrize(
    ("live", "likely", "taken"),
    [
        ("", {"shop for musing": -5.0, "chop four music": -9.0}, "shop for musing"),
        ("", {"shop for musing": -9.0, "chop four music": -5.0}, "chop four music"),
        (
            "shopping amusing",
            {"shop for musing": -9.0, "shopping amusing": -4.0},
            "shopping amusing",
        ),
        (
            "shopping amusing",
            {"shop for musing": -4.0, "shopping amusing": -4.0},
            "shop for musing",
        ),
    ],
)
def test_of_what_was_heard_freely_the_likeliest_with_nothing_in_mind_is_taken(
    say: Conversation, live: str, likely: dict[str, float], taken: str
) -> None:
    told = heard("Shop for musing.", "Chop four music.", {}, live, alone=likely)
    said = say.assistant.heard(told, say.session.id)
    assert (said.text, said.heard) == (taken, "")


def test_words_of_the_hinted_hearing_are_no_surer_than_what_was_heard_freely(
    say: Conversation,
) -> None:
    alone = {"hey ratchet": -13.0, "hey rashid": -4.0}
    said = say.assistant.heard(
        heard("Hey, Ratchet.", "Hey Rashid.", {}, alone=alone), say.session.id
    )
    assert said.text == "hey rashid"
    assert said.confidence == pytest.approx(Belief(10.0, 3.0).of(-13.0 / 4, 0.1), abs=1e-3)


@pytest.mark.parametrize(
    ("both", "taken"),
    [
        ("Julia, stop the music.", "julia, stop the music"),
        ("Stop the music for Benjamin.", "stop the music for Benjamin"),
        ("Okay, stop the music.", "stop the music"),
        ("Stop the music, thank you.", "stop the music"),
    ],
)
def test_no_way_leaves_out_a_word_that_was_heard(say: Conversation, both: str, taken: str) -> None:
    words = both.lower().translate(str.maketrans("", "", ",."))
    likely = {"stop the music": -5.0, words: -4.0}
    said = say.assistant.heard(heard(both, both, likely), say.session.id)
    assert said.text.removeprefix("okay, ").removesuffix(", thank you") == taken


@pytest.mark.parametrize(
    ("usual", "taken"),
    [
        ({"stop the mute sick": -20.0, "stop the music": -32.0}, "stop the music"),
        ({"stop the mute sick": -32.0, "stop the music": -32.0}, "stop the mute sick"),
    ],
)
def test_words_that_are_not_usual_may_be_less_likely(
    say: Conversation, usual: dict[str, float], taken: str
) -> None:
    likely = {"stop the mute sick": -4.0, "stop the music": -9.0}
    told = heard("Stop the mute sick.", "Stop the mute sick.", likely, usual=usual)
    assert say.assistant.heard(told, say.session.id).text == taken


def test_a_contraction_is_judged_as_it_was_said(say: Conversation) -> None:
    likely = {"what playing": -3.0, "what's playing": -4.0, "what is playing": -30.0}
    told = heard("What playing?", "What's playing?", likely)
    said = say.assistant.heard(told, say.session.id)
    assert said.text.replace("'s", " is") == "what is playing"
    assert said.confidence == pytest.approx(Belief(10.0, 3.0).of(-4.0 / 4, 0.1), abs=1e-3)


def test_ways_that_are_as_likely_are_told_apart_with_nothing_in_mind(say: Conversation) -> None:
    likely = {"stop the music": -4.5, "skip the music": -4.0, "sip the music": -5.0}
    alone = {"stop the music": -4.0, "skip the music": -9.0, "sip the music": -4.0}
    told = heard("Sip the music.", "Skip the music.", likely, alone=alone)
    assert say.assistant.heard(told, say.session.id).text == "stop the music"


def test_nothing_was_said_where_no_words_are_likely(say: Conversation) -> None:
    said = say.assistant.heard(
        heard("Thank you.", "Stop the music.", {}, live="stop"), say.session.id
    )
    assert said.text == ""


def test_what_was_heard_freely_is_taken_as_it_is_written(say: Conversation) -> None:
    likely = {"turn on the tiffany lamp": -3.0}
    said = say.assistant.heard(
        heard("Turn on the Tiffany lamp.", "Turn on.", likely), say.session.id
    )
    assert said.text == "turn on the Tiffany lamp"
    assert said.heard == ""


def test_hints_of_a_skill_come_first_and_are_bounded(say: Conversation) -> None:
    hints = say.assistant.sayable(say.session.id).hints
    assert hints[0] == "Turn on the lamp in the conservatory."
    assert len(" ".join(hints).split()) <= 90
    assert hints == say.assistant.sayable(say.session.id).hints
