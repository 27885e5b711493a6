"""A listener that goes on while what it listens with is chosen anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant import paths
from assistant.speech.events import Changed, Event, Heard, Notice
from assistant.speech.hearing.listener import Listener
from assistant.speech.hearing.options import Options
from assistant.speech.hearing.seconds import Seconds
from assistant.speech.models.vosk import VoskModel
from assistant.speech.second import Belief
from assistant.speech.sound import FRAME_SECONDS, SAMPLES, Frame
from tests.test_again import Model, Passage

CLIP = paths.bundled() / "data" / "speech" / "what-time-is-it.wav"


class Named(Model):
    """A second hearing that writes its name."""

    belief = Belief(bias=10.0)

    def __init__(self, name: str) -> None:
        super().__init__(Passage(f"{name}.", f"{name}.", {}))


def test_another_second_hearing_is_loaded_while_the_old_one_hears() -> None:
    opens, loads = threading.Event(), threading.Event()

    def late() -> Named:
        loads.set()
        assert opens.wait(60)
        return Named("new")

    seconds = Seconds(lambda: Named("old"))
    seconds.load()
    old = seconds.now
    seconds.change(late)
    assert loads.wait(60)
    assert seconds.now is old is not None
    opens.set()
    wait_for(lambda: seconds.now is not old)
    assert seconds.now is not None
    assert seconds.now.finish(b"sound", 5).hypotheses[0].text == "new"
    seconds.change(lambda: None)
    wait_for(lambda: seconds.now is None)
    seconds.close()


def test_of_two_changes_the_later_one_holds_though_it_is_loaded_first() -> None:
    goes = threading.Event()
    done = threading.Event()

    def slow() -> Named:
        assert goes.wait(60)
        done.set()
        return Named("slow")

    seconds = Seconds(lambda: None)
    seconds.load()
    seconds.change(slow)
    seconds.change(lambda: Named("quick"))
    wait_for(lambda: seconds.now is not None)
    quick = seconds.now
    goes.set()
    assert done.wait(60)
    for thread in threading.enumerate():
        if thread.name == "loading":
            thread.join(60)
    assert seconds.now is quick
    seconds.close()


def test_one_that_can_not_be_loaded_leaves_what_hears() -> None:
    def fails() -> Named:
        raise MemoryError

    seconds = Seconds(lambda: Named("old"))
    seconds.load()
    old = seconds.now
    seconds.change(fails)
    for thread in threading.enumerate():
        if thread.name == "loading":
            thread.join(60)
    assert seconds.now is old
    seconds.close()


def wait_for(true: Callable[[], object]) -> None:
    """Wait for something to become true; it must within a minute."""
    pause = threading.Event()
    for _ in range(6_000):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come")


class Steps:
    """A source of sound between whose parts something is done."""

    name = "steps"
    live = False
    lost = 0

    def __init__(self, *steps: Sequence[Frame] | Callable[[], object]) -> None:
        self._steps = steps

    def frames(self) -> Iterator[Frame]:
        for step in self._steps:
            if callable(step):
                step()
            else:
                yield from step

    def close(self) -> None:
        pass


def spoken(path: Path = CLIP) -> list[Frame]:
    """Return a sentence, and the silence of those who have finished."""
    from assistant.speech.capture.source import FileSource

    return [*FileSource(path).frames(), *silence(3.0)]


def silence(seconds: float) -> list[Frame]:
    return [bytes(2 * SAMPLES)] * round(seconds / FRAME_SECONDS)


def test_a_listener_follows_from_one_sentence_to_the_next(speech_model: Path) -> None:
    """Another second hearing, patience and wake word, with one source and one model."""
    model = VoskModel(speech_model)
    events: list[Event] = []
    opened_models: list[str] = []

    def opens(name: str) -> Named:
        opened_models.append(name)
        return Named(name)

    def another() -> None:
        listener.change(Options(patience=0.5), lambda: opens("second"))
        wait_for(lambda: listener._seconds.now is not None and len(opened_models) == 2)
        before = listener._seconds.now
        wait_for(lambda: listener._seconds.now is before)

    source = Steps(
        spoken(),
        another,
        spoken(),
        lambda: listener.change(Options(wake_word="hey computer")),
        spoken(),
        lambda: listener.change(Options(wake_word="hey qwertz")),
        silence(0.2),
        lambda: listener.change(Options()),
        spoken(),
    )
    listener = Listener(
        lambda: source, lambda: model, events.append, Options(), lambda: opens("first")
    )
    listener.start("hands_free")
    thread = listener._thread
    assert thread is not None
    thread.join(120)
    told = [e.hearing.hypotheses[0].text for e in events if isinstance(e, Heard)]
    ended = [e.hearing.ended for e in events if isinstance(e, Heard)]
    assert told == ["first", "second", "second"]
    assert opened_models == ["first", "second"]
    assert ended[0] == ended[2] != ended[1]
    assert [e.state for e in events if isinstance(e, Changed)].count("asleep") == 1
    assert sum("qwertz" in e.text for e in events if isinstance(e, Notice)) == 1
    listener.close()
