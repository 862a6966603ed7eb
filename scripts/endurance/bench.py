"""Starts bench and looks at what it leaves."""

import json
import os
import pathlib
import signal
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BENCH = ROOT / ".build/debug/bench"

# The smallest images that each network takes, where 32 pixels are too few.
IMAGE_SIZES = {"alexnet": 57, "alexnet-owt": 57, "overfeat": 71}
# A step of a few milliseconds that touches every kind of work.
SHORT = ["run", "lenet5", "--image-size", "32", "--batch-size", "1", "--no-verify"]


class Findings:
    """Counts checks, and keeps the sentences of those that fail."""

    def __init__(self):
        self.checks, self.wrong = 0, []

    def expect(self, holds: bool, sentence: str) -> bool:
        self.checks += 1
        if not holds:
            self.wrong.append(sentence)
            print(f"Wrong: {sentence}", file=sys.stderr)
        return holds


def image_size(model: str) -> int:
    return IMAGE_SIZES.get(model, 32)


def start(arguments, folder, **options) -> subprocess.Popen:
    """bench in a session of its own, its output thrown away unless the options say otherwise."""
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL} | options
    return subprocess.Popen([BENCH, *map(str, arguments)], cwd=folder, start_new_session=True, **options)


def run(arguments, folder, prefix=(), timeout=600) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*prefix, BENCH, *map(str, arguments)], cwd=folder, text=True, capture_output=True, timeout=timeout,
        stdin=subprocess.DEVNULL)


def survivors(session: int) -> list[int]:
    """The processes of a session that still run."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(pid))
    return found


def wait_for_end(session: int, seconds: float) -> list[int]:
    """Waits until no process of the session runs; those that still do are killed and returned."""
    end = time.monotonic() + seconds
    while (left := survivors(session)) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in left:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return left


def reason_damaged(path: pathlib.Path) -> str | None:
    """Why a file of bench is not whole; None where it is."""
    content = path.read_bytes()
    try:
        if path.suffix == ".json":
            json.loads(content)
        elif path.suffix == ".safetensors":
            size = struct.unpack("<Q", content[:8])[0]
            header = json.loads(content[8:8 + size])
            end = max(entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__")
            if len(content) != 8 + size + end:
                return f"{len(content)} bytes instead of {8 + size + end}"
        elif path.suffix in (".html", ".xml", ".md") and (content or path.suffix != ".md"):
            # A gate empties the summary of the last one before it begins.
            if not content.endswith(b"\n") and not content.rstrip().endswith(b">"):
                return "the end is missing"
    except (ValueError, KeyError, struct.error) as error:
        return str(error)
    return None


def temporaries(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(folder.rglob(".bench-*.tmp"))
