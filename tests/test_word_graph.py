"""All that can be said as an automaton, from templates to a model that hears nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import paths
from assistant.errors import SpeechError
from assistant.language.templates import read, sample
from assistant.language.values import Recurrence, slot_type
from assistant.language.words import HAILS
from assistant.measuring.sound.stream import quiet
from assistant.skill.declared import SlotSpec
from assistant.speech.capture.source import FileSource
from assistant.speech.hearing import ears
from assistant.speech.hearing.ears import Ear, Ears
from assistant.speech.models import fst
from assistant.speech.models.layout import FOLDERS
from assistant.speech.models.narrowed import narrow
from assistant.speech.models.vosk import VoskModel
from assistant.speech.recognizer import UNKNOWN, SpeechModel, Wording
from assistant.speech.sound import FRAME_SECONDS
from assistant.testing import Conversation
from assistant.turn import Hearing, Hypothesis, Utterance, Word, WordGraph
from assistant.understanding.spoken.choosing import written
from assistant.understanding.spoken.graph import word_graph
from assistant.understanding.spoken.phrases import ANYTHING, filling, plain, wordings
from assistant.understanding.spoken.plan import Filling, Plan
from tests.speech_material import copy, naming_its_words

CLIP = paths.bundled() / "data" / "speech" / "what-time-is-it.wav"


def graph_of(*templates: str, **fillings: Filling) -> WordGraph:
    """Return the automaton of templates of one intent."""
    plan = Plan([("said", read(each)) for each in templates], {"said": fillings})
    made = word_graph(plan, {"hvac": "age vac"})
    assert made is not None
    return made


def says(graph: WordGraph, sentence: str) -> bool:
    """Tell whether a graph has a sentence, all of it."""
    state: int | None = 0
    for word in sentence.split():
        state = graph.arcs[state].get(word) if state is not None else None
    return state in graph.ends


def test_word_graph_says_sentences_and_nothing_between() -> None:
    """What two templates begin alike is told apart by what follows; no half of one is a whole."""
    graph = graph_of("turn (on|off) [the] light", "turn down the heating")

    for said in ("turn on light", "turn off the light", "turn down the heating"):
        assert says(graph, said)
    for other in ("turn on", "turn down the light", "light", "turn the light", ""):
        assert not says(graph, other)


def test_word_graph_loops_where_a_value_is_spoken() -> None:
    """Words of a typed slot come as many times as one likes, those of a free one unforeseen."""
    count = Filling(words=("two", "twenty"))
    graph = graph_of("roll {count} dice", "note {text}", count=count, text=Filling(anything=True))

    assert says(graph, "roll twenty two dice")
    assert not says(graph, "roll dice")
    assert says(graph, "note [unk] [unk] [unk]")
    assert not says(graph, "note")


@pytest.mark.parametrize(
    "said",
    [
        "what's the time", "what is the time", "please what is the time", "what is the time please",
        "could you open an window", "open a window for me", "set the age vac", "set the hvac",
        "hey set the hvac thanks", "ok so could you please set the hvac for me then please",
        "i'd like you to open a window",
    ],
)  # fmt: skip
def test_word_graph_knows_how_people_say_it(said: str) -> None:
    """Contractions, "a" for "an", politeness and respellings are ways of the same sentence."""
    assert says(graph_of("what is the time", "open a window", "set the hvac"), said)


def test_word_graph_is_open_though_an_example_owns_the_words_around() -> None:
    """No example's own first or last words hinder what may be said around it and others."""
    graph = graph_of(
        "(hey|hello) [there]", "please yourself", "could i go", "for me", "roll dice for luck",
        "roll dice", "what are you", "what's up",
    )  # fmt: skip

    for said in (
        "hey roll dice", "please roll dice", "could you roll dice for me", "hey please yourself",
        "roll dice for luck for me thanks", "hello hey there", "could i go", "what's up",
        "what're you", "hey what's up please",
    ):  # fmt: skip
        assert says(graph, said)
    for other in ("please", "could you", "could you please", "roll dice for", "thanks", "there"):
        assert not says(graph, other)


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


def test_word_graph_of_the_bundled_skills_is_open_around_every_example(say: Conversation) -> None:
    """Whatever skill it is of, and whatever words the examples of others begin with."""
    graph = say.assistant.sayable(say.session.id).graph
    assert graph is not None
    told = sampled(say)
    assert {name for name, _ in told} == set(say.assistant.skills.intents)

    wrapped = [around.format(text) for _, text in told for around in AROUND]
    assert [text for text in wrapped if not says(graph, text)] == []


def test_what_is_said_around_every_example_changes_no_meaning(say: Conversation) -> None:
    """The same intent and the same slots, where no greeting nor any words at all begin it."""

    def meant(text: str) -> tuple[str | None, list[tuple[str, str]]]:
        said = Utterance(written(text.replace(ANYTHING, "milk")), say.clock(), "voice")
        found = say.assistant.understand(said, situation)
        return found.intent, sorted((slot.name, str(slot.value)) for slot in found.slots)

    situation = say.assistant.situation(say.session.id)
    for name, text in sampled(say):
        bare = meant(text)
        if bare[0] != name or text.startswith(ANYTHING) or text.split()[0] in HAILS:
            continue
        for around in ("please {}", "{} thanks", "okay so can you {} for me please"):
            assert meant(around.format(text)) == bare, around.format(text)


