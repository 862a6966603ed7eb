"""The file that keeps input, parameters, logits and gradients."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from layers import OracleError
from reference import Arrays, Outcome, Request


def save(path: Path, request: Request, images: np.ndarray, parameters: Arrays, outcome: Outcome) -> None:
    """Writes the safetensors file that README.md describes.

    The format is simple enough to be written here: the library's own writer shuffles the metadata from run to run,
    and a fixture that is made again should be the same file.
    """
    tensors = {"input": images} | parameters | outcome.values
    header: dict[str, object] = {"__metadata__": _metadata(request)}
    end = 0
    for name, tensor in tensors.items():
        start, end = end, end + 4 * tensor.size
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": (start, end)}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    try:
        with path.open("wb") as file:
            file.write(len(text).to_bytes(8, "little"))
            file.write(text)
            for tensor in tensors.values():
                file.write(np.ascontiguousarray(tensor, dtype="<f4").data)
    except OSError as error:
        raise OracleError(f"Cannot write {path}: {error.strerror}.") from error


def _metadata(request: Request) -> dict[str, str]:
    return {
        "model": request.model,
        "image_size": str(request.image_size),
        "batch_size": str(request.batch),
        "batch_norm": request.batch_norm,
        "seed": str(request.seed),
        "width": str(request.width_divisor),
        "dtype": request.dtype,
        "torch": torch.__version__,
    }
