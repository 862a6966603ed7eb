#!/usr/bin/env python3
"""Times a network of networks.py, exported to ONNX, in `bench` and in ONNX Runtime, in turns: scripts/onnx/README.md."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

from networks import NETWORKS, seeded
from verify import ROOT, export


def bench(program: str, model: Path, batch: int, threads: int, steps: int) -> float:
    """Milliseconds of a step: the median of one process, which verifies every plan first."""
    ran = subprocess.run(
        [program, "run", str(model), "--pass", "forward", "--batch-size", str(batch), "--threads", str(threads),
         "--num-batches", str(steps), "--format", "json"], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(ran.stderr)
    return 1000 * statistics.median(json.loads(ran.stdout)["records"][0]["durations_s"])


def runtime(model: Path, batch: int, threads: int, steps: int) -> float:
    """Milliseconds of a step: the median of one session."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # The session ends with its turn, so its waiting threads take no time of the other program's.
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    source = session.get_inputs()[0]
    images = np.random.default_rng(1).standard_normal((batch, *source.shape[1:])).astype(np.float32)
    times = []
    for _ in range(steps + 3):
        start = time.perf_counter()
        session.run(None, {source.name: images})
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[3:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the model is, or is exported to")
    parser.add_argument("--bench", default=str(ROOT / ".build/debug/bench"))
    parser.add_argument("--network", default="resnet50", choices=sorted(NETWORKS))
    parser.add_argument("--opset", type=int, default=17)
    parser.add_argument("--batch-size", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=15)
    parser.add_argument("--turns", type=int, default=5)
    arguments = parser.parse_args()
    model = arguments.folder / f"{arguments.network}-{arguments.opset}.onnx"
    if not model.exists():
        arguments.folder.mkdir(parents=True, exist_ok=True)
        export(seeded(NETWORKS[arguments.network]), model, arguments.opset, True)
    print("| batch | bench, ms | ONNX Runtime, ms | ratio | turns |\n|---:|---:|---:|---:|---|")
    for batch in arguments.batch_size:
        pairs = []
        for turn in range(arguments.turns):
            pair = {}
            for name in ["bench", "runtime"] if turn % 2 == 0 else ["runtime", "bench"]:
                work = (model, batch, arguments.threads, arguments.steps)
                pair[name] = bench(arguments.bench, *work) if name == "bench" else runtime(*work)
            pairs.append((pair["bench"], pair["runtime"]))
        ratios = sorted(other / mine for mine, other in pairs)
        print(
            f"| {batch} | {statistics.median(mine for mine, _ in pairs):.2f} | "
            f"{statistics.median(other for _, other in pairs):.2f} | {statistics.median(ratios):.2f} | "
            f"{ratios[0]:.2f} to {ratios[-1]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
