#!/usr/bin/env python3
"""Holds `bench` to ONNX Runtime on networks that PyTorch has exported: scripts/onnx/README.md."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import warnings
from pathlib import Path

import onnx
import torch
from onnx import version_converter

import reference
from networks import NETWORKS, seeded

ROOT = Path(__file__).resolve().parents[2]
OPSETS = (13, 17, 20, 21)
LATEST_OF_EXPORTER = 20


def export(network: torch.nn.Module, path: Path, opset: int, folds: bool) -> None:
    mode = torch.onnx.TrainingMode.EVAL if folds else torch.onnx.TrainingMode.PRESERVE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, torch.zeros(1, 3, 224, 224), path, opset_version=min(opset, LATEST_OF_EXPORTER), dynamo=False,
            input_names=["images"], output_names=["logits"], dynamic_axes={"images": {0: "N"}}, training=mode,
            do_constant_folding=folds)
    if opset > LATEST_OF_EXPORTER:
        onnx.save(version_converter.convert_version(onnx.load(path), opset), path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bench", default=str(ROOT / ".build/debug/bench"))
    parser.add_argument("--network", action="append", choices=sorted(NETWORKS), help="default: all")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print("| network | opset | batch norms | relative L2 error |\n|---|---|---|---:|")
    differ = 0
    for name in arguments.network or NETWORKS:
        network = seeded(NETWORKS[name])
        for opset in OPSETS:
            for folds in (True, False):
                path = arguments.folder / f"{name}-{opset}{'' if folds else '-norms'}.onnx"
                export(network, path, opset, folds)
                reference.write(str(path), str(path.with_suffix(".safetensors")), batch=2)
                ran = subprocess.run(
                    [arguments.bench, "verify", str(path), "--reference", str(path.with_suffix(".safetensors"))],
                    capture_output=True, text=True)
                found = re.search(r"error of the logits: (\S+)\.", ran.stdout)
                print(f"| {name} | {opset} | {'folded' if folds else 'kept'} | "
                      f"{found[1] if found else ran.stderr.strip()} |", flush=True)
                differ += ran.returncode != 0
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
