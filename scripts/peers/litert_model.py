"""The network as a TensorFlow Lite model, for LiteRT: [N, H, W, C], fixed batch size.

The file is written with the schema that comes with the runtime, so no converter decides what it contains. As a converter
would, this folds batch norms into the weights and activations into the operation before them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from case import Case
from padding import window_padding

SAME, VALID = schema.Padding.SAME, schema.Padding.VALID
ACTIVATION = schema.ActivationFunctionType
KINDS = schema.BuiltinOperator


@dataclass
class Value:
    """A tensor of the model: what the network's definition adds and reads the shape of, as [N, C, H, W] or [N, C]."""

    layers: Layers
    index: int
    shape: tuple[int, ...]

    def __add__(self, other: Value) -> Value:
        return self.layers.add("ADD", [self.index, other.index], self.shape, schema.AddOptionsT())


class Layers:
    """The oracle's layers, each adding its operation to the model."""

    def __init__(self, parameters: dict[str, np.ndarray]) -> None:
        self.parameters = parameters
        self.tensors: list[schema.TensorT] = []
        self.constants: dict[int, np.ndarray] = {}
        self.operators: list[tuple[str, schema.OperatorT]] = []
        self.made_by: dict[int, schema.OperatorT] = {}

    def tensor(self, name: str, shape: tuple[int, ...], kind: int = schema.TensorType.FLOAT32) -> int:
        """`shape` in TensorFlow's order."""
        made = schema.TensorT()
        made.name, made.shape, made.type = name, list(shape), kind
        self.tensors.append(made)
        return len(self.tensors) - 1

    def constant(self, name: str, array: np.ndarray) -> int:
        kind = schema.TensorType.INT32 if array.dtype == np.int32 else schema.TensorType.FLOAT32
        index = self.tensor(name, array.shape, kind)
        self.constants[index] = np.ascontiguousarray(array)
        return index

    def add(self, kind: str, inputs: list[int], shape: tuple[int, ...], options: object) -> Value:
        ours = shape if len(shape) == 2 else (shape[0], shape[2], shape[3], shape[1])
        output = self.tensor(f"{kind.lower()}{len(self.operators)}", ours)
        operator = schema.OperatorT()
        operator.inputs, operator.outputs = inputs, [output]
        operator.builtinOptions = options
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, type(options).__name__[:-1])
        self.operators.append((kind, operator))
        self.made_by[output] = operator
        return Value(self, output, shape)

    def conv(self, name, x, channels, size, stride=1, groups=1, bias=True):
        weights = self.parameters[f"{name}/weights"].transpose(3, 0, 1, 2)
        options = schema.Conv2DOptionsT(padding=SAME, strideW=stride, strideH=stride)
        return self.convolve("CONV_2D", name, x, weights, channels, stride, bias, options)

    def depthwise(self, name, x, stride):
        weights = self.parameters[f"{name}/weights"].transpose(3, 0, 1, 2)
        options = schema.DepthwiseConv2DOptionsT(padding=SAME, strideW=stride, strideH=stride, depthMultiplier=1)
        return self.convolve("DEPTHWISE_CONV_2D", name, x, weights, x.shape[1], stride, False, options)

    def convolve(self, kind, name, x, weights, channels, stride, bias, options):
        biases = self.parameters[f"{name}/biases"] if bias else np.zeros(channels, np.float32)
        inputs = [x.index, self.constant(f"{name}/weights", weights), self.constant(f"{name}/biases", biases)]
        side = math.ceil(x.shape[2] / stride)
        return self.add(kind, inputs, (x.shape[0], channels, side, side), options)

    def batch_norm(self, name, x):
        """Folded in double into the convolution before it, whose output nothing else reads."""
        gamma, beta, mean, variance = (
            self.parameters[f"{name}/{kind}"].astype(np.float64)
            for kind in ("gamma", "beta", "moving_mean", "moving_variance"))
        scale = gamma / np.sqrt(variance + 1e-5)
        _, weights, biases = self.made_by[x.index].inputs
        is_depthwise = self.constants[weights].shape[0] == 1 and self.constants[weights].shape[3] == len(scale)
        factor = scale if is_depthwise else scale[:, None, None, None]
        self.constants[weights] = np.ascontiguousarray((self.constants[weights] * factor).astype(np.float32))
        self.constants[biases] = ((self.constants[biases] - mean) * scale + beta).astype(np.float32)
        return x

    def hidden(self, name, x, units):
        weights = self.constant(f"{name}/weights", self.parameters[f"{name}/weights"].T)
        biases = self.constant(f"{name}/biases", self.parameters[f"{name}/biases"])
        return self.add(
            "FULLY_CONNECTED", [x.index, weights, biases], (x.shape[0], units), schema.FullyConnectedOptionsT())

    def classifier(self, name, x, bias=True):
        return self.hidden(name, x, 1000)

    def relu(self, x):
        return self.activate(x, ACTIVATION.RELU)

    def relu6(self, x):
        return self.activate(x, ACTIVATION.RELU6)

    def activate(self, x, activation):
        """Part of the operation before it, whose output nothing else reads."""
        self.made_by[x.index].builtinOptions.fusedActivationFunction = activation
        return x

    def lrn(self, x):
        options = schema.LocalResponseNormalizationOptionsT(radius=2, bias=1.0, alpha=2e-5, beta=0.75)
        return self.add("LOCAL_RESPONSE_NORMALIZATION", [x.index], x.shape, options)

    def max_pool(self, x, size, stride, padding="VALID"):
        before, after = window_padding(padding, x.shape[2], size, stride)
        side = (x.shape[2] + before + after - size) // stride + 1
        options = schema.Pool2DOptionsT(
            padding=SAME if padding == "SAME" else VALID, strideW=stride, strideH=stride, filterWidth=size,
            filterHeight=size)
        return self.add("MAX_POOL_2D", [x.index], (*x.shape[:2], side, side), options)

    def global_mean(self, x):
        axes = self.constant("axes", np.array([1, 2], np.int32))
        return self.add("MEAN", [x.index, axes], x.shape[:2], schema.ReducerOptionsT(keepDims=False))

    def flatten(self, x):
        shape = (x.shape[0], math.prod(x.shape[1:]))
        target = self.constant("shape", np.array(shape, np.int32))
        return self.add("RESHAPE", [x.index, target], shape, schema.ReshapeOptionsT(newShape=list(shape)))


