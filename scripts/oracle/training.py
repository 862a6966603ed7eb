#!/usr/bin/env python3
"""Trains the CIFAR-10 tutorial's network in PyTorch as `bench train` does, and compares the losses of every step.

Everything is written again here: random numbers, initial weights, the order of the images, distortions, network, loss and
update. `bench` trains on the same files, which this script draws. It computes in float32, PyTorch in float64; a last column
has what PyTorch's own float32 differs from its float64. Steps multiply rounding errors, the more so the steeper the loss:
stripes of a large amplitude make it steep.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

STEP, MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1
IMAGES, QUEUE, SEED, SIDE = 2000, 500, 7, 24


class Stream:
    """SplitMix64 with a stream for each name."""

    def __init__(self, seed: int, name: str) -> None:
        digest = 0xCBF29CE484222325
        for byte in name.encode():
            digest = (digest ^ byte) * 0x100000001B3 & MASK
        self.state = ((seed * STEP & MASK) ^ digest) + STEP & MASK

    def next(self) -> int:
        self.state = self.state + STEP & MASK
        mixed = (self.state ^ self.state >> 30) * 0xBF58476D1CE4E5B9 & MASK
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & MASK
        return mixed ^ mixed >> 31

    def below(self, bound: int) -> int:
        return self.next() * bound >> 64

    def uniform(self) -> float:
        return (self.next() >> 11) * 2.0**-53

    def truncated_normal(self, count: int) -> np.ndarray:
        """Box & Muller's first number of each pair; those beyond two deviations are left out."""
        pairs = int(count * 1.1) + 1000
        with np.errstate(over="ignore"):
            mixed = np.uint64(self.state) + np.uint64(STEP) * np.arange(1, 2 * pairs + 1, dtype=np.uint64)
            mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
            mixed ^= mixed >> np.uint64(31)
        first, second = ((mixed >> np.uint64(11)) * 2.0**-53).reshape(-1, 2).T
        normal = np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * math.pi * second)
        return normal[np.abs(normal) <= 2][:count]


def draw_files(folder: Path, amplitude: float) -> tuple[np.ndarray, np.ndarray]:
    """CIFAR-10's training files with noisy stripes: labels [IMAGES] and images [IMAGES, 32, 32, 3]."""
    random = np.random.default_rng(1)
    labels = random.integers(0, 10, IMAGES)
    rows, columns = np.mgrid[0:32, 0:32]
    angle = labels[:, None, None] * math.pi / 10
    wave = np.sin((rows * np.cos(angle) + columns * np.sin(angle)) * 0.8 + random.uniform(0, 6, (IMAGES, 1, 1)))
    tint = random.uniform(-60, 60, (IMAGES, 1, 1, 3))
    images = np.clip(128 + tint + amplitude * wave[..., None] + random.normal(0, 40, (IMAGES, 32, 32, 3)), 0, 255)
    images = images.astype(np.uint8)
    records = np.concatenate([labels[:, None].astype(np.uint8), images.transpose(0, 3, 1, 2).reshape(IMAGES, -1)], 1)
    for number, part in enumerate(np.split(records, 5), start=1):
        (folder / f"data_batch_{number}.bin").write_bytes(part.tobytes())
    return labels, images


class Order:
    """The images in the order in which they leave the queue: (number of the reading, image)."""

    def __init__(self) -> None:
        self.slots, self.number = Stream(SEED, "queue"), 0
        self.waiting = [self._read() for _ in range(QUEUE)]

    def _read(self) -> tuple[int, int]:
        epoch, position = divmod(self.number, IMAGES)
        if position == 0:
            random, self.epoch = Stream(SEED, f"epoch {epoch}"), list(range(IMAGES))
            for last in range(IMAGES - 1, 0, -1):
                other = random.below(last + 1)
                self.epoch[last], self.epoch[other] = self.epoch[other], self.epoch[last]
        self.number += 1
        return self.number - 1, self.epoch[position]

    def draw(self) -> tuple[int, int]:
        slot = self.slots.below(QUEUE)
        drawn, self.waiting[slot] = self.waiting[slot], self._read()
        return drawn


def distort(image: np.ndarray, number: int) -> np.ndarray:
    random = Stream(SEED, f"image {number}")
    row, column = random.below(32 - SIDE + 1), random.below(32 - SIDE + 1)
    part = image[row : row + SIDE, column : column + SIDE].astype(np.float64)
    if random.uniform() < 0.5:
        part = part[:, ::-1]
    part = part + 63 * (2 * random.uniform() - 1)
    mean = part.mean(axis=(0, 1))
    part = (part - mean) * (0.2 + 1.6 * random.uniform()) + mean
    return (part - part.mean()) / max(part.std(), 1 / math.sqrt(part.size))


