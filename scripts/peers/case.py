"""What all peers share: the command line, parameters and images, the check, the measured loop, the JSON line.

Parameters, image and right answers come from the files of `scripts/oracle` (float64 throughout), which `bench verify`
reads too. A batch repeats the file's only image: the statistics of the batch, hence its logits, are then those of the
file, and its gradients are the file's times the batch size. Every peer is checked before it is timed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors import safe_open

sys.path.append(str(Path(__file__).resolve().parent.parent / "oracle"))
from networks import NETWORKS  # noqa: E402

HOME = Path(os.environ.get("PEERS_HOME") or Path(tempfile.gettempdir()) / "bench-peers")
LOGITS_BOUND = 1e-4
"""Largest relative L2 error of an image's logits. float32 has up to 1e-5 here, TF32 and bfloat16 1e-3 and more."""
GRADIENT_BOUNDS = (0.2, 1e-3)
"""The same for the gradients of the first and of the last weights. On the way to the first, rounding flips ReLUs, which
moves it by up to 0.05 (see scripts/oracle/README.md); something left out moves it by about 1."""
ENDS = {
    "alexnet": ("conv1/weights", "fc8/weights"),
    "vgg16": ("conv1_1/weights", "fc8/weights"),
    "mobilenetv2": ("conv1/weights", "logits/weights"),
}
"""First and last weights of each network."""
CHANNELS_LAST, CHANNELS_FIRST = (0, 1, 2, 3), (0, 3, 1, 2)


class Case:
    """One network, pass, batch size and number of threads, and the values to compute with."""

    def __init__(self, modes: tuple[str, ...], passes: tuple[str, ...] = ("forward",)) -> None:
        parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
        parser.add_argument("model", choices=ENDS)
        parser.add_argument("--pass", dest="step", choices=passes, default=passes[0])
        parser.add_argument("--batch-size", type=int, default=1)
        parser.add_argument("--threads", type=int, default=2)
        parser.add_argument("--mode", choices=modes, default=modes[0])
        parser.add_argument("--seconds", type=float, default=3, help="time limit, after three steps at least")
        options = parser.parse_args()
        self.model, self.step, self.batch = options.model, options.step, options.batch_size
        self.threads, self.mode, self.seconds = options.threads, options.mode, options.seconds
        self.forward_only = self.step == "forward"
        self._read()

    def _read(self) -> None:
        name = f"{self.model}-{self.step}" if self.model == "mobilenetv2" else self.model
        with safe_open(HOME / "references" / f"{name}.safetensors", framework="numpy") as file:
            names = [name for name in file.keys() if not name.startswith("gradient/")]
            values = {name: file.get_tensor(name) for name in names}
            self.image, self.logits = values.pop("input"), values.pop("logits")
            self.parameters: dict[str, np.ndarray] = values
            # One gradient at either end of the network: an error anywhere between them shows in the first.
            self.checked = () if self.forward_only else ENDS[self.model]
            self.gradients = {name: file.get_tensor(f"gradient/{name}") for name in self.checked}

    def images(self, axes: tuple[int, ...] = CHANNELS_LAST) -> np.ndarray:
        """The batch, [N, H, W, C] or in another order of axes."""
        return np.ascontiguousarray(np.repeat(self.image, self.batch, axis=0).transpose(axes))

    def network(self, layers: object, x: object) -> object:
        """Runs the network's definition with a framework's layers (the methods of the oracle's `Layers`)."""
        return NETWORKS[self.model].forward(layers, x)

    def error(self, logits: np.ndarray, gradients: dict[str, np.ndarray]) -> str | None:
        """What is wrong with the results, or nothing; the errors go to the JSON line in any case."""
        rows = np.asarray(logits, dtype=np.float64).reshape(self.batch, -1)
        self.logits_error = float(np.max([_relative(row, self.logits[0]) for row in rows]))  # `max` can lose a NaN
        self.gradient_errors = [_relative(gradients[name] / self.batch, self.gradients[name]) for name in self.checked]
        if not self.logits_error <= LOGITS_BOUND:
            return f"The logits differ from the reference by {self.logits_error:.1e} (relative L2)."
        for name, found, bound in zip(self.checked, self.gradient_errors, GRADIENT_BOUNDS):
            if not found <= bound:
                return f"The gradient of {name} differs from the reference by {found:.1e} (relative L2)."
        return None

    def measure(
        self, step: Callable[[], object], logits: np.ndarray, gradients: dict[str, np.ndarray] | None = None,
        batches: int = 1, **details: object,
    ) -> None:
        """Checks the results of the first step, times further steps of so many batches, prints the JSON line."""
        line = {
            "model": self.model, "pass": self.step, "batch_size": self.batch, "threads": self.threads,
            "error": self.error(logits, gradients or {}), "logits_error": self.logits_error,
            "gradient_errors": self.gradient_errors, "details": details,
        }
        if line["error"] is None:
            _repeat(step, seconds=0.3, least=1)  # the first step of all was the one that was checked
            others = _others_cpu()
            durations = _repeat(step, self.seconds, least=3)
            line["others_cores"] = round((_others_cpu() - others) / sum(durations), 3)
            line["durations_s"] = [duration / batches for duration in durations]
        line["peak_rss_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps(line), flush=True)


def _repeat(step: Callable[[], object], seconds: float, least: int) -> list[float]:
    """Durations of steps, run until the time is up and at least so often."""
    durations: list[float] = []
    start = time.perf_counter()
    while len(durations) < least or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        step()
        durations.append(time.perf_counter() - before)
    return durations


def _others_cpu() -> float:
    """CPU seconds that other processes have used since the machine started, stolen ones left out."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]]
    busy = sum(fields) - fields[3] - fields[4]
    return busy / os.sysconf("SC_CLK_TCK") - sum(os.times()[:2])


def _relative(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected.astype(np.float64)))
