"""The machine is named, and what it does not tell of itself is said in a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.measuring.engines import counters, machine, spent
from assistant.measuring.engines.counters import UntoldError, counted, microjoules
from assistant.measuring.engines.rounds import Worker, WorkerError
from assistant.measuring.engines.spent import Spent
from assistant.measuring.product import Figure, compiled_once, empty_home, held, models_size

TASK_CLOCK = (1, 1)
"""PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK: nanoseconds, which need no hardware."""

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")

AMD = """processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 17
model name\t: AMD EPYC
stepping\t: 1
flags\t\t: fpu avx2 avx512f avx512_vnni

processor\t: 1
model name\t: another
"""

ARM = """processor\t: 0
Features\t: fp asimd asimddp i8mm
CPU implementer\t: 0x41
CPU part\t: 0xd40
"""


def test_machine_is_named_with_the_numbers_that_tell_it_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "cpuinfo"
    monkeypatch.setattr(machine, "CPUINFO", told)

    told.write_text(AMD, encoding="utf-8")
    found = machine.machine()
    assert found["cpu"] == "AMD EPYC (family 25, model 17, stepping 1)"
    assert found["flags"] == ["avx2", "avx512f", "avx512_vnni"]
    assert f"kernel {found['kernel']}" in machine.line(found)
    told.write_text(ARM, encoding="utf-8")
    assert machine.machine()["flags"] == ["asimddp", "i8mm"]
    assert "part 0xd40" in machine.machine()["cpu"]
    told.unlink()
    assert "no flags told" in machine.line(machine.machine())


@linux
def test_counter_counts_what_runs_and_no_more() -> None:
    """A counter that every kernel has: of long work it counts more than of none."""
    try:
        nothing = counted(lambda: None, *TASK_CLOCK)
    except UntoldError as error:
        pytest.skip(str(error))

    assert counted(lambda: sum(range(10**6)), *TASK_CLOCK) > nothing > 0


@linux
def test_counter_that_is_not_there_is_told_of() -> None:
    with pytest.raises(UntoldError):
        counted(lambda: None, kind=10**6)


def test_counters_of_another_system_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters.sys, "platform", "other")

    with pytest.raises(UntoldError, match="only Linux"):
        counted(lambda: None)


def zone(power: Path, name: str, now: int, most: int = 1_000) -> Path:
    """Write a counter of energy as the kernel has it."""
    folder = power / name
    folder.mkdir(parents=True)
    (folder / "energy_uj").write_text(f"{now}\n", encoding="ascii")
    (folder / "max_energy_range_uj").write_text(f"{most}\n", encoding="ascii")
    return folder / "energy_uj"


def test_energy_is_of_all_processors_also_where_a_counter_begins_anew(tmp_path: Path) -> None:
    first, second = zone(tmp_path, "intel-rapl:0", 100), zone(tmp_path, "intel-rapl:1", 990)
    zone(tmp_path, "intel-rapl:0:0", 5)  # a part of the first
    spent_ = microjoules(tmp_path)

    first.write_text("130\n", encoding="ascii")
    second.write_text("9\n", encoding="ascii")

    assert spent_() == 30 + 20


def test_energy_that_is_not_told_is_said(tmp_path: Path) -> None:
    with pytest.raises(UntoldError, match="no intel-rapl"):
        microjoules(tmp_path)
    zone(tmp_path, "intel-rapl:0", 1).unlink()
    with pytest.raises(UntoldError, match="energy_uj: No such file"):
        microjoules(tmp_path)


def test_spent_is_a_ratio_where_both_tell_and_a_sentence_where_not() -> None:
    found = Spent({"instructions": {"distilbert": 30.0, "ort_int8": 60.0}}, {"energy": "no zone"})

    assert found.ratios() == {"instructions_16_vs_ort_int8": 0.5}
    assert found.lines()[0].split() == ["instructions_16_vs_ort_int8", "0.50"]
    assert found.lines()[1] == "energy of a sentence: this machine does not tell (no zone)"


def test_spent_goes_on_where_an_engine_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_row: object) -> float:
        raise WorkerError("needs onnxruntime")

    monkeypatch.setattr(spent, "COUNTS", {"instructions": fails, "energy": lambda _row: 7.0})

    found = spent.spent()

    assert found.untold == {"instructions": "needs onnxruntime"}
    assert found.ratios() == {"energy_16_vs_ort_int8": 1}


@pytest.mark.model
def test_bench_worker_counts_or_says_why_not() -> None:
    with Worker("numpy", "distilbert", 1) as worker:
        worker.ready()
        try:
            instructions = worker.count("4")
        except WorkerError:
            instructions = None
        assert worker.time("4", 1) > 0  # it goes on where nothing was told

    assert instructions is None or instructions > 1_000_000


def test_figure_is_held_to_the_goal_of_its_row() -> None:
    figure = Figure(200.0, "MB", None, "")

    assert held("chat_memory", figure).limit == 170
    assert not held("chat_memory", figure).well
    assert held("of nothing", figure) == figure
    assert held("chat_memory", Figure(None, "MB", None, "why")).well


def test_processes_are_timed_with_what_python_compiled_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    said = "import sys; sys.exit(sys.dont_write_bytecode)"

    done = subprocess.run([sys.executable, "-c", said], check=False, env=compiled_once())

    assert done.returncode == 0


def test_models_size_is_that_of_all_weights() -> None:
    figure = models_size(1)

    assert figure.value is not None
    assert 10 < figure.value < 200
    assert all(kind in figure.detail for kind in ("encoder", "embeddings", "head"))


@linux
@pytest.mark.model
@pytest.mark.slow
def test_chat_memory_is_that_of_a_chat_that_answered() -> None:
    from assistant.measuring.chat_memory import resident

    with empty_home():
        value, unit, _, detail = resident()

    assert value is not None, detail
    assert unit == "MB"
    assert value > 50
    assert "PSS after 3 turns" in detail


@pytest.mark.model
@pytest.mark.slow
def test_turns_are_timed_beside_an_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any engine does here; where it can't be opened, the figure says why."""
    from assistant.measuring import turn_ratio

    monkeypatch.setattr(turn_ratio, "CALM", ("how much is a third of ninety", "roll me a die"))
    monkeypatch.setattr(turn_ratio, "export", lambda _architecture: "")
    monkeypatch.setattr(turn_ratio, "RIVAL", "floor")
    median, slow = turn_ratio.turns_against(2).values()

    assert median.value is not None
    assert slow.value is not None
    assert 0 < median.value <= slow.value
    assert "of 4;" in slow.detail
    monkeypatch.setattr(turn_ratio, "export", lambda _architecture: "needs torch")
    told = turn_ratio.turns_against(1)["turn_p95_vs_floor"]
    assert told.value is None
    assert told.detail == "not measured: needs torch"
