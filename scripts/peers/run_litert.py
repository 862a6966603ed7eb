"""LiteRT, TensorFlow Lite's successor, with its default delegate, XNNPACK."""

from importlib.metadata import version

from ai_edge_litert.interpreter import Interpreter

from case import Case
from litert_model import build


def main():
    case = Case(modes=("default",))
    interpreter = Interpreter(model_content=build(case), num_threads=case.threads)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], case.images())
    output = interpreter.get_output_details()[0]["index"]
    interpreter.invoke()
    case.measure(interpreter.invoke, interpreter.get_tensor(output), version=version("ai-edge-litert"))


main()