def test_word_graph_of_the_bundled_skills_stays_small(say: Conversation) -> None:
    """What is said around is laid once, not beside every example."""
    skills = say.assistant.skills.intents.values()
    fillings = {i.name: {n: filling(spec) for n, spec in i.slots.items()} for i in skills}
    plan = Plan(((i.name, e) for i in skills for e in i.examples), fillings)
    graph = word_graph(plan, {})
    assert graph is not None

    assert len(graph.arcs) < len(plan.kinds)
    assert sum(map(len, graph.arcs)) < 150_000


NOISE = (
    "please", "could you", "so well then", "thanks please for me five", "seven", "seven eight",
    "a and a", "the hundred and", "could you seven please", "milk", "five miles", "please the of",
    "divided by", "seven times", "for me please",
)  # fmt: skip


def test_word_graph_of_the_bundled_skills_makes_nothing_of_noise(say: Conversation) -> None:
    """What is said around, numbers and operations by themselves are no sentence."""
    graph = say.assistant.sayable(say.session.id).graph
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


def test_word_graph_of_the_bundled_skills_has_sums_and_quantities(say: Conversation) -> None:
    """Their words follow one another as they are said, and are understood."""
    graph = say.assistant.sayable(say.session.id).graph
    assert graph is not None
    assert [said for said in SUMS if not says(graph, said)] == []
    assert {say(said).outcome for said in SUMS} == {"answered"}


def test_word_graph_loops_through_what_recurs() -> None:
    """A skill may ask how often."""
    when = filling(SlotSpec("when", Recurrence, slot_type(Recurrence), True, ""))
    graph = graph_of("water the plants {when}", when=when)

    for said in ("every other day at seven", "daily", "mondays and thursdays", "every weekday"):
        assert says(graph, f"please water the plants {said} thanks")
    assert not says(graph, "water the plants seven")


def test_word_graph_of_nothing_is_none() -> None:
    """Where nothing can be said there is nothing to listen for."""
    assert word_graph(Plan(), {}) is None
    assert word_graph(Plan([("sum", read("{a} + {b}"))]), {}) is None


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


def test_fst_is_written_as_it_is_read(tmp_path: Path) -> None:
    """The header, and a state for each of the graph's, in the order of the words' numbers."""
    states = [fst.State([fst.Arc(7, 1.5, 1), fst.Arc(3, 0.5, 0)], None), fst.State([], 0.25)]
    path = tmp_path / "Gr.fst"
    fst.write(path, states)

    assert fst.is_whole(path)
    assert fst.words(path) == {}
    body = path.read_bytes()
    assert body.index((3).to_bytes(4, "little") * 2) < body.index((7).to_bytes(4, "little") * 2)
    # The arcs, two states, and a header of five numbers of 4 bytes, five of 8 and two names.
    assert len(body) == 2 * 16 + 2 * 12 + 5 * 4 + 4 * 8 + len("vectorstandard")


def toy(folder: Path) -> Path:
    """Write what looks like a model that knows three words."""
    for name in ("am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst", "rescore/G.carpa"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"whatever")
    (folder / "conf").mkdir()
    (folder / FOLDERS.options[0]).write_text("--beam=13.0\n--max-active=7000\n")
    (folder / "graph/words.txt").write_text("<eps> 0\nturn 1\non 2\n[unk] 3\n")
    return folder


def test_narrowed_model_is_the_old_one_but_for_its_words(tmp_path: Path) -> None:
    """What it hears is shared, what would bring other sentences back left out."""
    into = tmp_path / "narrow"
    narrow(toy(tmp_path / "model"), graph_of("turn on [the] lamp"), into)

    assert (into / "am/final.mdl").read_bytes() == b"whatever"
    assert not (into / "rescore").exists()
    options = (into / "conf/model.conf").read_text().splitlines()
    assert options[:2] == ["--beam=13.0", "--max-active=1500"]
    assert "--endpoint.rule2.min-trailing-silence=1000" in options
    assert (into / "graph/words.txt").read_text().splitlines()[1:] == ["turn 1", "on 2", "[unk] 3"]
    assert (tmp_path / "model/graph/Gr.fst").read_bytes() == b"whatever"
    assert (tmp_path / "model/conf/model.conf").read_text().endswith("7000\n")


