"""ncnn, which takes one image at a time. `images`: as many images at once as there are threads; `threads`: one after
the other, each on all threads.
"""

import queue
import threading

import ncnn
import numpy as np

from case import CHANNELS_FIRST, Case
from ncnn_model import write


def main():
    case = Case(modes=("images", "threads"))
    images = case.images(CHANNELS_FIRST)
    net = ncnn.Net()
    net.opt.num_threads = case.threads if case.mode == "threads" else 1
    for kind in ("bf16", "fp16"):
        for use in ("packed", "storage"):
            setattr(net.opt, f"use_{kind}_{use}", False)
    net.opt.use_fp16_arithmetic = False
    text, weights, last = write(case)
    net.load_param(str(text))
    net.load_model(str(weights))
    inputs = [ncnn.Mat(image) for image in images]
    logits = np.empty((case.batch, 1000), np.float32)

    def run(index):
        extractor = net.create_extractor()
        extractor.input("input0", inputs[index])
        logits[index] = extractor.extract(last)[1]

    def all_of_them():
        for index in range(case.batch):
            run(index)

    if case.mode == "images" and case.batch > 1 and case.threads > 1:
        step = in_threads(run, case)
    else:
        step = all_of_them
    step()
    case.measure(step, logits.copy(), version=ncnn.__version__)


def in_threads(run, case):
    waiting, done = queue.SimpleQueue(), queue.SimpleQueue()

    def work():
        while True:
            run(waiting.get())
            done.put(None)

    for _ in range(case.threads):
        threading.Thread(target=work, daemon=True).start()

    def step():
        for index in range(case.batch):
            waiting.put(index)
        for _ in range(case.batch):
            done.get()

    return step


main()
