"""Checks of the oracle itself: published counts, known vectors, and the files it writes."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import safetensors
import torch
import torch.nn.functional as F

from layers import Layers, Reduction, local_response_norm, pad_for_pool
from networks import NETWORKS
from padding import same_padding
from reference import Request, compute, draw, is_trained
from tensor_file import save

COUNTS = {
    ("alexnet", 224): (60_965_224, 728_274_944),
    ("alexnet", 227): (60_965_224, 749_108_768),
    ("alexnet-owt", 224): (61_100_840, 716_767_232),
    ("vgg16", 224): (138_357_544, 15_470_264_320),
    ("vgg16-2048", 224): (72_342_312, 15_404_253_184),
    ("mobilenetv2", 224): (3_504_872, 300_774_272),
    ("mobilenetv2-tutorial", 224): (3_507_520, 437_140_096),
    ("cifar10-tutorial", 24): (1_068_298, 18_470_784),
    ("lenet5", 150): (14_606_766, 107_492_688),
    ("vgg16-cifar10", 32): (15_249_866, 313_725_952),
    ("overfeat", 231): (145_920_872, 2_801_403_904),
    ("vgg11", 224): (132_863_336, 7_609_090_048),
    ("googlenet", 224): (6_998_552, 1_582_671_872),
    ("resnet18", 224): (11_689_512, 1_814_073_344),
    ("resnet50", 224): (25_557_032, 4_089_184_256),
}
"""(model, image size): (parameters, multiply-adds for one image)."""


def run() -> bool:
    """Prints a line for each check; true if all of them passed."""
    passed = True
    for title, problem in _checks():
        print(f"{'ok  ' if problem is None else 'FAIL'}  {title}{'' if problem is None else ': ' + problem}")
        passed = passed and problem is None
    return passed


def _checks() -> Iterator[tuple[str, str | None]]:
    """(title, what is wrong or None) of every check."""
    for (model, size), expected in COUNTS.items():
        parameters, macs = expected
        yield f"{model} at {size}: {parameters:,} parameters, {macs:,} multiply-adds", _counts(model, size, expected)
    yield "local response normalisation, known vector", _known_vector()
    yield "SAME padding", _padding()
    yield "SAME pooling, known vectors", _pooling()
    yield "average pooling, known vectors", _average_pooling()
    yield "reduced channel counts", _reduction()
    for network in NETWORKS.values():
        for mode in ("batch", "moving") if network.has_batch_norm else ("none",):
            request = Request(network.name, image_size=71, batch_norm=mode, width_divisor=64, classes=10)
            yield f"file of {network.name}, batch norm {mode}", _file(request)


def _default_mode(model: str) -> str:
    return "batch" if NETWORKS[model].has_batch_norm else "none"


def _counts(model: str, size: int, expected: tuple[int, int]) -> str | None:
    outline = Request(model, size, batch_norm=_default_mode(model), classes=NETWORKS[model].classes).outline()
    parameters = sum(math.prod(shape) for name, shape in outline.shapes.items() if is_trained(name))
    found = (parameters, outline.macs)
    return None if found == expected else f"found {found[0]:,} and {found[1]:,}"


def _known_vector() -> str | None:
    """1 ... 32 shaped [2, 2, 2, 4] with the channels last, so the value v has the index v - 1."""
    x = torch.arange(1, 33, dtype=torch.float64).reshape(2, 2, 2, 4).permute(0, 3, 1, 2)
    y = local_response_norm(x, radius=2, bias=0, alpha=1, beta=1).permute(0, 2, 3, 1).flatten()
    wrong = [
        f"{value} -> {y[value - 1]:.8f}"
        for value, expected in ((26, 0.00923952), (17, 0.017453), (20, 0.018433))
        if abs(y[value - 1].item() - expected) > 1e-6
    ]
    return ", ".join(wrong) or None


def _padding() -> str | None:
    cases = {(224, 11, 4): (3, 4), (227, 11, 4): (4, 4), (224, 3, 2): (0, 1), (33, 3, 2): (1, 1), (7, 1, 1): (0, 0)}
    wrong = [f"{case} -> {same_padding(*case)}" for case, expected in cases.items() if same_padding(*case) != expected]
    return ", ".join(wrong) or None


def _pooling() -> str | None:
    """Negative values only: a padding of zeros would win."""
    image = torch.tensor([[-9, -8, -3], [-7, -6, -5], [-4, -2, -1]], dtype=torch.float64)[None, None]
    cases = {
        (2, 2): [[-6, -3], [-2, -1]],
        (3, 2): [[-6, -3], [-2, -1]],
        (2, 1): [[-6, -3, -3], [-2, -1, -1], [-2, -1, -1]],
        (5, 4): [[-1]],
        (1, 2): [[-9, -3], [-4, -1]],
    }
    found = {case: F.max_pool2d(pad_for_pool(image, *case, "SAME"), *case)[0, 0].int().tolist() for case in cases}
    wrong = [f"{case} -> {found[case]}" for case, expected in cases.items() if found[case] != expected]
    return ", ".join(wrong) or None


def _average_pooling() -> str | None:
    """A corner of SAME windows has fewer pixels than the middle."""
    image = torch.arange(1, 10, dtype=torch.float64).reshape(1, 1, 3, 3)
    cases = {(2, 2): [[3, 4.5], [7.5, 9]], (3, 2): [[3, 4], [6, 7]], (3, 3): [[5]]}
    layers = Layers(Reduction(), classes=10)
    found = {case: layers.average_pool(image, *case, "SAME")[0, 0].tolist() for case in cases}
    wrong = [f"{case} -> {found[case]}" for case, expected in cases.items() if found[case] != expected]
    return ", ".join(wrong) or None


def _reduction() -> str | None:
    grouped = Reduction(divisor=20, multiple=2)
    found = (grouped.convolution(384), grouped.hidden(384), grouped.convolution(64), Reduction().convolution(96))
    return None if found == (18, 19, 4, 96) else f"found {found}"


def _file(request: Request) -> str | None:
    """Writes a file, reads it back and compares names, shapes, types, values and metadata with the request."""
    images, parameters = draw(request)
    outcome = compute(request, images, parameters)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "oracle.safetensors")
        save(path, request, images, parameters, outcome)
        with safetensors.safe_open(path, framework="numpy") as file:
            metadata = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}

    shapes = {
        "input": (request.batch, request.image_size, request.image_size, 3),
        "logits": (request.batch, request.classes),
    }
    for name, shape in request.outline().shapes.items():
        shapes[name] = shape
        if request.has_gradients and is_trained(name):
            shapes[f"gradient/{name}"] = shape
    if {name: tensor.shape for name, tensor in tensors.items()} != shapes:
        return "names or shapes differ"
    if any(tensor.dtype != np.float32 or not np.isfinite(tensor).all() for tensor in tensors.values()):
        return "a tensor is not float32 or not finite"
    if not np.array_equal(tensors["input"], images):
        return "the input differs"
    if any(not np.array_equal(tensors[name], value) for name, value in parameters.items()):
        return "a parameter differs"
    if metadata["model"] != request.model or metadata["batch_norm"] != request.batch_norm:
        return f"wrong metadata {metadata}"
    return None
