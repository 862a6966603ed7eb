"""The network as an ONNX model, for ONNX Runtime, OpenVINO and MNN: [N, C, H, W], fixed batch size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from case import Case
from padding import window_padding, same_padding


@dataclass
class Value:
    """A tensor of the model: what the network's definition adds and reads the shape of."""

    layers: Layers
    name: str
    shape: tuple[int, ...]
    flattened: tuple[int, ...] | None = None
    """[C, H, W] of what was flattened to this."""

    def __add__(self, other: Value) -> Value:
        return self.layers.node("Add", [self, other], self.shape)


class Layers:
    """The oracle's layers, each adding its node to the model."""

    def __init__(self, parameters: dict[str, np.ndarray]) -> None:
        self.parameters = parameters
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}

    def node(self, kind: str, inputs: list, shape: tuple[int, ...], **attributes: object) -> Value:
        name = f"{kind.lower()}{len(self.nodes)}"
        names = [value.name if isinstance(value, Value) else value for value in inputs]
        self.nodes.append(helper.make_node(kind, names, [name], name=name, **attributes))
        return Value(self, name, shape)

    def constant(self, name: str, change=lambda array: array) -> str:
        self.constants[name] = np.ascontiguousarray(change(self.parameters[name]))
        return name

    def conv(self, name, x, channels, size, stride=1, groups=1, bias=True):
        weights = self.constant(f"{name}/weights", lambda array: array.transpose(3, 2, 0, 1))
        return self.convolve(name, x, weights, channels, size, stride, groups, bias)

    def depthwise(self, name, x, stride):
        weights = self.constant(f"{name}/weights", lambda array: array.transpose(2, 3, 0, 1))
        return self.convolve(name, x, weights, x.shape[1], 3, stride, x.shape[1], bias=False)

    def convolve(self, name, x, weights, channels, size, stride, groups, bias):
        before, after = same_padding(x.shape[2], size, stride)
        side = (x.shape[2] + before + after - size) // stride + 1
        inputs = [x, weights] + ([self.constant(f"{name}/biases")] if bias else [])
        return self.node(
            "Conv", inputs, (x.shape[0], channels, side, side), kernel_shape=[size, size], strides=[stride, stride],
            pads=[before, before, after, after], group=groups)

    def batch_norm(self, name, x):
        kinds = ("gamma", "beta", "moving_mean", "moving_variance")
        inputs = [x, *(self.constant(f"{name}/{kind}") for kind in kinds)]
        return self.node("BatchNormalization", inputs, x.shape, epsilon=1e-5)

    def hidden(self, name, x, units):
        def reorder(array: np.ndarray) -> np.ndarray:
            """Inputs in the order in which `flatten` found them: C, H, W for the suite's H, W, C."""
            if x.flattened is None:
                return array
            channels, height, width = x.flattened
            return array.reshape(height, width, channels, units).transpose(2, 0, 1, 3).reshape(array.shape)

        inputs = [x, self.constant(f"{name}/weights", reorder), self.constant(f"{name}/biases")]
        return self.node("Gemm", inputs, (x.shape[0], units))

    def classifier(self, name, x, bias=True):
        return self.hidden(name, x, 1000)

    def relu(self, x):
        return self.node("Relu", [x], x.shape)

    def relu6(self, x):
        self.constants |= {"zero": np.float32(0), "six": np.float32(6)}
        return self.node("Clip", [x, "zero", "six"], x.shape)

    def lrn(self, x):
        """ONNX takes the mean over the window where the suite takes the sum, so alpha is larger."""
        return self.node("LRN", [x], x.shape, size=5, alpha=5 * 2e-5, beta=0.75, bias=1.0)

    def max_pool(self, x, size, stride, padding="VALID"):
        before, after = window_padding(padding, x.shape[2], size, stride)
        side = (x.shape[2] + before + after - size) // stride + 1
        return self.node(
            "MaxPool", [x], (*x.shape[:2], side, side), kernel_shape=[size, size], strides=[stride, stride],
            pads=[before, before, after, after])

    def global_mean(self, x):
        return self.flatten(self.node("GlobalAveragePool", [x], (*x.shape[:2], 1, 1)))

    def flatten(self, x):
        value = self.node("Flatten", [x], (x.shape[0], math.prod(x.shape[1:])), axis=1)
        value.flattened = x.shape[1:]
        return value


def build(case: Case) -> bytes:
    """The serialised model, from `images` to `logits`."""
    layers = Layers(case.parameters)
    shape = (case.batch, 3, 224, 224)
    last = case.network(layers, Value(layers, "images", shape))
    layers.nodes.append(helper.make_node("Identity", [last.name], ["logits"]))
    graph = helper.make_graph(
        layers.nodes, case.model,
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, last.shape)],
        [numpy_helper.from_array(array, name) for name, array in layers.constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model.SerializeToString()
