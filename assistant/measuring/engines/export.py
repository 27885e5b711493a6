"""The encoder as ONNX, three ways, so that other runtimes compute with the same weights.

``float32`` is what torch exports. ``int8`` is ONNX Runtime's own dynamic quantization of it, with a
scale for each output as our weights have; at one scale for all it is 1 to 3 % faster and far off.
Fusing the attention beforehand by hand made it slower, as the session fuses all it can by itself.
``weights8`` holds int8 weights and widens them in the graph: from that OpenVINO makes int8 products
with dynamic steps, while it runs ``int8`` itself no faster than float32.
"""

from __future__ import annotations

import getpass
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from assistant.engine.checkpoint import read_int8
from assistant.measuring.engines.libraries import SkipError, library

FORMS = ("float32", "int8", "weights8")


def place(folder: Path) -> Path:
    """Return where the exports of a checkpoint are kept, among what may be deleted any time."""
    mine = Path(tempfile.gettempdir(), f"assistant-bench-{getpass.getuser()}")
    return mine / read_int8(folder).fingerprint


def export(folder: Path) -> None:
    """Write every form of a checkpoint, unless all are there. Raises SkipError."""
    target = place(folder)
    if all((target / f"{form}.onnx").exists() for form in FORMS):
        return
    target.parent.mkdir(mode=0o700, exist_ok=True)
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        missing: SkipError | None = None
        try:
            _write(folder, Path(made))
        except SkipError as error:
            missing = error
        for path in Path(made).glob("*.onnx"):  # what was made before is whole
            path.replace(target / path.name)
        if missing:
            raise missing


def _write(folder: Path, made: Path) -> None:
    plain = made / "float32.onnx"
    _export_plain(folder, plain)
    _widening(plain, made / "weights8.onnx")
    quantization = library("onnxruntime.quantization")
    quantization.quantize_dynamic(
        plain, made / "int8.onnx", per_channel=True, weight_type=quantization.QuantType.QInt8
    )


def _export_plain(folder: Path, path: Path) -> None:
    library("torch")
    library("onnx")
    import torch

    from assistant.training.restore import opened

    ids = torch.tensor([[101, 2_000, 2_001, 102], [101, 2_000, 102, 0]])
    free = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs no further package is the old one
        torch.onnx.export(
            opened(folder).eval(),
            (ids, (ids > 0).long()),
            str(path),
            input_names=["ids", "mask"],
            output_names=["vectors"],
            dynamic_axes={"ids": free, "mask": free, "vectors": free},
            opset_version=17,
            dynamo=False,
        )


def _widening(plain: Path, path: Path) -> None:
    """Write a graph whose constant matrices are int8 with a DequantizeLinear behind each."""
    onnx = library("onnx")
    model = onnx.load(plain)
    arrays = {array.name: array for array in model.graph.initializer}
    for node in list(model.graph.node):
        if node.op_type == "MatMul" and node.input[1] in arrays:
            _widen(onnx, model.graph, arrays[node.input[1]])
            node.input[1] += ".wide"
    onnx.save(model, path)


def _widen(onnx: Any, graph: Any, array: Any) -> None:
    weight, name = onnx.numpy_helper.to_array(array), array.name
    scale = np.maximum(np.abs(weight).max(axis=0), np.float32(1e-30)) / np.float32(127)
    stored = {
        f"{name}.int8": np.rint(weight / scale).astype(np.int8),  # (in, out)
        f"{name}.scale": scale.astype(np.float32),  # (out,)
        f"{name}.zero": np.zeros(len(scale), np.int8),
    }
    graph.initializer.remove(array)
    graph.initializer.extend(onnx.numpy_helper.from_array(a, n) for n, a in stored.items())
    widened = onnx.helper.make_node("DequantizeLinear", list(stored), [f"{name}.wide"], axis=1)
    graph.node.insert(0, widened)
