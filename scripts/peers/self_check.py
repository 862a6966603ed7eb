#!/usr/bin/env python3
"""Checks the order of the rounds and the ranking on invented lines; needs nothing installed."""

from __future__ import annotations

import ranking
import ratio_plot
import sheet
from contestants import ALL, BENCH, CELLS, Cell
from rounds import turns

CELL = Cell("vgg16", "forward", 16)


def line(number: int, turn: str, start: float, step: float, **others: object) -> dict:
    facts = {"flop_per_step": 5e11, "peak_flop_per_s": 5e11} if turn.startswith(BENCH) else {"logits_error": 1e-6}
    return {
        "cell": str(CELL), "round": number, "turn": turn, "contestant": turn.split("#")[0], "start_unix_s": start,
        "process_s": 5, "durations_s": [step] * 3, "error": None, "others_cores": 0.0, "details": {}, **facts, **others}


def check_turns() -> None:
    for count in range(1, len(ALL)):
        for number in (0, 1):
            order = [contestant.name for _, contestant in turns(ALL[0], ALL[1 : count + 1], number)]
            assert set(order) == {contestant.name for contestant in ALL[: count + 1]}
            for index, name in enumerate(order):
                beside = order[max(0, index - 1) : index] + order[index + 1 : index + 2]
                assert name == BENCH or BENCH in beside, (count, number, order)
    forwards, backwards = (turns(ALL[0], ALL[1:4], number) for number in (0, 1))
    assert forwards[::-1] == backwards


def check_ranking() -> None:
    lines = [
        line(0, "bench#0", 0, 1.0), line(0, "tf:graph", 6, 3.0), line(0, "ort", 12, 2.0), line(0, "bench#1", 18, 2.0),
        # The fastest computes something else; the next is impossibly fast; one fails, is started again and succeeds.
        line(0, "tf:frozen", 24, 0.5, error="The logits differ."), line(0, "openvino:latency", 30, 0.1),
        {**line(0, "torch:compiled", 36, 0), "durations_s": [], "failed": "Exit code 1: no compiler."},
        line(0, "torch:compiled", 42, 4.0),
        line(1, "bench#0", 48, 1.0), line(1, "tf:graph", 54, 5.0), line(1, "ort", 500, 1.8),
    ]
    table = ranking.rows(lines, CELL)
    assert ranking.ranked(table) == ["ort", "tf:graph", "torch:compiled"], ranking.ranked(table)
    row = {row["contestant"]: row for row in table}
    assert row["tf:graph"]["rounds"] == [3.0, 5.0] and row["tf:graph"]["bench_is_faster_by"] == 4.0
    assert row["ort"]["rounds"] == [1.0], "in the second round no bench process was near"
    assert row["tf:frozen"]["problem"] == "The logits differ."
    assert "impossible" in row["openvino:latency"]["problem"]
    assert row["torch:compiled"]["problem"] is None and row["torch:compiled"]["failures"] == []
    assert row["bench"]["median_s"] == 1.0 and row["bench"]["processes"] == 3
    result = ranking.results(lines)[0]
    assert result["best_peer"]["contestant"] == "ort" and result["target"] == 3.2
    assert "| vgg16 forward | 16 | 16 | ort | 8.421 | **1.00** | one | 3.2 | missed |" in sheet.summary([result])
    assert "not ranked: The logits differ." in sheet.details(result)
    assert ratio_plot.plot([result]).count("<circle") == 4


def check_kinds() -> None:
    lines = [
        line(0, "bench#0", 0, 1.0), line(0, "ncnn:images", 6, 2.5), line(0, "tf:graph", 12, 4.0),
        line(0, "bench#1", 18, 1.0), line(0, "mnn", 24, 3.0)]
    frameworks, engines = ranking.results(lines)
    assert (frameworks["best_peer"]["contestant"], frameworks["target"]) == ("tf:graph", 3.2)
    assert (engines["best_peer"]["contestant"], engines["target"]) == ("ncnn:images", 2.0)
    assert {row["contestant"] for row in engines["rows"]} == {"bench", "ncnn:images", "mnn"}
    only = ranking.results([entry for entry in lines if entry["contestant"] != "tf:graph"])
    assert [result["peers_have_winograd"] for result in only] == [True]


def check_cells() -> None:
    assert [Cell.parse(str(cell)) for cell in CELLS] == CELLS
    for text in ("vgg16:forward", "vgg17:forward:1", "vgg16:train:1", "vgg16:forward:0"):
        try:
            Cell.parse(text)
        except ValueError:
            continue
        raise AssertionError(f"{text} was taken for a cell")


if __name__ == "__main__":
    check_turns()
    check_ranking()
    check_kinds()
    check_cells()
    print("The peers' rounds and ranking are as they should be.")