def build(case: Case) -> bytes:
    """The model's file, from the images to the logits."""
    layers = Layers(case.parameters)
    shape = (case.batch, 3, 224, 224)
    images = layers.tensor("images", (case.batch, 224, 224, 3))
    last = case.network(layers, Value(layers, images, shape))

    model, graph = schema.ModelT(), schema.SubGraphT()
    model.version = 3
    kinds = sorted({kind for kind, _ in layers.operators})
    model.operatorCodes = [_code(kind) for kind in kinds]
    for kind, operator in layers.operators:
        operator.opcodeIndex = kinds.index(kind)
    # The first buffer is empty, for tensors that are computed.
    model.buffers = [schema.BufferT()]
    for index, array in layers.constants.items():
        buffer = schema.BufferT()
        buffer.data = array.reshape(-1).view(np.uint8)
        layers.tensors[index].buffer = len(model.buffers)
        model.buffers.append(buffer)
    graph.tensors, graph.operators = layers.tensors, [operator for _, operator in layers.operators]
    graph.inputs, graph.outputs, graph.name = [images], [last.index], case.model
    model.subgraphs = [graph]
    builder = flatbuffers.Builder(sum(array.nbytes for array in layers.constants.values()) + (1 << 20))
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _code(kind: str) -> schema.OperatorCodeT:
    code = schema.OperatorCodeT()
    code.builtinCode = getattr(KINDS, kind)
    # Readers of old files look here; the kinds of all operations here are below its limit.
    code.deprecatedBuiltinCode, code.version = code.builtinCode, 1
    return code
