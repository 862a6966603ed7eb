"""MNN in float32. Its converter writes the model to a file, which is kept."""

import MNN
import _tools  # MNN's converter: the `mnnconvert` command installs a logging client with pip first, this does not
import MNN.expr as expr

from case import CHANNELS_FIRST, HOME, Case
from onnx_model import build


def converted(case):
    path = HOME / "mnn" / f"{case.model}-{case.batch}.mnn"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        source, target = path.with_suffix(".onnx"), path.with_suffix(".part")
        source.write_bytes(build(case))
        _tools.mnnconvert([
            "mnnconvert", "-f", "ONNX", "--modelFile", str(source), "--MNNModel", str(target), "--bizCode", "bench"])
        source.unlink()
        target.rename(path)
    return str(path)


def main():
    case = Case(modes=("default",))
    settings = {"backend": "CPU", "precision": "high", "numThread": case.threads}
    runtime = MNN.nn.create_runtime_manager((settings,))
    model = MNN.nn.load_module_from_file(converted(case), ["images"], ["logits"], runtime_manager=runtime)
    images = expr.const(case.images(CHANNELS_FIRST), [case.batch, 3, 224, 224], expr.NCHW)

    def step():
        return model.forward(images).read()  # `forward` alone is lazy

    case.measure(step, step(), version=MNN.version())


main()
