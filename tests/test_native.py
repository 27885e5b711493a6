"""The engine in C++ computes what the NumPy engine does, to the bit, on every kernel there is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import paths
from assistant.engine import native
from assistant.engine.checkpoint import Config
from assistant.engine.encoder import Encoder
from assistant.engine.native.build import FLAGS
from assistant.errors import CheckpointError, SettingsError
from assistant.training.quantize import quantize
from tests import checkpoints

built = pytest.mark.skipif(bool(native.MISSING), reason=f"not built: {native.MISSING}")
SOURCES = Path(native.__file__).parent
KERNELS = native.kernels() or ("",)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (native.ENGINE, native.ISA, native.THREADS):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def small(folder: Path, hidden: int = 32, heads: int = 4, wide: int = 64, **others: int) -> Path:
    """Write an int8 folder with random weights; ``groups``, ``seed`` and ``loud`` as told."""
    groups, loud = others.get("groups", 2), others.get("loud", 0)
    names = "q k v post_attention intermediate output".split()
    cut = {f"{name}_groups": groups for name in names}
    sizes = Config("squeezebert", len(checkpoints.WORDS), 512, hidden, 2, heads, wide, **cut)
    source = checkpoints.write(folder / "float", sizes, others.get("seed", 0))
    apart = {f"layers.1.{part}.outliers": np.arange(loud, dtype=np.int32) for part in PARTS}
    return quantize(source, folder / "int8", outliers=apart if loud else None)


PARTS = ["query", "value", "attention_output", "intermediate", "output"]
"""Layers with loud inputs; that the key has none tests that it is then rounded by itself."""


def both(folder: Path, environment, isa: str = "", threads: int = 1) -> tuple[Encoder, Encoder]:
    """Return the folder's encoder in C++ and in NumPy."""
    environment.setenv(native.ISA, isa)
    environment.setenv(native.THREADS, str(threads))
    environment.setenv(native.ENGINE, "native")
    ours = Encoder.load(folder)
    environment.setenv(native.ENGINE, "numpy")
    return ours, Encoder.load(folder)


