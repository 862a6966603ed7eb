"""The layers that the networks are made of.

Inside, activations are [N, C, H, W], as PyTorch likes them. Parameters have the suite's own shapes and are turned
into PyTorch's where they are used, so that automatic differentiation returns every gradient in the suite's shape:

    convolution      <layer>/weights  [kh, kw, in / groups, out]     <layer>/biases [out]
    depthwise        <layer>/weights  [3, 3, channels, 1]
    fully connected  <layer>/weights  [in, out], `in` = H, W, C      <layer>/biases [out]
    batch norm       <layer>/gamma, beta, moving_mean, moving_variance [channels]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from padding import Padding, window_padding

EPSILON = 1e-5
"""Batch normalisation divides by sqrt(variance + EPSILON)."""

STATISTICS = ("moving_mean", "moving_variance")
"""Last name components of tensors that are stored but not trained, hence not counted as parameters."""


class OracleError(Exception):
    """A problem to be told to the user in one sentence."""


class OptionError(OracleError):
    """An `OracleError` that other command line options would avoid."""


@dataclass(frozen=True)
class Reduction:
    """Makes a network narrow: how a published channel count becomes the count that is built.

    A network is laid out with its published counts (expansions multiplied out, shortcuts decided) and each
    convolution and hidden fully connected layer is reduced afterwards, so `divisor` never changes the topology.
    """

    divisor: int = 1
    multiple: int = 1
    """Convolutions are rounded down to this multiple: the number of groups, where some convolution has groups."""

    def convolution(self, published: int) -> int:
        return self.hidden(published) // self.multiple * self.multiple

    def hidden(self, published: int) -> int:
        return published if self.divisor == 1 else max(4, published // self.divisor)


def local_response_norm(x: Tensor, radius: int, bias: float, alpha: float, beta: float) -> Tensor:
    """x / (bias + alpha * sum of squares over channels c - radius ... c + radius) ^ beta.

    PyTorch's function takes the mean over the window where TensorFlow takes the sum, so its alpha is larger.
    """
    window = 2 * radius + 1
    return F.local_response_norm(x, window, alpha=alpha * window, beta=beta, k=bias)


def pad_for_pool(x: Tensor, size: int, stride: int, padding: Padding, value: float = -math.inf) -> Tensor:
    """`x` with a margin of -inf where windows overhang, so that only pixels that exist can be a maximum.

    PyTorch's own padding is the same on both sides, and its `ceil_mode` leaves out windows that begin in the padding.
    """
    top, bottom = window_padding(padding, x.shape[2], size, stride)
    left, right = window_padding(padding, x.shape[3], size, stride)
    return F.pad(x, (left, right, top, bottom), value=value)


class Layers:
    """Runs layers one after the other and keeps account of parameters, multiply-adds and kinks.

    Without `values` nothing is computed: parameters and activations are only shapes (PyTorch's `meta` device), which
    lists the parameters of a network and counts its work at any size at no cost.
    """

    def __init__(
        self,
        reduction: Reduction,
        classes: int,
        values: Mapping[str, Tensor] | None = None,
        batch_statistics: bool = False,
        watch_kinks: bool = False,
    ) -> None:
        self.reduction = reduction
        self.classes = classes
        self.values = values
        self.batch_statistics = batch_statistics
        self.watch_kinks = watch_kinks
        self.shapes: dict[str, tuple[int, ...]] = {}
        """Every parameter met so far, in the order of use."""
        self.macs = 0
        """Multiply-adds of convolutions and fully connected layers for one image."""
        self.nearest_kink = math.inf
        """Least distance to a kink so far, in units of the tensor's root mean square (needs `watch_kinks`)."""
        self.batch_moments: dict[str, tuple[Tensor, Tensor]] = {}
        """Biased variance and mean that each batch normalisation found (needs `batch_statistics`)."""

    # Layers with parameters

    def conv(
        self,
        name: str,
        x: Tensor,
        channels: int,
        size: int,
        stride: int = 1,
        groups: int = 1,
        bias: bool = True,
        padding: Padding = "SAME",
    ) -> Tensor:
        """Convolution to `channels` (the published count)."""
        inputs, outputs = x.shape[1] // groups, self.reduction.convolution(channels)
        weights = self._parameter(f"{name}/weights", size, size, inputs, outputs).permute(3, 2, 0, 1)
        biases = self._parameter(f"{name}/biases", outputs) if bias else None
        return self._convolve(x, weights, biases, stride, groups, padding)

    def depthwise(self, name: str, x: Tensor, stride: int) -> Tensor:
        """SAME 3x3 convolution of every channel with a filter of its own; no biases."""
        channels = x.shape[1]
        weights = self._parameter(f"{name}/weights", 3, 3, channels, 1).permute(2, 3, 0, 1)
        return self._convolve(x, weights, None, stride, channels, "SAME")

    def batch_norm(self, name: str, x: Tensor) -> Tensor:
        """Normalises [N, C, ...] with the batch's mean and biased variance, or with the moving ones."""
        kinds = ("gamma", "beta", *STATISTICS)
        gamma, beta, mean, variance = (self._parameter(f"{name}/{kind}", x.shape[1]) for kind in kinds)
        if self.batch_statistics:
            if x.numel() == x.shape[1]:
                raise OptionError(f"{name} has one value in each channel, hence no variance; enlarge --image-size.")
            others = [axis for axis in range(x.dim()) if axis != 1]
            self.batch_moments[name] = torch.var_mean(x.detach(), others, correction=0)
            return F.batch_norm(x, None, None, gamma, beta, training=True, eps=EPSILON)
        return F.batch_norm(x, mean, variance, gamma, beta, training=False, eps=EPSILON)

    def hidden(self, name: str, x: Tensor, units: int, bias: bool = True) -> Tensor:
        """Fully connected layer to `units` (the published count)."""
        return self._dense(name, x, self.reduction.hidden(units), bias)

    def classifier(self, name: str, x: Tensor, bias: bool = True) -> Tensor:
        """Fully connected layer to the classes, which are never reduced."""
        return self._dense(name, x, self.classes, bias)

    # Layers without parameters

    def relu(self, x: Tensor) -> Tensor:
        self._watch(x, x.abs)
        return F.relu(x)

    def relu6(self, x: Tensor) -> Tensor:
        self._watch(x, lambda: torch.minimum(x.abs(), (x - 6).abs()))
        return F.relu6(x)

    def lrn(self, x: Tensor, radius: int = 2, alpha: float = 2e-5) -> Tensor:
        """Local response normalisation, with AlexNet's constants unless told otherwise."""
        return local_response_norm(x, radius=radius, bias=1, alpha=alpha, beta=0.75)

    def max_pool(self, x: Tensor, size: int, stride: int, padding: Padding = "VALID") -> Tensor:
        """Maximum pooling."""
        inside, x = x, pad_for_pool(x, size, stride, padding)
        if min(x.shape[2:]) < size:
            sides = "x".join(str(side) for side in x.shape[2:])
            raise OptionError(f"A {size}x{size} pooling window does not fit into {sides} pixels; enlarge --image-size.")
        self._watch(inside, lambda: _lead_of_maximum(x, size, stride))
        return F.max_pool2d(x, size, stride)

    def average_pool(self, x: Tensor, size: int, stride: int, padding: Padding) -> Tensor:
        """Mean of the pixels of each window that lie inside the image."""
        inside = pad_for_pool(torch.ones_like(x[:1, :1]), size, stride, padding, value=0)
        sums = F.avg_pool2d(pad_for_pool(x, size, stride, padding, value=0), size, stride, divisor_override=1)
        return sums / F.avg_pool2d(inside, size, stride, divisor_override=1)

    def concatenate(self, *parts: Tensor) -> Tensor:
        """Along the channels."""
        return torch.cat(parts, 1)

    def global_mean(self, x: Tensor) -> Tensor:
        """[N, C, H, W] -> [N, C]."""
        return x.mean((2, 3))

    def flatten(self, x: Tensor) -> Tensor:
        """[N, C, H, W] -> [N, H * W * C], the channel running fastest."""
        return x.permute(0, 2, 3, 1).flatten(1)

    # Common parts

    def _parameter(self, name: str, *shape: int) -> Tensor:
        self.shapes[name] = shape
        return torch.empty(shape, device="meta") if self.values is None else self.values[name]

    def _convolve(
        self, x: Tensor, weights: Tensor, biases: Tensor | None, stride: int, groups: int, padding: Padding
    ) -> Tensor:
        kernel = weights.shape[2]
        top, bottom = window_padding(padding, x.shape[2], kernel, stride)
        left, right = window_padding(padding, x.shape[3], kernel, stride)
        if min(x.shape[2] + top + bottom, x.shape[3] + left + right) < kernel:
            raise OptionError(f"A {kernel}x{kernel} filter does not fit into the image; enlarge --image-size.")
        y = F.conv2d(F.pad(x, (left, right, top, bottom)), weights, biases, stride, groups=groups)
        self.macs += y.shape[2] * y.shape[3] * weights.numel()
        return y

    def _dense(self, name: str, x: Tensor, units: int, bias: bool) -> Tensor:
        weights = self._parameter(f"{name}/weights", x.shape[1], units)
        self.macs += weights.numel()
        y = x @ weights
        return y + self._parameter(f"{name}/biases", units) if bias else y

    def _watch(self, x: Tensor, distances: Callable[[], Tensor]) -> None:
        """Notes the least of `distances()`, evaluated only where kinks are watched."""
        if not self.watch_kinks or self.values is None:
            return
        with torch.no_grad():
            scale = x.square().mean().sqrt().item()
            found = distances()
            if scale > 0 and found.numel() > 0:
                self.nearest_kink = min(self.nearest_kink, found.min().item() / scale)


def _lead_of_maximum(x: Tensor, size: int, stride: int) -> Tensor:
    """How far the largest value of each pooling window is above the second largest.

    Windows without a positive value are left out: all poolings follow a ReLU, which passes no gradient there. So are
    those whose values are equal but for float64's rounding: behind a pooling of stride 1, neighbours come from the same
    pixels, so that the gradient arrives there whichever of them wins.
    """
    windows = x.unfold(2, size, stride).unfold(3, size, stride).flatten(4)
    best = windows.topk(2, dim=-1).values
    lead = best[..., 0] - best[..., 1]
    return lead[(best[..., 0] > 0) & (lead > 1e-12 * best[..., 0])]
