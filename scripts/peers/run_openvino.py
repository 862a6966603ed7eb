"""OpenVINO in float32. `latency`: one batch at a time on all threads; `throughput`: several batches in flight."""

import openvino

from case import CHANNELS_FIRST, Case
from onnx_model import build


def main():
    case = Case(modes=("latency", "throughput"))
    core = openvino.Core()
    settings = {
        "INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": case.threads,
        "PERFORMANCE_HINT": case.mode.upper(), "ENABLE_CPU_PINNING": True,
    }
    model = core.compile_model(core.read_model(build(case)), "CPU", settings)
    images = openvino.Tensor(case.images(CHANNELS_FIRST), shared_memory=True)
    details = {"version": openvino.__version__, "streams": int(model.get_property("NUM_STREAMS"))}
    if case.mode == "latency":
        request = model.create_infer_request()
        request.set_input_tensor(images)
        step, batches = request.infer, 1
    else:
        queue = openvino.AsyncInferQueue(model, int(model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")))
        for request in queue:
            request.set_input_tensor(images)
        # At batch 1 more than one for each request, so that starting and waiting do not count.
        batches = len(queue) * (8 if case.batch == 1 else 1)

        def step():
            for _ in range(batches):
                queue.start_async()
            queue.wait_all()

        request = queue[0]
    step()
    case.measure(step, request.get_output_tensor().data.copy(), batches=batches, **details)


main()
