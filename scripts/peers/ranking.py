"""Makes a table of the processes' lines: medians, ratios to the bench process next in time, who is best."""

from __future__ import annotations

import statistics
from collections import defaultdict

from contestants import ALL, BENCH, CELLS, Cell, target

DISTURBED_CORES = 0.1
"""A process beside which others used more of the cores than this is marked."""
IMPOSSIBLE = 6
"""Times the FMA peak that nothing reaches: F(6x6, 3x3) saves a factor of 5. Such a peer left something out."""
NEIGHBOURS_S = 120
"""So long may the pause between two processes be for one to count as next to the other in time."""

WINOGRAD = {contestant.name for contestant in ALL if contestant.has_winograd}


def rows(lines: list[dict], cell: Cell) -> list[dict]:
    """One row for each contestant of the cell, bench first, then the peers from the fastest to the slowest."""
    # A process that failed and was started again counts once.
    lines = list({(line["round"], line["turn"]): line for line in lines if line["cell"] == str(cell)}.values())
    facts = next((line for line in lines if "flop_per_step" in line), {})
    ratios = _ratios(lines)
    groups: dict[str, list[dict]] = defaultdict(list)
    for line in lines:
        groups[line["contestant"]].append(line)
    table = [_row(cell, name, group, ratios.get(name, []), facts) for name, group in groups.items()]
    table.sort(key=lambda row: (row["contestant"] != BENCH, row["problem"] is not None, row["median_s"] or 0))
    return table


def ranked(table: list[dict], has_winograd: bool = False) -> list[str]:
    """The peers of a kind that computed the right thing, fastest first."""
    return [row["contestant"] for row in of_kind(table, has_winograd) if not row["ours"] and row["problem"] is None]


def of_kind(table: list[dict], has_winograd: bool) -> list[dict]:
    """Bench, and the peers that have Winograd or have not."""
    return [row for row in table if row["ours"] or (row["contestant"] in WINOGRAD) == has_winograd]


def results(lines: list[dict]) -> list[dict]:
    """Every measured cell, once for each kind of peer: its rows, the best peer, and the target for bench's ratio to it."""
    measured = dict.fromkeys(line["cell"] for line in lines)
    known = [str(cell) for cell in CELLS]
    found = []
    for text in sorted(measured, key=lambda text: (known.index(text) if text in known else len(known), text)):
        cell = Cell.parse(text)
        table = rows(lines, cell)
        for has_winograd in (False, True):
            kind = of_kind(table, has_winograd)
            if all(row["ours"] for row in kind):
                continue
            best = next((row for row in kind if row["contestant"] in ranked(table, has_winograd)), None)
            found.append({
                "cell": text, "model": cell.model, "pass": cell.step, "batch_size": cell.batch,
                "peers_have_winograd": has_winograd, "rows": kind,
                "bench": next((row for row in kind if row["contestant"] == BENCH), None), "best_peer": best,
                "target": target(cell, has_winograd),
            })
    return found


def in_words(line: dict) -> str:
    """A process's line for the terminal."""
    if problem := line.get("failed") or line["error"]:
        return problem
    step = statistics.median(line["durations_s"])
    busy = f", others used {line['others_cores']:.2f} cores" if line["others_cores"] > DISTURBED_CORES else ""
    return f"{step * 1e3:10.2f} ms a step, {len(line['durations_s'])} steps in {line['process_s']:.0f} s{busy}"


def _ratios(lines: list[dict]) -> dict[str, list[float]]:
    """For each round: a contestant's median step divided by that of the bench process right before or after it."""
    found: dict[str, list[float]] = defaultdict(list)
    for number in sorted({line["round"] for line in lines}):
        timed = [line for line in lines if line["round"] == number and line.get("durations_s")]
        timed.sort(key=lambda line: line["start_unix_s"])
        for index, line in enumerate(timed):
            if line["contestant"] == BENCH:
                continue
            near = timed[max(0, index - 1) : index] + timed[index + 1 : index + 2]
            times = [
                statistics.median(other["durations_s"]) for other in near
                if other["contestant"] == BENCH and _pause(line, other) < NEIGHBOURS_S]
            if times:
                found[line["contestant"]].append(statistics.median(line["durations_s"]) / statistics.mean(times))
    return found


def _pause(one: dict, other: dict) -> float:
    """Seconds between the end of one process and the start of the next."""
    first, second = sorted((one, other), key=lambda line: line["start_unix_s"])
    return second["start_unix_s"] - first["start_unix_s"] - first["process_s"]


def _row(cell: Cell, name: str, lines: list[dict], ratios: list[float], facts: dict) -> dict:
    medians = [statistics.median(line["durations_s"]) for line in lines if line.get("durations_s")]
    median = statistics.median(medians) if medians else None
    rate = facts["flop_per_step"] / median if median and facts else None
    failures = [line["failed"] for line in lines if "failed" in line]
    wrong = [line["error"] for line in lines if line.get("error")]
    problem = next(iter(wrong or (failures if median is None else [])), None)
    if problem is None and rate and rate > IMPOSSIBLE * facts["peak_flop_per_s"]:
        problem = f"A rate of {rate / facts['peak_flop_per_s']:.0f} times the FMA peak is impossible."
    errors = [line["logits_error"] for line in lines if line.get("logits_error") is not None]
    others = [line["others_cores"] for line in lines if "others_cores" in line]
    return {
        "contestant": name, "ours": name.split(":")[0] == BENCH, "processes": len(medians), "median_s": median,
        "least_s": min(medians, default=None), "most_s": max(medians, default=None),
        "images_per_s": cell.batch / median if median else None, "flop_per_s": rate,
        "bench_is_faster_by": statistics.median(ratios) if ratios else None, "rounds": ratios,
        "peak_rss_bytes": max((line.get("peak_rss_bytes", 0) for line in lines), default=0),
        "logits_error": max(errors, default=None), "most_others_cores": max(others, default=None), "problem": problem,
        "failures": failures,
        "version": next((line["details"]["version"] for line in lines if "version" in line.get("details", {})), None),
    }
