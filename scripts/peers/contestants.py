"""Who competes, and how each is started. A new peer is a `run_*.py` and a line in `ALL`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCH = "bench"
"""Our contestant with its defaults; every ratio is relative to it."""

MODELS = ("vgg16", "alexnet", "mobilenetv2")
BOTH, FORWARD, GRADIENTS = ("forward", "forward-backward"), ("forward",), ("forward-backward",)
MALLOC = {
    # Large arrays stay in the process from step to step. Without it page faults take up to half of a step.
    "GLIBC_TUNABLES": "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=34359738368:"
    "glibc.malloc.top_pad=268435456:glibc.malloc.hugetlb=1"
}


@dataclass(frozen=True)
class Cell:
    """What is computed: network, pass and batch size, written `vgg16:forward:16`."""

    model: str
    step: str
    batch: int

    @classmethod
    def parse(cls, text: str) -> Cell:
        model, step, batch = text.split(":")
        if model not in MODELS or step not in BOTH or int(batch) < 1:
            raise ValueError(text)
        return cls(model, step, int(batch))

    def __str__(self) -> str:
        return f"{self.model}:{self.step}:{self.batch}"


@dataclass(frozen=True)
class Settings:
    """What is the same for every process."""

    home: Path
    bench: Path
    threads: int
    seconds: float
    isa: str | None


@dataclass(frozen=True)
class Contestant:
    """One configuration of one framework, or of bench."""

    name: str
    """`family:configuration`; `--peers` takes families."""
    python: str = "torch"
    """The virtual environment."""
    mode: str | None = None
    passes: tuple[str, ...] = FORWARD
    set_variables: dict[str, str] | None = None
    clear_variables: tuple[str, ...] = ()
    has_winograd: bool = False
    """Engines for inference that multiply less, as bench does: ranked by themselves, with targets of their own."""
    startup_s: float = 6
    """Roughly, for the estimate of the time that is needed."""

    @property
    def family(self) -> str:
        return self.name.split(":")[0]

    @property
    def is_ours(self) -> bool:
        return self.family == BENCH

    def environment(self, settings: Settings) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in self.clear_variables}
        threads = {} if self.is_ours else {"OMP_NUM_THREADS": str(settings.threads)}
        return kept | threads | {"PEERS_HOME": str(settings.home)} | (self.set_variables or {})

    def command(self, cell: Cell, settings: Settings, expected_s: float) -> list[str]:
        """The process's command; `expected_s` is about the time of a step."""
        common = ["--pass", cell.step, "--batch-size", str(cell.batch), "--threads", str(settings.threads)]
        if not self.is_ours:
            program = f"run_{FILES.get(self.family, self.family)}.py"
            mode = ["--mode", self.mode] if self.mode else []
            interpreter = settings.home / self.python / "bin" / "python"
            limit = ["--seconds", str(settings.seconds)]
            return [str(interpreter), str(HERE / program), cell.model, *common, *mode, *limit]
        # bench times ten steps at least, unless it is asked for fewer: three seconds of long ones are enough.
        steps = 1_000_000 if 10 * expected_s < settings.seconds else max(5, round(settings.seconds / expected_s))
        burn_in = max(3, min(50, round(0.3 / expected_s)))
        limit = ["--burn-in", str(burn_in), "--num-batches", str(steps), "--max-time", str(settings.seconds)]
        options = (["--backend", self.mode] if self.mode else []) + (["--isa", settings.isa] if settings.isa else [])
        return [
            str(settings.bench), "run", cell.model, *common, *limit, *options, "--format", "json",
            "--output", os.devnull]


FILES = {"tf": "tensorflow", "ort": "onnxruntime"}

ALL = [
    Contestant(BENCH, passes=BOTH, startup_s=5),
    Contestant("bench:im2col", mode="im2col", passes=BOTH, clear_variables=("OPENBLAS_CORETYPE",)),
    Contestant("bench:f6", mode="winograd:f6"),
    Contestant("tf:graph", "tensorflow", "graph", BOTH, startup_s=8),
    Contestant("tf:malloc", "tensorflow", "graph", GRADIENTS, MALLOC, startup_s=8),
    Contestant("tf:frozen", "tensorflow", "frozen", startup_s=12),
    Contestant("torch:channels_last", mode="channels_last", passes=BOTH, set_variables=MALLOC),
    Contestant("torch:compiled", mode="compiled", passes=BOTH, set_variables=MALLOC, startup_s=20),
    Contestant("ort"),
    Contestant("openvino:latency", mode="latency"),
    Contestant("openvino:throughput", mode="throughput"),
    Contestant("litert"),
    Contestant("ncnn:images", mode="images", has_winograd=True),
    Contestant("ncnn:threads", mode="threads", has_winograd=True),
    Contestant("mnn", has_winograd=True),
]
if "OPENBLAS_CORETYPE" in os.environ:
    ALL.insert(2, Contestant(f"bench:im2col-{os.environ['OPENBLAS_CORETYPE']}", mode="im2col", passes=BOTH))

_FILE = json.loads((HERE / "targets.json").read_text())
CELLS = [Cell.parse(text) for text in _FILE["cells"]]


def target(cell: Cell, has_winograd: bool = False) -> float | None:
    """The ratio to the best peer of a kind that we aim at."""
    return _FILE["cells"].get(str(cell), {}).get("winograd_target" if has_winograd else "target")


def expected_step(cell: Cell, contestant: Contestant) -> float:
    """About how long a step takes, in seconds; right within a factor of three on the machine of targets.json."""
    rates = {name.rsplit(":", 1)[0]: row["peer_images_per_s"] for name, row in _FILE["cells"].items()}
    known = _FILE["cells"].get(str(cell))
    step = cell.batch / (known["peer_images_per_s"] if known else rates.get(f"{cell.model}:{cell.step}", 10))
    if contestant.name == BENCH:
        return step / (target(cell) or 1)
    return step * (2.5 if contestant.is_ours else 1.5)
