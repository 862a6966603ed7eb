"""The logits of an ONNX model by ONNX Runtime, as a reference that `bench verify` reads."""

from __future__ import annotations

import json
import struct

import numpy as np
import onnxruntime


def write(model: str, path: str, batch: int, logits: str | None = None) -> None:
    """Writes random images, [N, H, W, C], and their logits to a safetensors file.

    `logits` is the model's output where that is not its last value but the one before a softmax.
    """
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    source = session.get_inputs()[0]
    images = 0.5 * np.random.default_rng(1).standard_normal((batch, *source.shape[1:])).astype(np.float32)
    values = session.run([logits] if logits else None, {source.name: images})[0]
    tensors = {
        "input": np.ascontiguousarray(images.transpose(0, 2, 3, 1)),
        "logits": np.ascontiguousarray(values.reshape(batch, -1).astype(np.float32))}
    header, offset = {"__metadata__": {"batch_norm": "moving"}}, 0
    for name, tensor in tensors.items():
        header[name] = {
            "dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(tensor.tobytes() for tensor in tensors.values()))
