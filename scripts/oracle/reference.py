"""Random parameters and input, and the values that a network makes of them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from layers import STATISTICS, Layers, OptionError, OracleError, Reduction
from networks import NETWORKS, Network

Arrays = dict[str, np.ndarray]

NOISE = 1e-9
"""A beta's gradient that is smaller than this part of gamma's is rounding noise of float64 and stands for zero."""


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
    dtype: str = "float64"
    """Precision of the computation; the file is float32 in any case."""

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
    shapes = request.outline().shapes
    first = next(iter(shapes))
    scale = request.network.activation_scale

    def normal(shape: tuple[int, ...], deviation: float, mean: float = 0) -> np.ndarray:
        return (mean + deviation * generator.standard_normal(shape)).astype(np.float32)

    def parameter(name: str, shape: tuple[int, ...]) -> np.ndarray:
        match name.rsplit("/", 1):
            case [layer, "weights"]:
                # He: variance 2 / (inputs that one output sums over).
                inputs = math.prod(shape[:2] if layer.endswith("/depthwise") else shape[:-1])
                return normal(shape, math.sqrt(2 / inputs) * (scale if name == first else 1))
            case [_, "gamma" | "moving_variance"]:
                # Around 1 in ratio, wide enough for ReLU6 to reach its upper bound.
                return np.exp(normal(shape, 0.5))
            case [_, "beta"]:
                # Above 0: around 0 every second value is cut off, and 50 such layers multiply rounding errors by 1000.
                return normal(shape, 0.5, mean=1)
            case [_, "biases"]:
                return normal(shape, 0.1 * scale)
            case _:
                return normal(shape, 0.1)

    images = normal((request.batch, request.image_size, request.image_size, 3), 0.1)
    parameters = {name: parameter(name, shape) for name, shape in shapes.items()}
    if request.network.has_batch_norm:
        _settle(request, images, parameters)
    return images, parameters


def _settle(request: Request, images: np.ndarray, parameters: Arrays) -> None:
    """Turns moving statistics drawn for unit variance into ones for the variance and mean that the layers meet.

    Training leaves such statistics behind. With unrelated ones the logits hardly depend on the images.
    """
    batch = dataclasses.replace(request, batch_norm="batch", dtype="float64")
    layers, _ = _forward(batch, images, _tensors(batch, parameters))
    for layer, (variance, mean) in layers.batch_moments.items():
        moving_mean, moving_variance = (f"{layer}/{statistic}" for statistic in STATISTICS)
        shifted = mean.numpy() + variance.sqrt().numpy() * parameters[moving_mean]
        parameters[moving_mean] = shifted.astype(np.float32)
        parameters[moving_variance] = (variance.numpy() * parameters[moving_variance]).astype(np.float32)


def compute(request: Request, images: np.ndarray, parameters: Arrays, watch_kinks: bool = False) -> Outcome:
    """Runs the network: logits, and the gradients of sum(logits^2) / 2 where the request has them."""
    values = _tensors(request, parameters)
    trained = {name: value for name, value in values.items() if is_trained(name)}
    for value in trained.values():
        value.requires_grad_(request.has_gradients)

    layers, logits = _forward(request, images, values, watch_kinks)
    found = {"logits": logits.detach()}
    if request.has_gradients:
        gradients = torch.autograd.grad(logits.square().sum() / 2, list(trained.values()))
        found |= {f"gradient/{name}": gradient for name, gradient in zip(trained, gradients, strict=True)}
        _clear_noise(found)
    return Outcome({name: value.numpy() for name, value in found.items()}, layers.nearest_kink)


def _tensors(request: Request, arrays: Arrays) -> dict[str, Tensor]:
    return {name: torch.from_numpy(array).to(getattr(torch, request.dtype)) for name, array in arrays.items()}


def _forward(
    request: Request, images: np.ndarray, values: dict[str, Tensor], watch_kinks: bool = False
) -> tuple[Layers, Tensor]:
    """The layers, with what they observed, and the logits."""
    layers = request.layers(values=values, watch_kinks=watch_kinks)
    x = _tensors(request, {"input": images})["input"].permute(0, 3, 1, 2)
    return layers, request.network.forward(layers, x)


def _clear_noise(found: dict[str, Tensor]) -> None:
    """Sets to zero what is zero in exact arithmetic: the gradient of a beta whose every effect, a constant for each
    channel, is subtracted again by later normalisations (README.md, 'Gradients that vanish')."""
    for name, gradient in found.items():
        layer, _, kind = name.rpartition("/")
        if kind == "beta" and gradient.norm() < NOISE * found[f"{layer}/gamma"].norm():
            gradient.zero_()


def differences(outcome: Outcome, reference: Outcome) -> Iterator[tuple[str, float]]:
    """For each value, |outcome - reference| / |reference| in the Euclidean norm.

    For a beta, |reference| is at least that of the layer's gamma: both sum the same terms, but beta's may cancel.
    """
    for name, expected in reference.values.items():
        size = np.linalg.norm(expected.astype(np.float64))
        layer, _, kind = name.rpartition("/")
        if kind == "beta":
            size = max(size, np.linalg.norm(reference.values[f"{layer}/gamma"].astype(np.float64)))
        if size == 0 or not np.isfinite(size):
            raise OracleError(f"{name} is {'zero everywhere' if size == 0 else 'not finite'}; take another --seed.")
        yield name, float(np.linalg.norm(outcome.values[name].astype(np.float64) - expected) / size)
