"""Runs the contestants in turns, each in a process of its own, and keeps every process's line in a file."""

from __future__ import annotations

import datetime
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

from contestants import BENCH, Cell, Contestant, Settings, expected_step

TIME_LIMIT_S = 900


def turns(ours: Contestant, others: list[Contestant], number: int) -> list[tuple[str, Contestant]]:
    """The order of a round, with a name for each turn: bench, two others, bench, two others, ..., bench.

    Each of the others runs right before or right after bench. Odd rounds go backwards.
    """
    order: list[tuple[str, Contestant]] = []
    for index, contestant in enumerate(others):
        if index % 2 == 0:
            order.append((f"{BENCH}#{index // 2}", ours))
        order.append((contestant.name, contestant))
    if len(others) % 2 == 0:
        order.append((f"{BENCH}#{len(others) // 2}", ours))
    return order[::-1] if number % 2 else order


class Log:
    """The lines of all processes, in a file that is only ever appended to."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "runs.jsonl"
        self.lines = [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def has(self, cell: Cell, number: int, turn: str) -> bool:
        """Whether this was measured already; a process that failed is started again."""
        return any(
            (line["cell"], line["round"], line["turn"]) == (str(cell), number, turn) and not line.get("failed")
            for line in self.lines)

    def add(self, line: dict) -> None:
        self.lines.append(line)
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def forget(self, cells: list[Cell]) -> None:
        """Takes the lines of these cells out, to measure them again."""
        names = {str(cell) for cell in cells}
        self.lines = [line for line in self.lines if line["cell"] not in names]
        part = self.path.with_suffix(".part")
        part.write_text("".join(json.dumps(line) + "\n" for line in self.lines))
        part.rename(self.path)

    def seconds(self, cell: Cell, contestant: Contestant) -> float | None:
        """How long such processes took so far."""
        found = [
            line["process_s"] for line in self.lines
            if (line["cell"], line["contestant"]) == (str(cell), contestant.name)]
        return statistics.median(found) if found else None


def estimate(cell: Cell, contestant: Contestant, settings: Settings, log: Log) -> float:
    """Seconds that a process will take: as before, or start, check, burn-in and measurement."""
    step = expected_step(cell, contestant)
    return log.seconds(cell, contestant) or contestant.startup_s + 3 * step + max(settings.seconds, 3 * step)


def run(cell: Cell, contestant: Contestant, settings: Settings) -> dict:
    """Starts one process and returns its line; a failure is a line too."""
    _wait_for_quiet(10)
    command = contestant.command(cell, settings, expected_step(cell, contestant))
    start = time.monotonic()
    line = {
        "cell": str(cell), "contestant": contestant.name,
        "start_time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "start_unix_s": round(time.time(), 2),
    }
    try:
        done = subprocess.run(
            command, env=contestant.environment(settings), capture_output=True, text=True, timeout=TIME_LIMIT_S)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["It printed nothing."])[-1]
            line["failed"] = f"Exit code {done.returncode}: {last[:300]}"
        else:
            line |= _ours(json.loads(done.stdout)) if contestant.is_ours else json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        line["failed"] = f"Stopped after {TIME_LIMIT_S} s."
    except (ValueError, IndexError, KeyError) as error:
        line["failed"] = f"Printed something else than a result: {error!r}"
    line["process_s"] = round(time.monotonic() - start, 2)
    return line


def _ours(file: dict) -> dict:
    """What bench printed, in the form of the peers' lines."""
    record, context = file["records"][0], file["context"]
    activity = context["activity"]
    # Not where it was built.
    context["command_line"][0] = Path(context["command_line"][0]).name
    return {
        "durations_s": record["durations_s"],
        "others_cores": round(activity["others_cpu_s"] / activity["elapsed_s"], 3),
        "peak_rss_bytes": record["peak_rss_bytes"], "flop_per_step": record["flop_per_step"],
        "peak_flop_per_s": record["peak_flops_per_s"], "threads": record["threads"], "error": None,
        "details": {"isa": record["instruction_set"], "verification": record["verification"], "context": context},
    }


def verify_ours(models: list[str], settings: Settings) -> dict[str, str]:
    """Holds bench to the reference that the peers are held to: the largest error of the logits for each file."""
    found = {}
    for path in sorted((settings.home / "references").glob("*.safetensors")):
        model = path.name.split("-")[0].split(".")[0]
        if model not in models:
            continue
        command = [str(settings.bench), "verify", model, "--reference", str(path), "--threads", str(settings.threads)]
        command += ["--isa", settings.isa] if settings.isa else []
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"compare-peers: {' '.join(command)} ended with {done.returncode}; nothing was timed.")
        found[path.stem] = re.search(r"error of the logits: (\S+?)\.?\s", done.stdout).group(1)
    return found


def _wait_for_quiet(limit_s: float) -> None:
    """Waits until other processes leave the machine alone, but not for ever: the line says how busy it was."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        before = _busy()
        time.sleep(0.2)
        if (_busy() - before) / os.sysconf("SC_CLK_TCK") / 0.2 < 0.15:
            return


def _busy() -> int:
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]]
    return sum(fields) - fields[3] - fields[4]
