"""ONNX Runtime, all graph optimisations."""

import onnxruntime

from case import CHANNELS_FIRST, Case
from onnx_model import build


def main():
    case = Case(modes=("default",))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = case.threads, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(build(case), options, providers=["CPUExecutionProvider"])
    images = case.images(CHANNELS_FIRST)

    def step():
        return session.run(["logits"], {"images": images})[0]

    case.measure(step, step(), version=onnxruntime.__version__)


main()
