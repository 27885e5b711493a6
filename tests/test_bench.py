"""What `assistant bench` makes of what it measures; no test depends on a machine's speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from assistant.commands.bench import bench
from assistant.measuring.engines import export, floor, libraries, report, rounds
from assistant.measuring.engines.cases import BATCHES, CASES, SINGLE, ids_of, lengths_of
from assistant.measuring.engines.ratios import (
    paired,
    ratios_of,
    table,
    target_of,
    targets_of,
    verdict,
)
from assistant.measuring.engines.rounds import Row, Timings, Worker, WorkerError, measure
from assistant.measuring.engines.runners import padded
from assistant.measuring.engines.spent import Spent
from assistant.measuring.goals import RATIOS
from assistant.measuring.product import Figure


def timings() -> Timings:
    """Return made-up seconds: ours is three times as fast as the one rival."""
    found = Timings(2)
    found.seconds = {
        "distilbert": {"16": [0.001, 0.002, 0.001], "batch32": [0.01, 0.01, 0.01]},
        "squeezebert": {"16": [0.0005, 0.001, 0.0005]},
        "both": {"16": [0.0015, 0.003, 0.0015]},
        "floor": {"16": [0.0005, 0.001, 0.0008]},
        "ort_int8": {"16": [0.003, 0.006, 0.004], "batch32": [0.05, 0.04, 0.06]},
    }
    found.skipped = {"torch": "needs torch"}
    return found


def test_bench_sentences_are_the_same_in_every_process() -> None:
    code = "from assistant.measuring.engines.cases import ids_of; print(ids_of('batch32'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str(ids_of("batch32"))


@pytest.mark.parametrize("case", CASES)
def test_bench_sentences_have_marks_and_the_lengths_that_are_told(case: str) -> None:
    batch, lengths = ids_of(case), lengths_of(case)

    assert [len(each) for each in batch] == lengths == sorted(lengths)
    assert all(each[0] == 101 and each[-1] == 102 for each in batch)
    assert len(batch) == (1 if case in SINGLE else int(case.removeprefix("batch")))


def test_bench_batches_are_ragged_like_commands() -> None:
    for case in BATCHES:
        lengths = lengths_of(case)
        assert len(set(lengths)) > 3
        assert set(lengths) <= {*range(4, 25), 40}
    assert max(lengths_of("batch128")) == 40


def test_bench_pads_and_masks_what_others_are_given() -> None:
    ids, mask = padded([[101, 5, 102], [101, 102]])

    assert ids.tolist() == [[101, 5, 102], [101, 102, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 1, 0]]


def test_bench_ratio_is_the_median_of_the_rounds_own() -> None:
    assert paired([1, 2, 9], [2, 2, 3]) == 1
    assert paired([], []) is None
    assert paired([1], []) is None


def test_bench_ratios_of_sentences_are_of_times_and_of_batches_of_tokens_a_second() -> None:
    ratios = ratios_of(timings())

    assert ratios["distilbert_16_vs_ort_int8"] == pytest.approx(1 / 3)
    assert ratios["distilbert_16_vs_floor"] == pytest.approx(2)
    assert ratios["batch32_vs_ort_int8"] == pytest.approx(5)
    assert ratios["squeezebert_16_vs_distilbert"] == pytest.approx(0.5)
    assert ratios["both_16_vs_ort_int8"] == pytest.approx(0.5)
    assert not [name for name in ratios if name.endswith("_vs_torch")]


def test_bench_names_every_ratio_that_has_a_target() -> None:
    found = Timings(1)
    names = [row.name for row in rounds.ROWS]
    found.seconds = {name: {case: [1.0] for case in CASES} for name in names}

    assert set(RATIOS) <= set(ratios_of(found))
    assert set(targets_of(ratios_of(found, "_one_thread"))) == {f"{t}_one_thread" for t in RATIOS}


def test_bench_asks_the_same_of_one_thread_as_of_all() -> None:
    for name, goal in RATIOS.items():
        assert target_of(name) is target_of(f"{name}_one_thread") is goal


def test_bench_asks_no_more_of_a_machine_than_it_can_multiply() -> None:
    name, alone = "distilbert_64_vs_ort_int8", "distilbert_64_vs_multiply"

    assert verdict(name, {name: 0.8, alone: 1.5}) == "beyond this CPU"  # 0.53 at the very best
    assert verdict(name, {name: 0.8, alone: 2.1}) == "NOT REACHED"
    assert verdict(name, {name: 0.4, alone: 1}) == "reached"
    batch = "batch32_vs_ort_int8"
    assert verdict(batch, {batch: 3, "batch32_vs_multiply": 0.8}) == "beyond this CPU"
    assert verdict(batch, {batch: 3, "batch32_vs_multiply": 0.5}) == "NOT REACHED"


def test_bench_holds_a_sparse_encoder_against_what_it_keeps() -> None:
    name, kept = "distilbert_64_vs_ort_int8", "distilbert_64_vs_multiply_kept"

    dense = {name: 0.8, "distilbert_64_vs_multiply": 1}  # alone it would be all of the time
    assert verdict(name, dense) == "beyond this CPU"
    assert verdict(name, dense | {kept: 2.1}) == "NOT REACHED"
    assert verdict("distilbert_4_vs_ort", {"distilbert_4_vs_ort": 0.5}) == ""


def test_bench_squeezebert_is_held_against_its_own_rivals() -> None:
    found = Timings(1)
    found.seconds = {
        "squeezebert": {"16": [1.0], "batch32": [1.0]},
        "squeezebert_floor": {"16": [0.5]},
        "squeezebert_ort_int8": {"16": [4.0], "batch32": [3.0]},
        "ort_int8": {"16": [100.0], "batch32": [100.0]},
    }

    assert ratios_of(found) == {
        "squeezebert_16_vs_floor": 2,
        "squeezebert_16_vs_ort_int8": 0.25,
        "squeezebert_batch32_vs_ort_int8": 3,
    }
    assert "vs multiply" not in "\n".join(table(found, ratios_of(found)))


def test_bench_table_tells_times_ratios_targets_and_who_was_left_out() -> None:
    text = "\n".join(table(timings(), ratios_of(timings())))

    assert "2 threads" in text
    assert "16 tokens, ms" in text
    assert "batch32, tokens/s" in text
    assert "batch8" not in text
    assert "torch was left out: needs torch" in text
    assert "≤ 0.3    NOT REACHED" in text  # a third of the rival's time
    assert "≤ 0.5    reached" in text


@pytest.mark.parametrize("threads", [1, 2])
def test_bench_floor_reads_every_byte(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor, "_native", lambda: None)
    buffer = np.zeros(10_001, np.int8)
    buffer[-1] = 100

    assert all(plan() == 100 for plan in floor._plans(buffer, threads))
    assert floor.floor(buffer, threads)() == 100


def test_bench_floor_takes_the_engines_own_reading_where_it_is_quickest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(floor, "_native", lambda: lambda buffer, threads: "own")
    monkeypatch.setattr(floor, "_quickest", lambda plan: plan() != "own")

    assert floor.floor(np.zeros(7, np.int8), 3)() == "own"


def test_bench_says_which_package_is_missing() -> None:
    with pytest.raises(libraries.SkipError, match=r"needs nowhere: pip install .*\[bench\]"):
        libraries.library("nowhere.at_all")


@pytest.mark.model
def test_bench_worker_answers_each_request_with_a_time() -> None:
    with Worker("numpy", "distilbert", 1) as worker:
        worker.ready()

        assert worker.time("4", 1) > 0
        assert worker.time("8", 2) > 0


def test_bench_worker_that_cannot_start_says_why() -> None:
    with Worker("nothing", "distilbert", 1) as worker, pytest.raises(WorkerError, match="nothing"):
        worker.ready()


@pytest.mark.model
def test_bench_rounds_leave_out_what_cannot_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(rounds, "MOST", 1)
    monkeypatch.setattr(rounds, "export", lambda _architecture: "needs torch")
    rows = (
        Row("distilbert", "numpy"),
        Row("floor", "floor"),
        Row("odd", "odd"),
        Row("ort_int8", "ort_int8"),
    )

    found = measure(rows, ["4"], 2, 1, lambda _line: None)

    assert [len(found.of(name, "4")) for name in ("distilbert", "floor", "odd")] == [2, 2, 0]
    assert found.skipped["odd"] == "'odd'"
    assert found.skipped["ort_int8"].startswith(("the export needs torch", "needs onnxruntime"))
    assert ratios_of(found)["distilbert_4_vs_floor"] > 0


def test_bench_export_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "place", lambda _folder: tmp_path)
    for form in export.FORMS:
        (tmp_path / f"{form}.onnx").touch()

    export.export(tmp_path / "there is nothing to export")


def test_bench_keeps_json_and_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "measure", lambda *_: timings())
    monkeypatch.setattr(report, "spent", lambda: Spent({}, {"energy": "no counter"}))

    done = CliRunner().invoke(bench, ["--quick", "--json", "--out", str(tmp_path / "new")])

    assert done.exit_code == 0, done.output
    kept = json.loads((tmp_path / "new" / "bench.json").read_text(encoding="utf-8"))
    assert kept == json.loads(done.stdout)
    assert kept["ratios"]["distilbert_16_vs_ort_int8"] == pytest.approx(1 / 3)
    assert kept["targets"]["both_16_vs_ort_int8"] == {"target": "≤ 0.5", "verdict": "reached"}
    assert kept["engines"][0]["skipped"] == {"torch": "needs torch"}
    assert kept["spent"]["untold"] == {"energy": "no counter"}
    assert kept["machine"]["cores"] >= 1
    assert (tmp_path / "new" / "bench.png").read_bytes().startswith(b"\x89PNG")


def test_bench_figure_without_a_limit_is_well() -> None:
    assert Figure(9, "ms", None, "").well
    assert not Figure(9, "ms", 8, "").well
