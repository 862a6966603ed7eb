"""Random parameters and input, the values a network makes of them, and the file that keeps both."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.numpy
import torch
from torch import Tensor

from layers import STATISTICS, Layers, OptionError, OracleError, Reduction
from networks import NETWORKS, Network

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Request:
    """What shall be computed."""

    model: str
    image_size: int = 224
    batch: int = 2
    batch_norm: str = "none"
    """`batch`, `moving`, or `none` for a network without batch normalisation."""
    seed: int = 1
    width_divisor: int = 1
    classes: int = 1000

    def __post_init__(self) -> None:
        if self.network.has_batch_norm and self.batch_norm == "none":
            raise OptionError(f"{self.model} needs --batch-norm batch or moving.")
        if not self.network.has_batch_norm and self.batch_norm != "none":
            raise OptionError(f"{self.model} has no batch normalisation; leave out --batch-norm.")

    @property
    def network(self) -> Network:
        return NETWORKS[self.model]

    @property
    def has_gradients(self) -> bool:
        return self.batch_norm != "moving"

    def layers(self, **options) -> Layers:
        """Layers for one run of the network."""
        reduction = Reduction(self.width_divisor, self.network.channel_multiple)
        return Layers(reduction, self.classes, batch_statistics=self.batch_norm == "batch", **options)

    def outline(self) -> Layers:
        """The network's parameter shapes and multiply-adds, found without computing anything."""
        layers = self.layers()
        self.network.forward(layers, torch.empty(self.batch, 3, self.image_size, self.image_size, device="meta"))
        return layers


@dataclass(frozen=True)
class Outcome:
    """What a network makes of parameters and input."""

    values: Arrays
    """`logits`, and `gradient/<parameter>` where the request has gradients; in the precision of the run."""
    nearest_kink: float
    """See `Layers.nearest_kink`."""


def is_trained(parameter: str) -> bool:
    """Whether the tensor is a parameter proper, not a moving statistic."""
    return not parameter.endswith(STATISTICS)


def draw(request: Request) -> tuple[np.ndarray, Arrays]:
    """The input [N, H, W, 3] and all parameters, float32; the same seed draws the same values."""
    generator = np.random.default_rng(request.seed)

    def normal(shape: tuple[int, ...], deviation: float) -> np.ndarray:
        return (deviation * generator.standard_normal(shape)).astype(np.float32)

    def parameter(name: str, shape: tuple[int, ...]) -> np.ndarray:
        match name.rsplit("/", 1):
            case [layer, "weights"]:
                # He: variance 2 / (inputs that one output sums over).
                inputs = math.prod(shape[:2] if layer.endswith("/depthwise") else shape[:-1])
                return normal(shape, math.sqrt(2 / inputs))
            case [_, "gamma" | "moving_variance"]:
                # Around 1 in ratio, wide enough for ReLU6 to reach its upper bound.
                return np.exp(normal(shape, 0.5))
            case _:
                return normal(shape, 0.1)

    images = normal((request.batch, request.image_size, request.image_size, 3), 0.1)
    return images, {name: parameter(name, shape) for name, shape in request.outline().shapes.items()}


def compute(
    request: Request, images: np.ndarray, parameters: Arrays, dtype: torch.dtype, watch_kinks: bool = False
) -> Outcome:
    """Runs the network in `dtype`: logits, and the gradients of sum(logits^2) / 2 where the request has them."""
    values = {name: torch.from_numpy(array).to(dtype) for name, array in parameters.items()}
    trained = [value for name, value in values.items() if is_trained(name)]
    for value in trained:
        value.requires_grad_(request.has_gradients)

    layers = request.layers(values=values, watch_kinks=watch_kinks)
    x = torch.from_numpy(images).to(dtype).permute(0, 3, 1, 2)
    logits = request.network.forward(layers, x)
    found: dict[str, Tensor] = {"logits": logits.detach()}
    if request.has_gradients:
        gradients = torch.autograd.grad(logits.square().sum() / 2, trained)
        names = (f"gradient/{name}" for name in values if is_trained(name))
        found.update(zip(names, gradients, strict=True))
    return Outcome({name: value.numpy() for name, value in found.items()}, layers.nearest_kink)


def differences(outcome: Outcome, reference: Outcome) -> Iterator[tuple[str, float]]:
    """For each value, |outcome - reference| / |reference| in the Euclidean norm."""
    for name, expected in reference.values.items():
        expected = expected.astype(np.float64)
        size = np.linalg.norm(expected)
        if size == 0 or not np.isfinite(size):
            raise OracleError(f"{name} is {'zero everywhere' if size == 0 else 'not finite'}; take another --seed.")
        yield name, float(np.linalg.norm(outcome.values[name] - expected) / size)


def save(path: Path, request: Request, images: np.ndarray, parameters: Arrays, outcome: Outcome) -> None:
    """Writes the safetensors file that README.md describes."""
    tensors = {"input": images} | parameters | outcome.values
    metadata = {
        "model": request.model,
        "image_size": str(request.image_size),
        "batch_size": str(request.batch),
        "batch_norm": request.batch_norm,
        "seed": str(request.seed),
        "width": str(request.width_divisor),
        "torch": torch.__version__,
    }
    contiguous = {name: np.ascontiguousarray(tensor, dtype=np.float32) for name, tensor in tensors.items()}
    try:
        safetensors.numpy.save_file(contiguous, path, metadata)
    except (OSError, safetensors.SafetensorError) as error:
        raise OracleError(f"Cannot write {path}: {error}.") from error
