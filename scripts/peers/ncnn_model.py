"""The network in ncnn's two files: layers as text, weights as float32. One image, [C, H, W].

Batch normalisation is folded into the convolution before it and activations are fused, as ncnn's own optimiser does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from case import HOME, Case
from padding import window_padding, same_padding

RELU, RELU6 = {9: 1}, {9: 3, -23310: "2,0.0,6.0"}


@dataclass(eq=False)
class Node:
    """A layer and what it returns; `shape` is [C, H, W]."""

    layers: Layers
    kind: str
    inputs: list[Node]
    shape: tuple[int, int, int]
    options: dict[int, object] = field(default_factory=dict)
    weights: np.ndarray | None = None
    biases: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.name = f"{self.kind.lower()}{len(self.layers.nodes)}"
        self.layers.nodes.append(self)

    def __add__(self, other: Node) -> Node:
        return Node(self.layers, "BinaryOp", [self, other], self.shape, {0: 0})


class Layers:
    """The oracle's layers, collected as nodes."""

    def __init__(self, parameters: dict[str, np.ndarray]) -> None:
        self.parameters = parameters
        self.nodes: list[Node] = []

    def conv(self, name, x, channels, size, stride=1, groups=1, bias=True):
        weights = self.parameters[f"{name}/weights"].transpose(3, 2, 0, 1)
        biases = self.parameters[f"{name}/biases"] if bias else np.zeros(channels, np.float32)
        return self.convolve(x, weights, biases, stride, groups)

    def depthwise(self, name, x, stride):
        weights = self.parameters[f"{name}/weights"].transpose(2, 3, 0, 1)
        return self.convolve(x, weights, np.zeros(x.shape[0], np.float32), stride, groups=x.shape[0])

    def convolve(self, x, weights, biases, stride, groups):
        size = weights.shape[2]
        before, after = same_padding(x.shape[1], size, stride)
        side = (x.shape[1] + before + after - size) // stride + 1
        options = {0: len(biases), 1: size, 3: stride, 4: before, 14: before, 15: after, 16: after, 5: 1}
        options |= {6: weights.size} | ({7: groups} if groups > 1 else {})
        kind = "ConvolutionDepthWise" if groups > 1 else "Convolution"
        return Node(self, kind, [x], (len(biases), side, side), options, weights, biases)

    def batch_norm(self, name, x):
        kinds = ("gamma", "beta", "moving_mean", "moving_variance")
        gamma, beta, mean, variance = (self.parameters[f"{name}/{kind}"] for kind in kinds)
        scale = gamma / np.sqrt(variance + 1e-5)
        x.weights, x.biases = x.weights * scale[:, None, None, None], beta + (x.biases - mean) * scale
        return x

    def hidden(self, name, x, units):
        weights = self.parameters[f"{name}/weights"]
        channels, height, width = x.shape  # the suite's weights have the order H, W, C
        weights = weights.reshape(height, width, channels, units).transpose(3, 2, 0, 1)
        options = {0: units, 1: 1, 2: weights.size}
        biases = self.parameters[f"{name}/biases"]
        return Node(self, "InnerProduct", [x], (units, 1, 1), options, weights, biases)

    def classifier(self, name, x, bias=True):
        return self.hidden(name, x, 1000)

    def relu(self, x):
        x.options |= RELU
        return x

    def relu6(self, x):
        x.options |= RELU6
        return x

    def lrn(self, x):
        """ncnn takes the mean over the window where the suite takes the sum, so alpha is larger."""
        return Node(self, "LRN", [x], x.shape, {0: 0, 1: 5, 2: 5 * 2e-5, 3: 0.75, 4: 1.0})

    def max_pool(self, x, size, stride, padding="VALID"):
        before, after = window_padding(padding, x.shape[1], size, stride)
        side = (x.shape[1] + before + after - size) // stride + 1
        options = {0: 0, 1: size, 2: stride, 3: before, 13: before, 14: after, 15: after, 5: 1}
        return Node(self, "Pooling", [x], (x.shape[0], side, side), options)

    def global_mean(self, x):
        return Node(self, "Pooling", [x], (x.shape[0], 1, 1), {0: 1, 4: 1})

    def flatten(self, x):
        return x  # fully connected layers do it

    def text(self) -> str:
        """Layers in order; a result that two layers read goes through a `Split`, as ncnn wants it."""
        readers = Counter(source.name for node in self.nodes for source in node.inputs)
        lines, blobs, taken = [], 0, Counter()
        for node in self.nodes:
            sources = []
            for source in node.inputs:
                sources.append(f"{source.name}_{taken[source.name]}" if readers[source.name] > 1 else source.name)
                taken[source.name] += 1
            options = [f"{key}={value}" for key, value in node.options.items()]
            lines.append(" ".join([node.kind, node.name, str(len(sources)), "1", *sources, node.name, *options]))
            blobs += 1
            if readers[node.name] > 1:
                copies = [f"{node.name}_{index}" for index in range(readers[node.name])]
                lines.append(" ".join(["Split", f"split_{node.name}", "1", str(len(copies)), node.name, *copies]))
                blobs += len(copies)
        return "\n".join(["7767517", f"{len(lines)} {blobs}", *lines]) + "\n"


def write(case: Case) -> tuple[Path, Path, str]:
    """The files with layers and weights, written unless they are there, and the name of the last result."""
    layers = Layers(case.parameters)
    images = Node(layers, "Input", [], (3, 224, 224), {0: 224, 1: 224, 2: 3})
    last = case.network(layers, images)
    path = HOME / "ncnn" / case.model
    text, weights = path.with_suffix(".param"), path.with_suffix(".bin")
    if not text.exists():
        path.parent.mkdir(exist_ok=True)
        with weights.open("wb") as file:
            for node in layers.nodes:
                if node.weights is not None:
                    file.write(bytes(4))  # a mark: float32 follows
                    file.write(np.ascontiguousarray(node.weights, dtype="<f4").data)
                    file.write(np.ascontiguousarray(node.biases, dtype="<f4").data)
        text.write_text(layers.text())
    return text, weights, last.name
