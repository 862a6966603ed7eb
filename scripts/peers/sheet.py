"""Writes what was found: peers.json, README.md and plot.svg."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import ranking
import ratio_plot
from contestants import BENCH


def write(options: argparse.Namespace, lines: list[dict], verified: dict[str, str]) -> None:
    """All three files, from all lines of the folder."""
    results = ranking.results(lines)
    contexts = [line["details"]["context"] for line in lines if "context" in line.get("details", {})]
    context = contexts[-1] if contexts else None
    file = {
        "schema": 1, "command": command(options), "bench_logits_errors": verified, "results": results,
        "machine": context and context["machine"], "build": context and context["build"],
        "commit": context and context["commit"],
    }
    (options.out / "peers.json").write_text(json.dumps(file, indent=1, sort_keys=True) + "\n")
    (options.out / "plot.svg").write_text(ratio_plot.plot(results))
    parts = [heading(options, lines, context, verified), summary(results), NOTES]
    parts += [details(result) for result in results]
    (options.out / "README.md").write_text("\n\n".join(parts) + "\n")


def command(options: argparse.Namespace) -> str:
    """The command line, without what names this machine's folders."""
    cells = f"--cells {options.cells}" if options.cells else f"--set {options.set}"
    flags = "".join(f" --{name}" for name in ("quick",) if getattr(options, name))
    isa = f" --isa {options.isa}" if options.isa else ""
    return (
        f"scripts/compare-peers --out results/{options.out.resolve().name} {cells} --peers {options.peers} --rounds "
        f"{options.rounds} --seconds {options.seconds:g} --threads {options.threads}{isa}{flags}")


def heading(options: argparse.Namespace, lines: list[dict], context: dict | None, verified: dict[str, str]) -> str:
    versions = {
        line["contestant"].split(":")[0]: line["details"]["version"]
        for line in lines if "version" in line.get("details", {})}
    text = ["# bench beside other frameworks", ""]
    if context:
        machine, commit = context["machine"], context["commit"] or {"hash": "unknown"}
        forced = [f"{name}={value}" for name, value in context["environment"].items()]
        text += [
            f"- {machine['cpu_model']}, {machine['available_cores']} cores, {machine['memory_bytes'] >> 30} GiB, "
            f"kernel {machine['kernel']}; {options.threads} threads, float32",
            f"- bench: commit {commit['hash'][:12]}, {context['build']['compiler']}, "
            f"{context['build']['configuration']} build; OpenBLAS {(context.get('blas') or {}).get('version', 'not loaded')} (only `im2col` calls "
            f"it), environment: {', '.join(forced) or 'no variable of it set'}",
        ]
    text += [
        "- " + ", ".join(f"{family} {version.split('-')[0]}" for family, version in sorted(versions.items())),
        "- bench's logits against the reference (relative L2): "
        + ", ".join(f"{name} {error}" for name, error in sorted(verified.items())),
        f"- Command: `{command(options)}`",
    ]
    return "\n".join(text)


def summary(results: list[dict]) -> str:
    """One line for each cell: bench, the best peer, the ratio and the target."""
    text = [
        "| network, pass | batch | bench, images/s | best peer | its images/s | ratio | rounds | target | |",
        "|---|---:|---:|---|---:|---:|---|---:|---|",
    ]
    for result in results:
        bench, best = result["bench"], result["best_peer"]
        if bench is None or bench["median_s"] is None or best is None or best["bench_is_faster_by"] is None:
            text.append(f"| {result['model']} {result['pass']} | {result['batch_size']} | - | - | - | - | - | - | |")
            continue
        ratio, goal = best["bench_is_faster_by"], result["target"]
        met = "" if goal is None else "met" if ratio >= goal else "missed"
        text.append(
            f"| {result['model']} {result['pass']} | {result['batch_size']} | {bench['images_per_s']:.4g} | "
            f"{best['contestant']} | {best['images_per_s']:.4g} | **{ratio:.2f}** | {_range(best['rounds'])} | "
            f"{'-' if goal is None else f'{goal:g}'} | {met} |")
    return "\n".join(text)


NOTES = """![speed relative to the best peer](plot.svg)

How to read it: a time is the median over processes of the process's median step; `ratio` is the median over rounds of
the best peer's time divided by that of the bench process right before or after it, and `rounds` its range. The best
peer is the one with the least time among those whose logits (and gradients) agree with a float64 reference; engines
that have Winograd, as bench has, are ranked by themselves. GFLOP/s count direct convolution, whatever ran. Processes
beside which others used more than 0.1 cores are marked."""


def details(result: dict) -> str:
    """All contestants of a cell."""
    text = [
        f"## {result['model']} {result['pass']}, batch {result['batch_size']}"
        + (", engines with Winograd" if result["peers_have_winograd"] else ""), "",
        "| contestant | step, ms | processes | images/s | GFLOP/s | bench's advantage | memory, MiB | logits err. | |",
        "|---|---:|---|---:|---:|---|---:|---:|---|",
    ]
    for row in result["rows"]:
        note = row["problem"] or " ".join(row["failures"])
        if (row["most_others_cores"] or 0) > ranking.DISTURBED_CORES:
            note = f"{note} others used up to {row['most_others_cores']:.2f} cores".strip()
        if row["median_s"] is None:
            empty = "- | 0 | - | - | - | -"
            text.append(f"| {row['contestant']} | {empty} | {_error(row)} | not ranked: {note} |")
            continue
        note = f"not ranked: {note}" if row["problem"] else note
        spread = f"{row['processes']}: {row['least_s'] * 1e3:.4g} to {row['most_s'] * 1e3:.4g}"
        faster = row["bench_is_faster_by"]
        ratio = f"{faster:.2f} ({_range(row['rounds'])})" if faster and row["contestant"] != BENCH else "-"
        rate = f"{row['flop_per_s'] / 1e9:.0f}" if row["flop_per_s"] else "-"
        text.append(
            f"| {row['contestant']} | {row['median_s'] * 1e3:.4g} | {spread} | {row['images_per_s']:.4g} | {rate} | "
            f"{ratio} | {row['peak_rss_bytes'] >> 20} | {_error(row)} | {note} |")
    return "\n".join(text)


def _error(row: dict) -> str:
    return f"{row['logits_error']:.1e}" if row["logits_error"] is not None else "-"


def _range(values: list[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f}" if len(values) > 1 else "one"
