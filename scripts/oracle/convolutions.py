#!/usr/bin/env python3
"""Writes Tests/Fixtures/convolutions/dilated.safetensors: single convolutions with dilation, in all three directions.

A problem's text is the first part of its keys; behind it are `input`, `filter` and `output_gradient`, which are random,
and `output`, `input_gradient` and `filter_gradient`, which PyTorch computes in float64.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import torch

PATH = Path(__file__).resolve().parents[2] / "Tests/Fixtures/convolutions/dilated.safetensors"
PROBLEMS = [
    "n2c3h9w11k5r3s3u1d2p2", "n1c4h12w10k6r3s5u2v1d3e2p3q4", "n2g2c4h9w9k6r5s5u1d2p4", "n1g6c6h11w8k6r3s3u2d3p3",
    "n1c2h7w13k3r2s4u3d4e1p1+3q0+2",
]


def numbers(text: str) -> dict[str, tuple[int, ...]]:
    fields = {letter: tuple(map(int, value.split("+"))) for letter, value in re.findall(r"([a-z])([0-9+]+)", text)}
    for letter, other in {"v": "u", "e": "d", "q": "p"}.items():
        fields.setdefault(letter, fields[other])
    fields.setdefault("g", (1,))
    return fields


def compute(text: str) -> dict[str, np.ndarray]:
    f = numbers(text)
    one = {letter: value[0] for letter, value in f.items()}
    generator = torch.Generator().manual_seed(1)
    # Random numbers are float32; what follows from them is computed in float64.
    def random(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator).double()

    images = random(one["n"], one["c"], one["h"], one["w"]).requires_grad_()
    filters = random(one["k"], one["c"] // one["g"], one["r"], one["s"]).requires_grad_()
    padded = torch.nn.functional.pad(images, (f["q"][0], f["q"][-1], f["p"][0], f["p"][-1]))
    outputs = torch.nn.functional.conv2d(
        padded, filters, stride=(one["u"], one["v"]), dilation=(one["d"], one["e"]), groups=one["g"])
    gradient = random(*outputs.shape)
    outputs.backward(gradient)
    images_last, filters_last = (0, 2, 3, 1), (2, 3, 1, 0)
    return {
        "input": images.permute(images_last), "filter": filters.permute(filters_last),
        "output_gradient": gradient.permute(images_last), "output": outputs.permute(images_last),
        "input_gradient": images.grad.permute(images_last), "filter_gradient": filters.grad.permute(filters_last),
    }


def main() -> None:
    header, end, parts = {"__metadata__": {"torch": torch.__version__}}, 0, []
    for problem in PROBLEMS:
        for name, tensor in compute(problem).items():
            values = np.ascontiguousarray(tensor.detach().numpy(), dtype="<f4")
            header[f"{problem}/{name}"] = {
                "dtype": "F32", "shape": list(values.shape), "data_offsets": [end, end + values.nbytes]}
            end += values.nbytes
            parts.append(values.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    PATH.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(parts))


if __name__ == "__main__":
    main()