def test_narrowed_model_is_a_copy_where_links_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows gives links to administrators only."""

    def refuse(*_: object) -> None:
        raise OSError("a required privilege is not held")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    narrow(toy(tmp_path / "model"), graph_of("turn on"), tmp_path / "narrow")

    assert not (tmp_path / "narrow/am/final.mdl").is_symlink()
    assert (tmp_path / "narrow/am/final.mdl").read_bytes() == b"whatever"


def test_narrowed_model_needs_a_graph_in_two_parts_and_a_known_word(tmp_path: Path) -> None:
    """One sentence; a decoder without a way to go would end the process."""
    folder = toy(tmp_path / "model")
    (folder / "graph/words.txt").write_text("<eps> 0\nhello 1\n")
    with pytest.raises(SpeechError, match="knows none of the skills' words"):
        narrow(folder, graph_of("turn on"), tmp_path / "one")

    (folder / "graph/HCLG.fst").write_bytes(b"whatever")
    with pytest.raises(SpeechError, match="can't be limited"):
        narrow(folder, graph_of("turn on"), tmp_path / "two")


def hear(model: SpeechModel, graph: WordGraph) -> Hearing:
    """Return what ears hear in the clip of this repository."""
    hearing = Ears(model, (), graph)
    for frame in FileSource(CLIP).frames():
        hearing.accept(frame)
    return hearing.finish(datetime.now(UTC))


def test_exact_ear_hears_a_sentence_or_nothing(speech_model: Path) -> None:
    """By the real recognizer: the sentence where it can be said, no other made of its words."""
    model = VoskModel(speech_model)
    heard = hear(model, graph_of("what time is it", "what is it [now]", "when is it time"))
    told = [h for h in heard.hypotheses if h.ear == "exact"]
    assert told[0].text == "what time is it"
    assert told[0].confidence > 0.5

    graph = graph_of("time what it is", "turn the light off", "what is the weather [like]")
    ear = Ear(model.narrowed(graph), 20)
    for frame in FileSource(CLIP).frames():
        ear.accept(frame)
    for each in ear.finish():
        assert says(graph, each.text) or set(each.text.split()) == {UNKNOWN}


def test_exact_ear_hears_a_sentence_through_a_pause(speech_model: Path) -> None:
    """Where a model's own rules cut one, the halves would have to be sentences."""
    frames = list(FileSource(CLIP).frames())
    model = VoskModel(speech_model)
    ear = Ear(model.narrowed(graph_of("what time is it", "what is that")), 20)
    second = hear(model, graph_of("what time is it")).words[1]
    middle = round(second.end / FRAME_SECONDS)
    for frame in [*frames[:middle], *quiet(2.0), *frames[middle:]]:
        ear.accept(frame)

    assert ear.finish()[0].text == "what time is it"


def test_exact_ear_hears_with_a_model_that_lists_no_words(
    speech_model: Path, tmp_path: Path
) -> None:
    """The small published models name their words in the graph."""
    model = VoskModel(naming_its_words(speech_model, tmp_path / "model"))
    heard = hear(model, graph_of("what time is it", "is it time"))

    assert next(h.text for h in heard.hypotheses if h.ear == "exact") == "what time is it"


def test_exact_ear_gives_way_where_the_model_cannot_be_narrowed(
    speech_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others hear on, and the log tells why."""
    told: list[str] = []
    monkeypatch.setattr(ears.log, "warning", lambda text, *_: told.append(text))
    folder = copy(speech_model, tmp_path / "model")
    model = VoskModel(folder)
    (folder / "graph" / "words.txt").write_text("cut off")
    heard = hear(model, graph_of("what time is it"))

    assert {h.ear for h in heard.hypotheses} == {"open"}
    assert told == ["hearing without the exact ear: %s"]


def test_no_word_lasts_for_seconds() -> None:
    """What the ears take noise for is dropped; an unknown word may be many."""
    said = [("stop", 0.0, 4.6), (UNKNOWN, 0.0, 3.0), ("it", 3.0, 3.2)]
    heard = ears._since(0.0, Wording(tuple(Word(*each) for each in said), 1.0))
    assert heard.text == f"{UNKNOWN} it"


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


def test_exact_ear_is_believed_where_the_open_one_may_have_heard_it(say: Conversation) -> None:
    """Near in score it is taken, by its own confidence; far below or above it is not."""
    said, garbled = "roll two dice", "all too nice people"

    text, sure = chosen(say, open=(garbled, 100.0), exact=(said, 101.0))
    assert text == said
    assert sure == pytest.approx(0.5, abs=0.02)
    assert chosen(say, open=(garbled, 130.0), exact=(said, 101.0))[0] == garbled
    assert chosen(say, open=(garbled, 80.0), exact=(said, 101.0))[0] == garbled


def test_exact_ear_does_not_overrule_an_open_one_that_is_certain(say: Conversation) -> None:
    """ "How old are you" is no badly heard "how are you"."""
    asked = {"open": ("how old are you", 100.0), "exact": ("how are you", 101.0)}

    assert chosen(say, 0.8, **asked)[0] == "how are you"
    assert chosen(say, 0.96, **asked)[0] == "how old are you"


def test_exact_ear_alone_heard_nothing(say: Conversation) -> None:
    """It has only sentences to hear; noise without a word for the open ear is no sentence."""
    assert chosen(say, exact=("roll two dice", 100.0))[0] == ""
