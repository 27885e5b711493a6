"""Whole turns against ONNX Runtime's DistilBERT alone, at as many tokens as each turn has."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from assistant.engine import native
from assistant.measuring.engines.rounds import REST, Worker, WorkerError, export
from assistant.measuring.product import Figure, assembled, empty_home
from assistant.measuring.turns import CALM, ninety_five, since

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant

RIVAL, ARCHITECTURE = "ort_int8", "distilbert"

REPEATS = 5
"""Runs of the other engine whose median stands beside a turn."""

MARKS = 2
"""Tokens around those of a sentence."""


def turns_against(rounds: int) -> dict[str, Figure]:
    """Time a warm assistant's turns that change nothing, in turn with the other engine."""
    names = [f"turn_{part}_vs_{RIVAL}" for part in ("p50", "p95")]
    try:
        reason = export(ARCHITECTURE)
        if reason:
            raise WorkerError(reason)
        with Worker(RIVAL, ARCHITECTURE, native.threads()) as worker:
            worker.ready()
            pairs = _pairs(worker, rounds)
    except WorkerError as error:
        return {name: Figure(None, "×", None, f"not measured: {error}") for name in names}
    ratios = [turn / other for turn, other in pairs]
    turns, others = zip(*pairs, strict=True)
    detail = (
        f"a turn {statistics.median(turns):.2f} ms, p95 {ninety_five(turns):.2f}, of {len(turns)}; "
        f"its DistilBERT {statistics.median(others):.2f}"
    )
    values = (statistics.median(ratios), ninety_five(ratios))
    return {
        name: Figure(value, "×", None, detail) for name, value in zip(names, values, strict=True)
    }


def _pairs(worker: Worker, rounds: int) -> list[tuple[float, float]]:
    """Return the milliseconds of each turn, and of the other engine for the same sentence.

    In every round each has all sentences one after another, so that both are warm.
    """
    with empty_home(), assembled() as assistant:
        assistant.warm()
        cases = {sentence: _tokens(assistant, sentence) for sentence in CALM}
        for sentence, case in cases.items():  # what is learnt or made room for once
            _turn(assistant, sentence)
            worker.time(case, 1)
        pairs: list[tuple[float, float]] = []
        for _ in range(rounds):
            turns = [_turn(assistant, sentence) for sentence in cases]
            others = [worker.time(case, REPEATS) * 1000 for case in cases.values()]
            time.sleep(REST)  # until its threads have stopped spinning
            pairs += zip(turns, others, strict=True)
        return pairs


def _turn(assistant: Assistant, sentence: str) -> float:
    """Return the milliseconds of a turn in a session of its own."""
    from assistant.turn import Utterance

    session = assistant.open_session()
    start = time.perf_counter()
    assistant.respond(Utterance(sentence, assistant.clock.now()), session.id)
    return since(start)


def _tokens(assistant: Assistant, sentence: str) -> str:
    """Return how many tokens a sentence has, as the name of a case."""
    encoder = assistant._model._encoder
    assert encoder is not None
    return str(len(encoder.tokens([sentence])[0].vectors) + MARKS)
