#!/usr/bin/env python3
"""Computes reference logits and gradients of the benchmarked networks with PyTorch; see README.md."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import self_check
from layers import OptionError, OracleError
from networks import NETWORKS
from reference import Outcome, Request, compute, differences, draw
from tensor_file import save

EXIT_FAILURE = 1
EXIT_USAGE = 64

FLOAT32_BOUND = 1e-5
"""Relative L2 within which float32 must reproduce logits and gradients, unless --check-float32 gives another bound."""


class Parser(argparse.ArgumentParser):
    """Reports bad usage in one sentence and with the exit code for it."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_USAGE, f"{self.prog}: {message.rstrip('.')}.\n")


def main(arguments: Sequence[str]) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        if options.self_check:
            return 0 if self_check.run() else EXIT_FAILURE
        _run(options)
    except OptionError as error:
        parser.error(str(error))
    except OracleError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return EXIT_FAILURE
    return 0


def _run(options: argparse.Namespace) -> None:
    """Computes what the options ask for; the file is written only if the check, if any, has passed."""
    if options.model is None:
        raise OptionError("Name a network with --model, or ask for --self-check")
    if options.output is None and options.check_float32 is None:
        raise OptionError("Name a file with --output, or ask for --check-float32")
    network = NETWORKS[options.model]
    mode = options.batch_norm or ("batch" if network.has_batch_norm else "none")
    request = Request(
        model=options.model,
        image_size=options.image_size or network.image_size,
        batch=options.batch,
        batch_norm=mode,
        seed=options.seed,
        width_divisor=options.width_divisor,
        classes=options.classes or network.classes,
        dtype=options.dtype,
    )
    images, parameters = draw(request)
    check = options.check_float32 is not None
    outcome = compute(request, images, parameters, watch_kinks=check)
    if check:
        single = compute(dataclasses.replace(request, dtype="float32"), images, parameters)
        _check_float32(single, outcome, options.check_float32)
    if options.output is not None:
        save(options.output, request, images, parameters, outcome)


def _check_float32(single: Outcome, reference: Outcome, bound: float) -> None:
    """Prints how far float32 is from the reference, and fails beyond `bound`."""
    found = dict(differences(single, reference))
    logits = found.pop("logits")
    print(f"float32 against reference, relative L2: logits {logits:.1e}", end="")
    worst, where = max(((value, name) for name, value in found.items()), default=(0.0, ""))
    if found:
        print(f", worst gradient {worst:.1e} ({where.removeprefix('gradient/')})", end="")
    print(f"; nearest kink {reference.nearest_kink:.1e}")
    if not max(logits, worst) <= bound:
        raise OracleError(f"float32 differs by more than {bound:g}; take another --seed, or look for an error.")


def _parser() -> Parser:
    parser = Parser(prog="oracle.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("--model", choices=list(NETWORKS), help="the network")
    parser.add_argument("--image-size", type=_count, help="height and width of the images (the network's own)")
    parser.add_argument("--batch", type=_count, default=2, help="number of images (2)")
    parser.add_argument(
        "--batch-norm",
        choices=["batch", "moving"],
        help="statistics of batch normalisation; `moving` leaves out the gradients (batch)",
    )
    parser.add_argument("--seed", type=_seed, default=1, help="of input and parameters (1)")
    parser.add_argument("--width-divisor", type=_count, default=1, help="divide channel counts by this (1)")
    parser.add_argument("--classes", type=_count, help="number of logits (the network's own)")
    parser.add_argument("--dtype", choices=["float32", "float64"], default="float64", help="precision (float64)")
    parser.add_argument("--output", type=Path, help="safetensors file to write")
    parser.add_argument(
        "--check-float32",
        type=_bound,
        nargs="?",
        const=FLOAT32_BOUND,
        metavar="BOUND",
        help=f"fail if float32 differs from the reference by more than this in relative L2 ({FLOAT32_BOUND:g})",
    )
    parser.add_argument("--self-check", action="store_true", help="check the oracle itself, and nothing else")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _bound(text: str) -> float:
    try:
        bound = float(text)
    except ValueError:
        bound = 0
    if not bound > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return bound


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
