#!/usr/bin/env python3
"""Writes Tests/Fixtures/onnx: one small graph with every operator that a layer stands for, and its logits; twice, with weights in the file and beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import reference

FOLDER = Path(__file__).resolve().parents[2] / "Tests/Fixtures/onnx"


class Graph:
    """Nodes and seeded constants."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.random = np.random.default_rng(7)

    def floats(self, *shape: int, low: float = -0.5, high: float = 0.5) -> str:
        return self.constant(self.random.uniform(low, high, shape).astype(np.float32))

    def constant(self, array: np.ndarray) -> str:
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=f"/{name}", **attributes))
        return name


def build() -> tuple[onnx.ModelProto, str]:
    graph = Graph()
    x = graph.node(
        "Conv", "images", graph.floats(8, 2, 3, 5), graph.floats(8), group=2, pads=[1, 2, 0, 1], strides=[2, 1])
    x = graph.node("Clip", x, graph.constant(np.float32(0)), graph.constant(np.float32(6)))
    positive = dict(low=0.5, high=1.5)
    x = graph.node(
        "BatchNormalization", x, graph.floats(8, **positive), graph.floats(8), graph.floats(8),
        graph.floats(8, **positive), epsilon=1e-3)
    x = graph.node("MaxPool", x, kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 0], ceil_mode=1)
    # Behind a pool, an activation and a batch norm are layers by themselves.
    x = graph.node("Relu", x)
    x = graph.node(
        "BatchNormalization", x, graph.floats(8, **positive), graph.floats(8), graph.floats(8),
        graph.floats(8, **positive))
    a = graph.node("Conv", x, graph.floats(6, 8, 1, 1))
    b = graph.node("AveragePool", x, kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1)
    c = graph.node("AveragePool", x, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    x = graph.node("Concat", a, b, c, axis=1)
    x = graph.node("LRN", x, size=5, alpha=0.5, beta=0.75, bias=1.5)
    depthwise = graph.node("Conv", x, graph.floats(22, 1, 3, 3), group=22, auto_pad="SAME_UPPER")
    x = graph.node("Relu", graph.node("Add", depthwise, x))
    x = graph.node("Dropout", x)
    # An image of 22 channels: the order in which it is flattened counts.
    x = graph.node("Flatten", x)
    x = graph.node("Gemm", x, graph.floats(10, 22 * 24), graph.floats(10), transB=1, alpha=0.5, beta=2.0)
    x = graph.node("Relu", x)
    x = graph.node("Reshape", x, graph.constant(np.array([0, -1], dtype=np.int64)))
    x = graph.node("MatMul", graph.node("Identity", x), graph.floats(10, 7))
    logits = graph.node("Add", x, graph.floats(7))
    graph.nodes.append(helper.make_node("Softmax", [logits], ["probabilities"]))
    made = helper.make_graph(
        graph.nodes, "every operator",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", 4, 15, 13])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 7])], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model, logits


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    model, logits = build()
    onnx.save(model, FOLDER / "operators.onnx")
    # The same graph with weights in a file beside it. onnx appends to one that is there.
    (FOLDER / "operators.weights").unlink(missing_ok=True)
    onnx.save(
        onnx.load(FOLDER / "operators.onnx"), FOLDER / "external.onnx", save_as_external_data=True,
        location="operators.weights", size_threshold=64)
    # The same graph with its logits as an output, for ONNX Runtime.
    model.graph.output.append(helper.make_tensor_value_info(logits, TensorProto.FLOAT, ["N", 7]))
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, f"{folder}/model.onnx")
        reference.write(f"{folder}/model.onnx", str(FOLDER / "operators.safetensors"), batch=3, logits=logits)


if __name__ == "__main__":
    main()