@built
@pytest.mark.parametrize("isa", KERNELS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_sums_are_the_integer_sums(isa: str, data: st.DataObject) -> None:
    groups = data.draw(st.sampled_from([1, 2, 4]))
    ins, outs = (groups * data.draw(st.integers(1, 200)) for _ in range(2))
    rows = data.draw(st.integers(0, 70))
    chance = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    x = chance.integers(-127, 128, (rows, ins)).astype(np.int8)
    weight = chance.integers(-128, 128, (outs, ins // groups)).astype(np.int8)

    found = native._core.sums(x, weight, outs, groups, isa)

    assert np.array_equal(found, products(x, weight, groups))


def products(x: np.ndarray, weight: np.ndarray, groups: int) -> np.ndarray:
    """Return x (T, in) times a weight (out, in / groups), (T, out)."""
    parts = zip(np.split(x, groups, 1), np.split(weight, groups), strict=True)
    return np.hstack([a.astype(np.int32) @ b.astype(np.int32).T for a, b in parts])


@built
@pytest.mark.parametrize("isa", KERNELS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_vectors_are_those_of_the_numpy_engine(
    isa: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any sizes, groups, outliers, lengths, batches and threads."""
    groups = data.draw(st.sampled_from([1, 2, 4]))
    heads = data.draw(st.integers(1, 4))
    hidden = 2 * heads * groups * data.draw(st.integers(1, 12))
    wide = groups * data.draw(st.integers(1, 60))
    seed, loud = data.draw(st.integers(0, 2**32)), data.draw(st.integers(0, 1))
    folder = tmp_path_factory.mktemp("checkpoint")
    folder = small(folder, hidden, heads, wide, groups=groups, seed=seed, loud=loud)
    longest = data.draw(st.sampled_from([1, 7, 40, 512]))
    batch = data.draw(st.integers(0, 64 if longest < 10 else 3))
    chance = np.random.default_rng(seed)
    ids = [chance.integers(0, 11, chance.integers(1, longest + 1)) for _ in range(batch)]

    with pytest.MonkeyPatch.context() as environment:
        ours, oracle = both(folder, environment, isa, data.draw(st.integers(1, 3)))
        found, wanted = ours.run(ids), oracle.run(ids)

    assert len(found) == len(wanted) == batch
    for mine, theirs in zip(found, wanted, strict=True):
        size = np.maximum(np.linalg.norm(theirs, axis=1), 1e-6)
        assert (np.linalg.norm(mine - theirs, axis=1) / size).max() < 2e-3


@built
@pytest.mark.model
@pytest.mark.parametrize("isa", KERNELS)
@pytest.mark.parametrize("name", ["intent-distilbert", "features-squeezebert"])
def test_bundled_checkpoints_give_the_same_bits(name: str, isa: str, environment) -> None:
    ours, _ = both(paths.bundled() / "models" / name, environment, isa, threads=2)

    assert ours.engine == isa
    found, wanted = ours.tokens(checked()), wanted_of(name)
    for mine, theirs in zip(found, wanted, strict=True):
        assert np.array_equal(mine.vectors, theirs)


def checked() -> list[str]:
    """Return the sentences that checkpoints are compared by."""
    return (paths.bundled() / "data" / "check" / "sentences.txt").read_text("utf-8").splitlines()


@cache
def wanted_of(name: str) -> list[np.ndarray]:
    """Return what NumPy makes of them, once for all kernels: (tokens, size) each."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(native.ENGINE, "numpy")
        oracle = Encoder.load(paths.bundled() / "models" / name)
    assert oracle.engine == "numpy"
    return [each.vectors for each in oracle.tokens(checked())]


@built
@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("intent-distilbert", "clinc150/val.jsonl"),
        ("features-squeezebert", "sst2/dev.jsonl"),
        ("features-squeezebert", "wnut17/dev.jsonl"),
    ],
)
def test_whole_validation_sets_are_read_alike(
    name: str, file: str, datasets: Path, environment
) -> None:
    """Every sentence of a set gives the same bits, so that every head says the same."""
    lines = (datasets / file).read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    texts = [row["text"] if "text" in row else " ".join(row["tokens"]) for row in told]
    ours, oracle = both(paths.bundled() / "models" / name, environment, threads=2)

    differing = sum(
        not np.array_equal(mine.vectors, theirs.vectors)
        for mine, theirs in zip(ours.tokens(texts), oracle.tokens(texts), strict=True)
    )

    assert differing == 0, f"{differing} of {len(texts)} sentences differ in some bit"


@built
def test_many_threads_at_once_get_their_own_answers(tmp_path: Path, environment) -> None:
    folder = small(tmp_path)
    ours, oracle = both(folder, environment, threads=3)
    sentences = [np.arange(1, n) % 11 for n in range(2, 18)]
    wanted = [oracle.run([ids])[0] for ids in sentences]
    wrong: list[int] = []

    def ask(i: int) -> None:
        answers = [ours.run([sentences[i]])[0] for _ in range(20)]
        wrong.extend(i for each in answers if not np.array_equal(each, wanted[i]))

    askers = [threading.Thread(target=ask, args=(i,)) for i in range(len(sentences))]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    assert wrong == []


@built
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_computes_with_threads_of_its_own(tmp_path: Path, environment) -> None:
    folder = small(tmp_path)
    ours, _ = both(folder, environment, threads=2)
    ids = [np.arange(1, 9)]
    before = ours.run(ids)[0]
    child = os.fork()
    if not child:
        os._exit(0 if np.array_equal(ours.run(ids)[0], before) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert np.array_equal(ours.run(ids)[0], before)


@built
def test_at_rest_nothing_computes(tmp_path: Path, environment) -> None:
    """Between sentences the threads sleep."""
    folder = small(tmp_path)
    ours, _ = both(folder, environment, threads=4)
    ours.run([np.arange(1, 9)])
    spent = os.times()
    threading.Event().wait(0.5)
    now = os.times()
    assert (now.user - spent.user) + (now.system - spent.system) < 0.2


@pytest.mark.parametrize("engine", ["native", "numpy"])
@pytest.mark.parametrize(
    ("ids", "words"),
    [([-1], "has no vector"), ([11], "has no vector"), ([1] * 513, "513 tokens"), ([], "0 tokens")],
)
def test_bad_ids_are_told(tmp_path: Path, environment, engine: str, ids: list[int], words) -> None:
    if engine == "native" and native.MISSING:
        pytest.skip(f"not built: {native.MISSING}")
    folder = small(tmp_path)
    environment.setenv(native.ENGINE, engine)
    encoder = Encoder.load(folder)
    with pytest.raises(CheckpointError, match=words):
        encoder.run([np.array(ids, np.int64)])
    assert encoder.run([]) == []
    with pytest.raises(CheckpointError, match="whole numbers"):
        encoder.run([np.array([1.5])])


@built
@pytest.mark.parametrize("part", ["weight", "scale", "bias", "outliers"])
def test_layers_that_do_not_fit_are_refused(tmp_path: Path, environment, part: str) -> None:
    """The C++ side checks by itself what it is going to read."""
    folder = small(tmp_path)
    ours, plain = both(folder, environment)
    layer = plain._layers[0]
    given = [[p.weight, p.scale, p.bias, p.groups, None] for p in layer.products]
    number = ["weight", "scale", "bias", "groups", "outliers"].index(part)
    given[5][number] = np.array([99], np.int32) if part == "outliers" else given[5][number][:-1]
    norms = [layer.attention_norm.weight] * 4
    with pytest.raises(ValueError, match="output"):
        ours._core._core.add([tuple(each) for each in given], norms)


def test_settings_that_make_no_sense_are_told(tmp_path: Path, environment) -> None:
    folder = small(tmp_path)
    for name, value in ((native.ENGINE, "fast"), (native.THREADS, "many"), (native.ISA, "mmx")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(name, value)
            if not native.MISSING or name == native.ENGINE:
                with pytest.raises(SettingsError, match=name):
                    Encoder.load(folder)


def build(out: Path, *extra: str, compiler: str = "g++") -> str:
    """Compile the check with the package's own flags and return what it prints."""
    path = shutil.which(compiler)
    if path is None:
        pytest.skip(f"no {compiler} here")
    sources = [each for each in sorted(SOURCES.glob("*.cpp")) if each.name != "module.cpp"]
    check = Path(__file__).with_name("native_check.cpp")
    flags = [*FLAGS, "-O1", "-std=c++17", "-pthread", f"-I{SOURCES}", *extra]
    made = subprocess.run(
        [path, *flags, check, *sources, "-o", out], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return str(out)


def output(*words: str) -> list[str]:
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout.split()


@pytest.fixture(scope="module")
def bits(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the hash of all that the check computes on this CPU."""
    return output(build(tmp_path_factory.mktemp("check") / "check"))[-1]


@pytest.mark.slow
def test_models_of_other_instructions_give_the_same_bits(tmp_path: Path, bits: str) -> None:
    """AMX's tiles and AVX-VNNI, where this CPU has neither."""
    found = output(build(tmp_path / "check", "-DNATIVE_MODELS"))
    if found[0] != "portable":
        assert "amx" in found
    assert found[-1] == bits


@pytest.mark.slow
@pytest.mark.parametrize("kinds", ["address,undefined", "thread"])
def test_sanitizers_find_nothing(tmp_path: Path, bits: str, kinds: str) -> None:
    extra = ("-g", f"-fsanitize={kinds}", "-fno-sanitize-recover=all", "-DNATIVE_MODELS")
    program = [build(tmp_path / "check", *extra)]
    if kinds == "thread" and shutil.which("setarch"):
        program = ["setarch", "-R", *program]  # its shadow memory wants the usual addresses
    assert output(*program)[-1] == bits


@pytest.mark.slow
def test_arm_gives_the_same_bits(tmp_path: Path, bits: str) -> None:
    """Cross-compiled; run where an emulator is."""
    program = build(tmp_path / "check", "-static", compiler="aarch64-linux-gnu-g++")
    emulator = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
    if emulator is None:
        pytest.skip("compiled, but no qemu-aarch64 to run it")
    assert output(emulator, program)[-2:] == ["portable", bits]
    assert output(emulator, program)[0] == "neon"


def test_install_without_a_compiler_leaves_the_numpy_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build hook warns and lets the install go on."""
    hook = pytest.importorskip("assistant.engine.native.build")
    told: list[str] = []

    class App:
        def display_warning(self, text: str) -> None:
            told.append(text)

    def fail(root: Path) -> Path:
        raise OSError("command 'c++' not found")

    monkeypatch.setattr(hook, "compile_core", fail)
    made = hook.NativeHook.__new__(hook.NativeHook)
    monkeypatch.setattr(hook.NativeHook, "app", App(), raising=False)
    monkeypatch.setattr(hook.NativeHook, "root", str(tmp_path), raising=False)
    data: dict[str, list[str]] = {"artifacts": []}
    made.initialize("standard", data)
    assert data == {"artifacts": []}
    assert "NumPy engine" in told[0]
