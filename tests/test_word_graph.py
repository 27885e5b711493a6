"""All that can be said as an automaton, from templates to a model that hears nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import paths
from assistant.errors import SpeechError
from assistant.language.templates import read
from assistant.language.values import Recurrence, slot_type
from assistant.measuring.sound.stream import quiet
from assistant.skill.slots import SlotSpec
from assistant.speech.capture.source import FileSource
from assistant.speech.hearing import ears
from assistant.speech.hearing.ears import Ear, Ears
from assistant.speech.models import fst
from assistant.speech.models.layout import FOLDERS
from assistant.speech.models.narrowed import narrow
from assistant.speech.models.vosk import VoskModel
from assistant.speech.recognizer import UNKNOWN, SpeechModel, Wording
from assistant.speech.sound import FRAME_SECONDS
from assistant.turn.hearing import Hearing, Word, WordGraph
from assistant.understanding.spoken.graph import word_graph
from assistant.understanding.spoken.phrases import filling
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


def test_fst_is_written_as_it_is_read(tmp_path: Path) -> None:
    """The header, and a state for each of the graph's, in the order of the words' numbers."""
    states = [fst.State([fst.Arc(7, 1.5, 1), fst.Arc(3, 0.5, 0)], None), fst.State([], 0.25)]
    path = tmp_path / "Gr.fst"
    fst.write(path, states)

    assert fst.is_whole(path)
    assert fst.words(path) == {}
    body = path.read_bytes()
    assert body.index((3).to_bytes(4, "little") * 2) < body.index((7).to_bytes(4, "little") * 2)
    # The arcs, two states, and a header of five numbers of 4 bytes, four of 8 and two names.
    assert len(body) == 2 * 16 + 2 * 20 + 5 * 4 + 4 * 8 + len("conststandard")
    assert fst.largest_output(path) == 7
    path.write_bytes(body[:-1])
    assert not fst.is_whole(path)


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
