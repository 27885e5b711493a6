"""The engines: each opens its encoder once and returns how a batch is made ready for it.

Ours takes sentences of any lengths as they are. The others offer rectangles only, so theirs are
padded to the longest sentence and masked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import paths
from assistant.measuring.engines.export import place
from assistant.measuring.engines.floor import floor, kept_of, weights_of
from assistant.measuring.engines.libraries import SkipError, library

Batch = list[list[int]]
Run = Callable[[], object]
Ready = Callable[[Batch], Run]

FOLDERS = {"distilbert": "intent-distilbert", "squeezebert": "features-squeezebert"}

STEPS = "256"
"""Inputs that share a step in OpenVINO's int8 products; its own 32 is slower, as is one for all."""


def folder_of(architecture: str) -> Path:
    """Return the bundled checkpoint of an architecture."""
    return paths.bundled() / "models" / FOLDERS[architecture]


def padded(batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ids and mask (B, T) of a batch, as long as its longest sentence."""
    longest = max(map(len, batch))
    ids = np.zeros((len(batch), longest), np.int64)
    mask = np.zeros_like(ids)
    for row, sentence in enumerate(batch):
        ids[row, : len(sentence)] = sentence
        mask[row, : len(sentence)] = 1
    return ids, mask


def ours(architecture: str, threads: int) -> Ready:
    """Open this engine; ``both`` runs one encoder after the other."""
    return opened([folder_of(n) for n in (FOLDERS if architecture == "both" else [architecture])])


def opened(folders: Iterable[Path]) -> Ready:
    """Return how this engine is made ready for a batch: by int8 folders one after the other."""
    from assistant.engine import Encoder

    encoders = [Encoder.load(folder) for folder in folders]

    def ready(batch: Batch) -> Run:
        ids = [np.array(sentence, np.int64) for sentence in batch]
        return lambda: [encoder.run(ids) for encoder in encoders]

    return ready


def reading(architecture: str, threads: int) -> Ready:
    """Return the floor: the encoder's weights are read once, whatever the batch."""
    return _reading(weights_of(folder_of(architecture)), threads)


def reading_kept(architecture: str, threads: int) -> Ready:
    """Return the floor of a sparse encoder: what it keeps is read once."""
    return _reading(kept_of(folder_of(architecture))[0], threads)


def multiplying(architecture: str, threads: int) -> Ready:
    """Return the other floor: as many multiplications, on weights that never leave the cache."""
    return _multiplying(len(weights_of(folder_of(architecture))), threads)


def multiplying_kept(architecture: str, threads: int) -> Ready:
    """Return the other floor of a sparse encoder: the multiplications with what it keeps."""
    return _multiplying(kept_of(folder_of(architecture))[1], threads)


def _reading(weights: NDArray[np.int8], threads: int) -> Ready:
    run = floor(weights, threads)
    return lambda _batch: run


def _multiplying(size: int, threads: int) -> Ready:
    from assistant.engine import native

    if not native.kernels():
        raise SkipError("there is no native engine")
    return lambda batch: lambda: native.multiply(size, sum(map(len, batch)), threads)


def torch_float32(architecture: str, threads: int) -> Ready:
    """Open the model of transformers, whose attention is fused, in float32."""
    return _torch(_transformer(architecture, threads))


def torch_int8(architecture: str, threads: int) -> Ready:
    """Open the same with torch's dynamic int8 in every dense layer, a scale for each output."""
    model = _transformer(architecture, threads)
    import torch
    from torch.ao import quantization

    kinds = {torch.nn.Linear: quantization.per_channel_dynamic_qconfig}
    return _torch(quantization.quantize_dynamic(model, kinds))  # type: ignore[no-untyped-call]


def ort_float32(architecture: str, threads: int) -> Ready:
    """Open the export in ONNX Runtime."""
    return _ort(architecture, "float32", threads)


def ort_int8(architecture: str, threads: int) -> Ready:
    """Open ONNX Runtime's own dynamic int8 of the export."""
    return _ort(architecture, "int8", threads)


def openvino_bf16(architecture: str, threads: int) -> Ready:
    """Open the export in OpenVINO, in bfloat16 where the processor has it, else in float32."""
    able = library("openvino").Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    hint = "bf16" if "BF16" in able else "f32"
    return _openvino(architecture, "float32", threads, {"INFERENCE_PRECISION_HINT": hint})


def openvino_int8(architecture: str, threads: int) -> Ready:
    """Open int8 weights in OpenVINO, which then takes the steps of the inputs as it goes.

    Fixed steps would need calibration, and would not compute the same.
    """
    options = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": STEPS}
    return _openvino(architecture, "weights8", threads, options)


def _transformer(architecture: str, threads: int) -> Any:
    library("torch")
    import torch

    from assistant.training.restore import opened

    if architecture != "distilbert":
        raise SkipError("is opened as DistilBERT only")
    transformers = library("transformers")
    torch.set_num_threads(1)  # while others start too, two that wait for each other take far longer
    encoder = opened(folder_of(architecture))
    told = encoder.config.to_json()
    told.pop("model_type")
    with torch.device("meta"):  # weights drawn at random would only cost time
        model = transformers.DistilBertModel(transformers.DistilBertConfig(**told)).eval()
    model.load_state_dict(encoder.state_dict(), assign=True)
    model.embeddings.position_ids = torch.arange(encoder.config.positions)[None]
    torch.set_num_threads(threads)
    return model


def _torch(model: Any) -> Ready:
    import torch

    def ready(batch: Batch) -> Run:
        ids, mask = map(torch.from_numpy, padded(batch))

        def run() -> object:
            with torch.inference_mode():
                return model(ids, mask)

        return run

    return ready


def _exported(architecture: str, form: str) -> Path:
    path = place(folder_of(architecture)) / f"{form}.onnx"
    if not path.exists():
        raise SkipError(f"there is no export {path.name}")
    return path


def _ort(architecture: str, form: str, threads: int) -> Ready:
    ort = library("onnxruntime")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    path = str(_exported(architecture, form))
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def ready(batch: Batch) -> Run:
        ids, mask = padded(batch)
        return lambda: session.run(None, {"ids": ids, "mask": mask})

    return ready


def _openvino(architecture: str, form: str, threads: int, options: dict[str, str]) -> Ready:
    core = library("openvino").Core()
    path = _exported(architecture, form)
    told = {**options, "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    model = core.compile_model(str(path), "CPU", told)

    def ready(batch: Batch) -> Run:
        ids, mask = padded(batch)
        request = model.create_infer_request()
        return lambda: request.infer({"ids": ids, "mask": mask}, share_outputs=True)

    return ready


ENGINES: dict[str, Callable[[str, int], Ready]] = {
    "ours": ours,
    "numpy": ours,
    "torch": torch_float32,
    "torch_int8": torch_int8,
    "ort": ort_float32,
    "ort_int8": ort_int8,
    "openvino": openvino_bf16,
    "openvino_int8": openvino_int8,
    "floor": reading,
    "multiply": multiplying,
    "floor_kept": reading_kept,
    "multiply_kept": multiplying_kept,
}
