"""Takes away what bench needs: disk, permission, reader, terminal, processor time, cores."""

import json
import os
import pathlib
import pty
import signal
import subprocess
import tempfile
import time

from . import bench
from .bench import BENCH, SHORT, Findings

# Long enough that it still runs when it is disturbed.
LONG = [*SHORT, "--pass", "forward", "--burn-in", 0, "--num-batches", 1_000_000, "--max-time", 60, "--output", "r.json"]


def run(options) -> dict:
    findings, passed = Findings(), {}
    for check in (full_disk, read_only_directory, closed_pipe, lost_terminal, stopped_and_continued, one_core, crowd):
        with tempfile.TemporaryDirectory() as folder:
            before = len(findings.wrong)
            name = check.__name__.replace("_", " ")
            try:
                passed[name] = check(pathlib.Path(folder), findings) or ""
            except (subprocess.SubprocessError, OSError, KeyError, ValueError) as error:
                findings.expect(False, f"{name}: {error}")
            print(f"{name}: {'passed' if len(findings.wrong) == before else 'wrong'}")
    return {"passed": passed, "checks": findings.checks, "wrong": findings.wrong}


def steps_in(path: pathlib.Path) -> int:
    return sum(len(record["durations_s"]) for record in json.loads(path.read_text())["records"])


def mounted(folder: pathlib.Path, mount: str, script: str) -> subprocess.CompletedProcess:
    """Runs a script in a name space with a mount of its own, for which it need not be root."""
    space = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    return subprocess.run(
        [*space, "sh", "-c", f"set -e; {mount}; {script}", BENCH], cwd=folder, text=True, capture_output=True,
        timeout=120, stdin=subprocess.DEVNULL)


def command(*arguments) -> str:
    """`$0` of the script is the path of bench."""
    return " ".join(['"$0"', *map(str, arguments)])


def full_disk(folder, findings) -> str:
    """The result goes to another disk, the file that was there stays, and a training says what to do."""
    script = f"""
        mkdir -p small; mount -t tmpfs -o size=1m tmpfs small
        {command(*SHORT, "--num-batches", 20, "--output", "small/r.json")} >/dev/null 2>&1
        cp small/r.json before.json
        head -c 10m /dev/zero >small/filler 2>/dev/null || true
        mkdir spare; export TMPDIR=spare
        code=0; {command(*SHORT, "--num-batches", 2000, "--output", "small/r.json")} >/dev/null 2>errors || code=$?
        echo "run $code"; cmp small/r.json before.json && echo same
        rm small/filler
        code=0; {command("train", "cifar10-tutorial", "--data", "synthetic", "--batch-size", 4, "--steps", 2,
                         "--no-verify", "--readers", 1, "--queue", 16, "--checkpoints", "small/checkpoints",
                         "--output", "t.json")} >/dev/null 2>training-errors || code=$?
        echo "train $code"; find small -name '*.tmp' -o -name '*.safetensors'"""
    ran = mounted(folder, "true", script)
    findings.expect(ran.stdout == "run 1\nsame\ntrain 1\n", f"full disk: {ran.stdout} {ran.stderr}")
    errors = (folder / "errors").read_text()
    findings.expect("The disk is full" in errors, f"full disk: a run says {errors[-300:]}")
    expect_spare(folder, 4000, "full disk", findings)
    errors = (folder / "training-errors").read_text()
    findings.expect("The disk is full" in errors, f"full disk: a training says {errors[-300:]}")
    return "codes 1; the old file stays whole; the result goes to the directory of temporary files"


def read_only_directory(folder, findings) -> str:
    (folder / "fixed").mkdir()
    ran = mounted(
        folder, "mount --bind fixed fixed; mount -o remount,bind,ro fixed",
        f"""code=0; {command(*SHORT, "--num-batches", 20, "--output", "fixed/r.json")} >/dev/null 2>errors || code=$?
            echo $code""")
    errors = (folder / "errors").read_text()
    findings.expect(ran.stdout == "1\n" and "choose another place" in errors, f"read-only: {ran.stdout} {errors[-300:]}")
    findings.expect("timing" not in errors, "read-only: a run measures first and says so then.")
    return "code 1 before anything is measured"


def expect_spare(folder, steps, name, findings) -> None:
    """The result is in the directory for temporary files, and the message says so."""
    results = list((folder / "spare").glob("*.json"))
    held = sum(steps_in(path) for path in results)
    findings.expect(held == steps, f"{name}: {held} steps are kept instead of {steps}.")
    errors = (folder / "errors").read_text()
    findings.expect(all(path.name in errors for path in results), f"{name}: no message names the file.")


def closed_pipe(folder, findings) -> str:
    """The reader goes after the first line, and the result is still a file."""
    process = bench.start(
        [*SHORT, "--num-batches", 200, "--output", "r.json"], folder, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.stdout.close()
    code = process.wait(60)
    findings.expect(code == 1, f"closed pipe: the exit code is {code} instead of 1.")
    findings.expect(steps_in(folder / "r.json") == 400, "closed pipe: the file lacks steps.")
    return "code 1; the file is whole"


def lost_terminal(folder, findings) -> str:
    """The terminal of a session closes, as when a connection breaks."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execv(BENCH, [str(BENCH), *map(str, LONG)])
    output = b""
    while b"timing" not in output and b"lenet5 forward" not in output:
        output += os.read(terminal, 4096)
    time.sleep(3)
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    findings.expect(code == 1, f"lost terminal: the exit code is {code} instead of 1.")
    steps = steps_in(folder / "r.json")
    findings.expect(steps > 0, "lost terminal: what was measured is lost.")
    return f"code 1; {steps} steps kept"


def stopped_and_continued(folder, findings) -> str:
    """A stopped process goes on, and the time of its rest is in one step and in no other."""
    process = bench.start(LONG, folder, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "timing" in line:
            break
    for _ in range(3):
        time.sleep(0.5)
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.5)
        process.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    process.stderr.read()
    code = process.wait(60)
    durations = [d for r in json.loads((folder / "r.json").read_text())["records"] for d in r["durations_s"]]
    long = sum(duration > 0.4 for duration in durations)
    findings.expect(code == 1 and long == 3, f"stopped: code {code}, {long} long steps instead of 3.")
    return f"3 long steps of {len(durations)}"


def one_core(folder, findings) -> str:
    """Workers that spin for each other on one core must let each other go on."""
    core = str(min(os.sched_getaffinity(0)))
    arguments = [*SHORT, "--threads", 4, "--num-batches", 200, "--output", "r.json"]
    ran = bench.run(arguments, folder, prefix=["taskset", "-c", core], timeout=300)
    findings.expect(ran.returncode == 0 and steps_in(folder / "r.json") == 400, f"one core: {ran.stderr[-300:]}")
    return median_of(folder)


def crowd(folder, findings) -> str:
    arguments = [*SHORT, "--threads", 64, "--num-batches", 200, "--output", "r.json"]
    ran = bench.run(arguments, folder, timeout=300)
    findings.expect(ran.returncode == 0 and steps_in(folder / "r.json") == 400, f"64 threads: {ran.stderr[-300:]}")
    return median_of(folder)


def median_of(folder) -> str:
    records = json.loads((folder / "r.json").read_text())["records"]
    return ", ".join(
        f"{record['pass']} {1e3 * sorted(record['durations_s'])[len(record['durations_s']) // 2]:.2f} ms"
        for record in records)
