"""The page of scripts/soak."""

import pathlib
import platform
import subprocess

from .bench import ROOT


def page(results: dict) -> str:
    options = results["options"]
    parts = [f"# Endurance\n\n{machine()}\n"]
    parts.append(
        "```console\n$ scripts/soak FOLDER --steps {steps} --kills {kills} --seed {seed}{parts}\n```\n".format(**options))
    wrong = [sentence for part in results.values() for sentence in part.get("wrong", [])]
    checks = sum(part.get("checks", 0) for part in results.values())
    parts.append(f"{checks} checks, {len(wrong)} of them failed.\n" + "".join(f"\n- {sentence}" for sentence in wrong))
    if "steps" in results:
        parts.append(steps(results["steps"]["rows"]))
    if "bits" in results:
        passed = not results["bits"]["wrong"]
        parts.append(
            f"Logits and gradients of {options['steps']} steps of each network, an eighth as wide, "
            + ("all have the bits of the first one.\n" if passed else "differ from the first one.\n"))
    if "kills" in results:
        parts.append(kills(results["kills"]))
    if "faults" in results:
        parts.append(table("What is taken away", ["what", "what happens"], results["faults"]["passed"].items()))
    return "\n".join(parts)


def machine() -> str:
    models = [line.partition(": ")[2] for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
              if line.startswith("model name")]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True, capture_output=True).stdout.strip()
    return f"{len(models)} cores, {models[0] if models else platform.processor()}, Linux {platform.release()}, commit {commit}."


def steps(rows) -> str:
    cells = [
        (row["model"], row["pass"], row["steps"], f"{row['median_ms']:.2f}",
         "-" if row["resident_mib"] is None else f"{row['resident_mib']:.0f}",
         "too short to say" if row["growth_mib"] is None else row["growth_mib"], row["ratio"]) for row in rows]
    heading = ["model", "pass", "steps", "median, ms", "resident, MiB", "growth, MiB", "last third over middle"]
    return table("Many steps of small images", heading, cells)


def kills(result) -> str:
    rows = list(result["kills"].items())
    text = table("Kills at random points", ["command", "kills"], rows)
    return text + (
        f"\n{result['in_time']} of them came before the command had ended. {result['checkpoints_kept']} checkpoints were "
        f"written in between, all of which stayed; {result['temporaries_left']} temporary files stood around at the end, "
        "and none after the next write.\n")


def table(title, heading, rows) -> str:
    lines = [f"## {title}\n", "| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"
