"""The automaton of the bundled skills: what can be said, and which ear is believed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pytest

from assistant.language.templates import sample
from assistant.language.words import HAILS
from assistant.testing import Conversation
from assistant.turn import Utterance
from assistant.turn.hearing import Hearing, Hypothesis
from assistant.understanding.spoken.choosing import written
from assistant.understanding.spoken.graph import word_graph
from assistant.understanding.spoken.phrases import ANYTHING, filling, plain, wordings
from assistant.understanding.spoken.plan import Plan
from tests.test_word_graph import says


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    """Return a talk in which nothing is said that is kept; its graph is made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_HOME", str(tmp_path_factory.mktemp("home")))
        talk = Conversation()
        yield talk
        talk.close()


def sampled(say: Conversation) -> list[tuple[str, str]]:
    """Return sentences of every example of the bundled skills, each with its intent."""
    return [
        (name, said)
        for name, intent in say.assistant.skills.intents.items()
        for example in intent.examples
        for each in sample(example, wordings(intent, ()), limit=2, seed=1)
        if (said := plain(each.text))
    ]


AROUND = (
    "{}", "please {}", "hey {}", "could you {}", "{} please", "hey could you please {} thanks",
    "okay so can you {} for me please", "i'd like you to {} then",
)  # fmt: skip


def test_word_graph_of_the_bundled_skills_is_open_around_every_example(
    bundled: Conversation,
) -> None:
    """Whatever skill it is of, and whatever words the examples of others begin with."""
    graph = bundled.assistant.sayable(bundled.session.id).graph
    assert graph is not None
    told = sampled(bundled)
    assert {name for name, _ in told} == set(bundled.assistant.skills.intents)

    wrapped = [around.format(text) for _, text in told for around in AROUND]
    assert [text for text in wrapped if not says(graph, text)] == []


def test_what_is_said_around_every_example_changes_no_meaning(bundled: Conversation) -> None:
    """The same intent and the same slots, where no greeting nor any words at all begin it."""

    def meant(text: str) -> tuple[str | None, list[tuple[str, str]]]:
        said = Utterance(written(text.replace(ANYTHING, "milk")), bundled.clock(), "voice")
        found = bundled.assistant.understand(said, situation)
        return found.intent, sorted((slot.name, str(slot.value)) for slot in found.slots)

    situation = bundled.assistant.situation(bundled.session.id)
    arounds = cycle(("please {}", "{} thanks", "okay so can you {} for me please"))
    for name, text in sampled(bundled):
        bare = meant(text)
        if bare[0] != name or text.startswith(ANYTHING) or text.split()[0] in HAILS:
            continue
        wrapped = next(arounds).format(text)
        assert meant(wrapped) == bare, wrapped


def test_word_graph_of_the_bundled_skills_stays_small(bundled: Conversation) -> None:
    """What is said around is laid once, not beside every example."""
    skills = bundled.assistant.skills.intents.values()
    fillings = {i.name: {n: filling(spec) for n, spec in i.slots.items()} for i in skills}
    plan = Plan(((i.name, e) for i in skills for e in i.examples), fillings)
    graph = word_graph(plan, {})
    assert graph is not None

    assert len(graph.arcs) < len(plan.kinds)
    assert sum(map(len, graph.arcs)) < 250_000


NOISE = (
    "please", "could you", "so well then", "thanks please for me five", "seven", "seven eight",
    "a and a", "the hundred and", "could you seven please", "milk", "five miles", "please the of",
    "divided by", "seven times", "for me please",
)  # fmt: skip


def test_word_graph_of_the_bundled_skills_makes_nothing_of_noise(bundled: Conversation) -> None:
    """What is said around, numbers and operations by themselves are no sentence."""
    graph = bundled.assistant.sayable(bundled.session.id).graph
    assert graph is not None
    assert [noise for noise in NOISE if says(graph, noise)] == []


SUMS = (
    "what is seven times eight", "seven plus eight", "what's fifteen percent of eighty",
    "please tell me the square root of two", "how much is twelve divided by five thanks",
    "add three and four", "what is five squared", "half of ninety",
    "convert five feet ten inches to centimetres", "how many feet are there in a mile",
    "hey what's ten miles per hour in kilometres per hour",
    "could you convert twenty degrees celsius to fahrenheit please",
)  # fmt: skip


def test_word_graph_of_the_bundled_skills_has_sums_and_quantities(bundled: Conversation) -> None:
    """Their words follow one another as they are said, and are understood."""
    graph = bundled.assistant.sayable(bundled.session.id).graph
    assert graph is not None
    assert [said for said in SUMS if not says(graph, said)] == []
    assert {bundled(said).outcome for said in SUMS} == {"answered"}


def test_word_graph_of_the_installed_skills_is_made_again_for_new_names(say: Conversation) -> None:
    """It stays the same one from turn to turn, until there is another name to listen for."""
    before = say.assistant.sayable(say.session.id).graph
    assert before is not None
    assert says(before, "what time is it")
    assert not says(before, "what is on my camping gear list")
    say("roll two dice")
    assert say.assistant.sayable(say.session.id).graph is before

    say("create a list called camping gear")
    after = say.assistant.sayable(say.session.id).graph
    assert after is not None
    assert says(after, "what is on my camping gear list")


def chosen(say: Conversation, sure: float = 0.8, **scores: tuple[str, float]) -> tuple[str, float]:
    """Return what is taken of one hypothesis of each ear, and how surely.

    The open ear is ``sure``, the exact one half.
    """
    told = tuple(
        Hypothesis(text, score, ear, 0.5 if ear == "exact" else sure)  # type: ignore[arg-type]
        for ear, (text, score) in scores.items()
    )
    utterance = say.assistant.heard(Hearing(told, say.clock(), (), 1.0), say.session.id)
    return utterance.text, utterance.confidence


def test_exact_ear_is_believed_where_the_open_one_may_have_heard_it(bundled: Conversation) -> None:
    """Near in score it is taken, by its own confidence; far below or above it is not."""
    said, garbled = "roll two dice", "all too nice people"

    text, sure = chosen(bundled, open=(garbled, 100.0), exact=(said, 101.0))
    assert text == said
    assert sure == pytest.approx(0.5, abs=0.02)
    assert chosen(bundled, open=(garbled, 130.0), exact=(said, 101.0))[0] == garbled
    assert chosen(bundled, open=(garbled, 80.0), exact=(said, 101.0))[0] == garbled


def test_exact_ear_does_not_overrule_an_open_one_that_is_certain(bundled: Conversation) -> None:
    """ "How old are you" is no badly heard "how are you"."""
    asked = {"open": ("how old are you", 100.0), "exact": ("how are you", 101.0)}

    assert chosen(bundled, 0.8, **asked)[0] == "how are you"
    assert chosen(bundled, 0.96, **asked)[0] == "how old are you"


def test_exact_ear_alone_heard_nothing(bundled: Conversation) -> None:
    """It has only sentences to hear; noise without a word for the open ear is no sentence."""
    assert chosen(bundled, exact=("roll two dice", 100.0))[0] == ""