def initial_parameters(dtype: torch.dtype) -> dict[str, torch.Tensor]:
    def weights(name: str, shape: tuple[int, ...], deviation: float) -> np.ndarray:
        return (deviation * Stream(SEED, name).truncated_normal(math.prod(shape))).astype(np.float32).reshape(shape)

    layers = {
        "conv1": ((5, 5, 3, 64), 0.05, 0.0),
        "conv2": ((5, 5, 64, 64), 0.05, 0.1),
        "local3": ((6 * 6 * 64, 384), 0.04, 0.1),
        "local4": ((384, 192), 0.04, 0.1),
        "softmax_linear": ((192, 10), 1 / 192, 0.0),
    }
    arrays = {}
    for layer, (shape, deviation, bias) in layers.items():
        arrays[f"{layer}/weights"] = weights(f"{layer}/weights", shape, deviation)
        arrays[f"{layer}/biases"] = np.full(shape[-1], bias, np.float32)
    return {name: torch.tensor(array, dtype=dtype, requires_grad=True) for name, array in arrays.items()}


def logits(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    """x: [N, H, W, C]"""

    def convolve(name: str, x: torch.Tensor) -> torch.Tensor:
        return F.relu(F.conv2d(x, p[f"{name}/weights"].permute(3, 2, 0, 1), p[f"{name}/biases"], padding=2))

    def pool(x: torch.Tensor) -> torch.Tensor:
        return F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=-math.inf), 3, 2)

    def normalise(x: torch.Tensor) -> torch.Tensor:
        return F.local_response_norm(x, 9, alpha=0.001, beta=0.75, k=1)

    x = normalise(pool(convolve("conv1", x.permute(0, 3, 1, 2))))
    x = pool(normalise(convolve("conv2", x)))
    x = x.permute(0, 2, 3, 1).flatten(1)
    for name in ("local3", "local4"):
        x = F.relu(x @ p[f"{name}/weights"] + p[f"{name}/biases"])
    return x @ p["softmax_linear/weights"] + p["softmax_linear/biases"]


def losses(labels: np.ndarray, images: np.ndarray, options: argparse.Namespace, dtype: torch.dtype) -> list[float]:
    parameters, order, found = initial_parameters(dtype), Order(), []
    velocities = {name: torch.zeros_like(tensor) for name, tensor in parameters.items()}
    for _ in range(options.steps):
        drawn = [order.draw() for _ in range(options.batch_size)]
        x = torch.tensor(np.stack([distort(images[image], number) for number, image in drawn]), dtype=dtype)
        y = torch.tensor(labels[[image for _, image in drawn]])
        decayed = sum((parameters[f"{name}/weights"] ** 2).sum() for name in ("local3", "local4"))
        loss = F.cross_entropy(logits(x, parameters), y) + 0.004 * decayed / 2
        found.append(loss.item())
        gradients = torch.autograd.grad(loss, list(parameters.values()))
        with torch.no_grad():
            for (name, tensor), gradient in zip(parameters.items(), gradients):
                velocities[name] = options.momentum * velocities[name] + gradient
                tensor -= options.learning_rate * velocities[name]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", default=str(Path(__file__).resolve().parents[2] / ".build/debug/bench"))
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--amplitude", type=float, default=8, help="of the stripes, in units of a byte")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest difference of a loss")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        labels, images = draw_files(Path(folder), options.amplitude)
        command = [
            options.bench, "train", "cifar10-tutorial", "--data", folder, "--seed", str(SEED), "--queue", str(QUEUE),
            "--steps", str(options.steps), "--batch-size", str(options.batch_size),
            "--learning-rate", str(options.learning_rate), "--momentum", str(options.momentum),
            "--checkpoints", f"{folder}/checkpoints", "--output", f"{folder}/result.json", "--format", "json",
        ]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            sys.exit(f"bench has failed: {ran.stderr}")
        ours = json.loads(ran.stdout)["records"][0]["losses"]
    theirs, single = (losses(labels, images, options, dtype) for dtype in (torch.float64, torch.float32))
    print("| step | bench | PyTorch | difference | PyTorch's float32 |\n| ---: | ---: | ---: | ---: | ---: |")
    for step, (a, b, c) in enumerate(zip(ours, theirs, single)):
        print(f"| {step} | {a:.7f} | {b:.7f} | {a - b:+.1e} | {c - b:+.1e} |")
    worst = max(abs(a - b) for a, b in zip(ours, theirs))
    verdict = "within" if worst <= options.tolerance else "BEYOND"
    print(f"\nThe largest difference is {worst:.1e}, {verdict} {options.tolerance:.0e}; PyTorch {torch.__version__}.")
    return 0 if worst <= options.tolerance else 1


if __name__ == "__main__":
    sys.exit(main())
