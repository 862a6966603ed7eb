"""Many steps of each network: resident memory and step times without a trend, and results that do not change."""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time

from . import bench
from .bench import ROOT, Findings, image_size

SAMPLE_S = 0.02
# Fewer samples of the timed steps say nothing about a trend.
FEWEST_SAMPLES = 30
# Of resident memory, between the middle third of the timed steps and the last. Their durations, which the process
# keeps, are 8 bytes each.
GROWTH_MIB = 4
# The same of step times: the smaller ratio of medians and of fastest tenths.
SLOWDOWN = 1.10
# A neighbour's load is no trend of ours, and does not come back each time.
ATTEMPTS = 3


def run(options) -> dict:
    findings, rows = Findings(), []
    with tempfile.TemporaryDirectory() as folder:
        for model in options.models:
            for direction in ("forward", "forward-backward", "train"):
                rows.append(judged(model, direction, options.steps, pathlib.Path(folder), findings))
                print("{model} {pass}: {steps} steps, growth {growth_mib} MiB, step times x {ratio}".format(**rows[-1]))
    return {"rows": rows, "checks": findings.checks, "wrong": findings.wrong}


def judged(model, direction, steps, folder, findings) -> dict:
    """The row of the first attempt without a trend, or of the last attempt."""
    name = f"{model} {direction}"
    for _ in range(ATTEMPTS):
        row = one(model, direction, steps, folder, findings)
        if row["growth_mib"] is None or (row["growth_mib"] <= GROWTH_MIB and row["ratio"] <= SLOWDOWN):
            return row
    findings.expect(row["growth_mib"] <= GROWTH_MIB, f"{name} grew by {row['growth_mib']} MiB each time.")
    findings.expect(row["ratio"] <= SLOWDOWN, f"{name} became slower by a factor of {row['ratio']} each time.")
    return row


def one(model, direction, steps, folder, findings) -> dict:
    name = f"{model} {direction}"
    process = bench.start(
        ["run", model, "--image-size", image_size(model), "--batch-size", 1, "--pass", direction, "--no-verify",
         "--burn-in", 10, "--num-batches", steps, "--output", "r.json"], folder, stderr=subprocess.PIPE, text=True)
    samples: list[int] = []
    watcher = threading.Thread(target=watch, args=(process, samples))
    for line in process.stderr:
        if "timing" in line and not watcher.ident and "burn-in" not in line:
            watcher.start()
    process.wait()
    if watcher.ident:
        watcher.join()
    findings.expect(process.returncode == 0, f"{name} exits with {process.returncode}.")
    durations = json.loads((folder / "r.json").read_text())["records"][0]["durations_s"]
    findings.expect(len(durations) == steps, f"{name} recorded {len(durations)} of {steps} steps.")
    middle, last = thirds(durations)
    ratio = min(statistics.median(last) / statistics.median(middle), fast(last) / fast(middle))
    resident = growth = None
    if len(samples) >= FEWEST_SAMPLES:
        # The last sample itself may come when the process ends and frees what it has.
        before, resident = (statistics.median(part) / 2**20 for part in thirds(samples))
        growth = round(resident - before, 1)
    return {
        "model": model, "pass": direction, "steps": steps, "median_ms": 1e3 * statistics.median(durations),
        "resident_mib": resident, "growth_mib": growth, "ratio": round(ratio, 3)}


def thirds(values: list) -> tuple[list, list]:
    """The middle third and the last."""
    third = len(values) // 3
    return values[third:2 * third], values[2 * third:]


def fast(durations) -> float:
    """The longest of the fastest tenth."""
    return sorted(durations)[len(durations) // 10]


def watch(process: subprocess.Popen, samples: list) -> None:
    """Notes the resident bytes until the process ends."""
    page = os.sysconf("SC_PAGESIZE")
    while process.poll() is None:
        try:
            fields = pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()
        except OSError:
            return
        # A process that is ending has no memory left.
        if len(fields) > 1 and int(fields[1]) > 0:
            samples.append(int(fields[1]) * page)
        time.sleep(SAMPLE_S)


def run_bits(options) -> dict:
    """Every step of every network against the first one, to the bit. It needs the built tests."""
    findings = Findings()
    command = ["swift", "test", "--skip-build", "--filter", "RepeatedStepsTests"]
    environment = os.environ | {"BENCH_SOAK_STEPS": str(options.steps)}
    code = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL).returncode
    findings.expect(code == 0, "A result changed from step to step; RepeatedStepsTests says which.")
    print(f"bits of {options.steps} steps: {'passed' if code == 0 else 'wrong'}")
    return {"checks": findings.checks, "wrong": findings.wrong}
