"""An ONNX graph written node by node, its linear layers in eight bits.

Two ways to eight bits, each where it is faster: with many rows at once (an encoder) a weight is an
integer for each output, the input rounded as it comes (DynamicQuantizeLinear, MatMulInteger); with
few (a decoder) blocks of a weight have a scale of their own (MatMulNBits of ONNX Runtime).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

OPSET, IR_VERSION = 20, 10

BLOCK = 128
"""Weights of one row that share a scale."""

RANGE = 63
"""The largest integer of a weight by rows. With 7 bits two products of an unsigned and a signed
byte fit into 16 bits, which processors without dot products of bytes add them in (ONNX Runtime,
"Quantize ONNX models": reduce_range)."""

RUNTIME = "com.microsoft"


class Graph:
    """Nodes and constants, gathered until they are written to a file."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def op(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add a node of one output; return that."""
        return self.ops(kind, *inputs, names=(name,), **attributes)[0]

    def ops(
        self, kind: str, *inputs: str, names: tuple[str, ...], domain: str = "", **attributes: Any
    ) -> tuple[str, ...]:
        """Add a node; return its outputs, with names of their own where none are given."""
        made = tuple(n or f"{kind}_{len(self._nodes)}_{i}" for i, n in enumerate(names))
        self._nodes.append(helper.make_node(kind, inputs, made, domain=domain, **attributes))
        return made

    def constant(self, name: str, value: np.ndarray | float) -> str:
        """Add an array, once; return its name."""
        if name not in self._constants:
            array = np.array(value, order="C")
            self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def floats(self, name: str, value: np.ndarray | float) -> str:
        """Add an array of float32."""
        return self.constant(name, np.asarray(value, np.float32))

    def half(self, name: str, value: np.ndarray) -> str:
        """Add an array kept in half the bytes; return it as float32."""
        kept = self.constant(name, np.asarray(value, np.float16))
        return self.op("Cast", kept, to=TensorProto.FLOAT)

    def integers(self, *values: int) -> str:
        """Add a row of integers."""
        return self.constant("_".join(["i", *map(str, values)]), np.array(values, np.int64))

    def norm(self, x: str, name: str, gamma: np.ndarray, beta: np.ndarray) -> str:
        """Normalize the last axis."""
        scale, shift = self.floats(f"{name}_g", gamma), self.floats(f"{name}_b", beta)
        return self.op("LayerNormalization", x, scale, shift, axis=-1, epsilon=1e-5)

    def by_rows(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """Multiply by a weight [out, in] with a scale for each row, and add a bias."""
        w = weight.astype(np.float32)
        scale = np.maximum(np.abs(w).max(axis=1), 1e-9) / RANGE
        whole = np.rint(w / scale[:, None]).astype(np.int8)
        bytes_, factor, zero = self.ops("DynamicQuantizeLinear", x, names=("", "", ""))
        ours = self.constant("zero", np.zeros((), np.int8))
        product = self.op("MatMulInteger", bytes_, self.constant(name, whole.T), zero, ours)
        scales = self.op("Mul", factor, self.floats(f"{name}_s", scale))
        real = self.op("Mul", self.op("Cast", product, to=TensorProto.FLOAT), scales)
        return self.op("Add", real, self.floats(f"{name}_bias", bias))

    def blocks(self, name: str, weight: np.ndarray) -> tuple[str, str]:
        """Add a weight [out, in] as bytes [out, blocks, BLOCK] around 128, with their scales."""
        rows = weight.astype(np.float32).reshape(len(weight), -1, BLOCK)
        scale = np.maximum(np.abs(rows).max(axis=-1), 1e-9) / 127
        whole = (np.rint(rows / scale[..., None]) + 128).astype(np.uint8)
        return self.constant(name, whole), self.floats(f"{name}_s", scale)

    def by_blocks(
        self, x: str, name: str, weight: np.ndarray, bias: np.ndarray | None = None
    ) -> str:
        """Multiply by a weight [out, in] in blocks, and add a bias if there is one."""
        rows, columns = weight.shape
        bytes_, scales = self.blocks(name, weight)
        (product,) = self.ops(
            "MatMulNBits",
            *(x, bytes_, scales),
            names=("",),
            domain=RUNTIME,
            K=columns,
            N=rows,
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,
        )
        return product if bias is None else self.op("Add", product, self.floats(f"{name}_b", bias))

    def write(self, inputs: dict[str, Any], outputs: dict[str, Any], path: Path) -> None:
        """Write a model of the nodes; inputs and outputs are (type, shape) by name."""
        into, out_of = (
            [helper.make_tensor_value_info(n, kind, shape) for n, (kind, shape) in each.items()]
            for each in (inputs, outputs)
        )
        constants = list(self._constants.values())
        graph = helper.make_graph(self._nodes, "whisper", into, out_of, constants)
        imports = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)]
        model = helper.make_model(graph, opset_imports=imports, ir_version=IR_VERSION)
        save(model, str(path))
