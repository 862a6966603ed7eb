"""Kills bench at random points: what was finished stays, nothing is half a file, nobody goes on in the background."""

import pathlib
import shutil
import signal
import tempfile
import time

from . import bench
from .bench import BENCH, SHORT, Findings

TRAINING_STEPS = 20
TRAIN = [
    "train", "cifar10-tutorial", "--data", "synthetic", "--batch-size", 4, "--readers", 2, "--queue", 32,
    "--threads", 2, "--no-verify", "--steps", TRAINING_STEPS, "--checkpoint-every", 1, "--keep", TRAINING_STEPS,
    "--checkpoints", "checkpoints", "--output", "training.json"]
COMMANDS = {
    "run": [*SHORT, "--num-batches", 50],
    "gate": ["gate", "--base", BENCH, "--model", "n1c8h8w8k8r3p1", "--pass", "forward", "--threads", 1, "--max-time", 2,
             "--output", "gate"],
    "baseline save": ["baseline", "save", "kept", "stored"],
    "train": TRAIN,
}
# A worker ends when its input does; the machine may be busy.
PATIENCE_S = 20


def run(options) -> dict:
    findings, rows = Findings(), []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        uninterrupted = prepare(folder, findings)
        lengths = {command: time_of(command, folder) for command in COMMANDS}
        shutil.rmtree(folder / "checkpoints")
        for number in range(options.kills):
            command = list(COMMANDS)[number % len(COMMANDS)]
            rows.append(one(command, lengths[command] * options.random.random(), folder, findings))
        leftovers = len(bench.temporaries(folder))
        finish(folder, uninterrupted, findings)
        checkpoints = sum(row["checkpoints_written"] for row in rows)
    counts = {command: sum(row["command"] == command for row in rows) for command in COMMANDS}
    print(f"{options.kills} kills, {leftovers} temporary files left to remove, {checkpoints} checkpoints kept")
    return {
        "kills": counts, "in_time": sum(row["was_running"] for row in rows), "temporaries_left": leftovers,
        "checkpoints_kept": checkpoints, "checks": findings.checks, "wrong": findings.wrong}


def prepare(folder, findings) -> bytes:
    """Stored results and a baseline of them, and the last checkpoint of a training that nobody interrupts."""
    (folder / "stored").mkdir()
    for index in range(3):
        first = bench.run([*SHORT, "--num-batches", 20, "--output", f"stored/{index}.json"], folder)
        findings.expect(first.returncode == 0, f"A run exits with {first.returncode}: {first.stderr[-200:]}")
    bench.run(COMMANDS["baseline save"], folder)
    whole = bench.run(TRAIN, folder)
    findings.expect(whole.returncode == 0, f"A training exits with {whole.returncode}: {whole.stderr[-200:]}")
    content = last_checkpoint(folder).read_bytes()
    shutil.rmtree(folder / "checkpoints")
    return content


def arguments(command, folder) -> list:
    """A training goes on from its last checkpoint, where there is one."""
    resumes = command == "train" and any(folder.glob("checkpoints/*.safetensors"))
    return COMMANDS[command] + (["--resume"] if resumes else [])


def time_of(command, folder) -> float:
    start = time.monotonic()
    bench.run(arguments(command, folder), folder)
    return time.monotonic() - start


def last_checkpoint(folder) -> pathlib.Path:
    return folder / f"checkpoints/checkpoint-{TRAINING_STEPS}.safetensors"


def one(command, seconds, folder, findings) -> dict:
    before = {path: path.read_bytes() for path in finished(folder)}
    process = bench.start(arguments(command, folder), folder)
    time.sleep(seconds)
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    where = f"{command}, killed after {seconds:.3f} s:"
    left = bench.wait_for_end(process.pid, PATIENCE_S)
    findings.expect(not left, f"{where} {len(left)} of its processes go on for {PATIENCE_S} s.")
    for path, content in before.items():
        findings.expect(path.exists() and path.read_bytes() == content, f"{where} {path.name} is not what it was.")
    for path in folder.rglob("*"):
        if path.is_file() and path not in before and path not in bench.temporaries(folder):
            reason = bench.reason_damaged(path)
            findings.expect(reason is None, f"{where} {path.name} is damaged: {reason}.")
    written = [path for path in finished(folder) if path not in before and path.suffix == ".safetensors"]
    if last_checkpoint(folder).exists():
        shutil.rmtree(folder / "checkpoints")  # The training is done; the next one begins again.
    return {"command": command, "seconds": seconds, "was_running": was_running, "checkpoints_written": len(written)}


def finished(folder) -> list[pathlib.Path]:
    """The files that no later command may change: results and checkpoints."""
    places = ("stored/*.json", "results/runs/*.json", "checkpoints/*.safetensors")
    return [path for place in places for path in folder.glob(place)]


def finish(folder, uninterrupted, findings) -> None:
    """The training ends with the bits of the one that ran through, and every directory is clean after one write."""
    resumed = bench.run(arguments("train", folder), folder)
    findings.expect(resumed.returncode == 0, f"A resumed training exits with {resumed.returncode}.")
    findings.expect(
        last_checkpoint(folder).read_bytes() == uninterrupted, "A training that was killed ends in other parameters.")
    for command in ("run", "gate", "baseline save"):
        bench.run(COMMANDS[command], folder)
    for place in ("results/runs", "results/baselines", "gate", "checkpoints"):
        left = bench.temporaries(folder / place)
        findings.expect(not left, f"{place} still has {len(left)} temporary files.")
