"""Compares boule with the package sortition-algorithms on the same pools, and writes a table.

compare.py MEASURE FOLDER DATE SECONDS [POOL...]: MEASURE is our program, FOLDER is where the pools go, SECONDS is the
most processor time that one run may take. Where no pools are named, all are compared, and the page of results is written
anew after each, so that a run that is stopped leaves what it has.
"""

import json
import os
import platform
import resource
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PANELS = (1000, 10000)
# Seconds that Python may take to start and to read the files, which are not counted.
STARTING = 2
HEADER = ["pool", "n", "k", "features", "maximin, s", "its minimum"]
for m in PANELS:
    HEADER += [f"boule m = {m:,}, s", "times faster", "with the record, s", "times faster", "its minimum"]
HEADER.append("no lottery gives all more than")


def one_core() -> None:
    """Keeps this process and all that it starts on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def run(command: list, limit: int) -> dict | None:
    """What a program prints as JSON in its last line; None if it takes more than `limit` seconds of processor time."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))

    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, preexec_fn=bound, check=False)
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return None
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed: {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def per_cent(chance: float) -> str:
    return f"{chance * 100:.3f} %"


def seconds(time: float) -> str:
    return f"{time:.2f}" if time < 10 else f"{time:.0f}"


def faster(ours: float, theirs: float | None, limit: int) -> str:
    """How many times faster ours is; at least so many if theirs did not end."""
    times = (theirs or limit) / ours
    return ("" if theirs else "> ") + (f"{times:.1f}" if times < 10 else f"{times:,.0f}")


def row(measure: str, folder: Path, pool: dict, limit: int, gaps: dict) -> list[str]:
    """One line of the table; for each m, `gaps` takes by how many panels our minimum is below theirs."""
    name = pool["name"]
    theirs = run([sys.executable, HERE / "peer.py", folder / name, pool["panel"]], limit + STARTING)
    shape = [name, str(pool["pool"]), str(pool["panel"]), str(pool["features"])]
    cells = [seconds(theirs["seconds"]), per_cent(theirs["smallest"])] if theirs else [f"> {limit}", "-"]
    bound = "-"
    for m in PANELS:
        ours = run([measure, "one", name, m], limit)
        if not ours:
            cells += [f"> {limit}", "-", f"> {limit}", "-", "-"]
            continue
        search = ours["leximin"] + ours["portfolio"]
        for time in (search, search + ours["reading"] + ours["record"]):
            cells += [seconds(time), faster(time, theirs["seconds"] if theirs else None, limit)]
        cells.append(per_cent(ours["smallest"]))
        if theirs:
            gaps[m].append((theirs["smallest"] - ours["smallest"]) * m)
        bound = per_cent(ours["bound"] / 1e12) if ours["bound"] else "-"
    return [*shape, *cells, bound]


def table(rows: list[list[str]]) -> str:
    rule = ["---"] + ["--:"] * (len(HEADER) - 1)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [HEADER, rule, *rows])


def machine() -> str:
    """The processor, its cores and how busy they are."""
    lines = [line.partition(":") for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()]
    model = next((value.strip() for key, _, value in lines if key.strip() == "model name"), platform.machine())
    load = os.getloadavg()[0]
    return f"{model}, {os.cpu_count()} cores, one of them used; load average when it began: {load:.2f}"


def page(values: dict, rows: list) -> str:
    """The page of results."""
    text = (HERE / "page.md").read_text(encoding="utf-8")
    for key, value in {**values, "TABLE": table(rows)}.items():
        text = text.replace(f"@{key}@", value)
    return text


def main() -> None:
    measure, folder, date, limit, *wanted = sys.argv[1:]
    began = machine()
    one_core()
    listed = subprocess.run([measure, "pools", folder], stdout=subprocess.PIPE, check=True, text=True).stdout
    pools = [json.loads(line) for line in listed.splitlines()]
    versions = ", ".join(f"{package} {version(package)}" for package in ("sortition-algorithms", "highspy", "numpy"))
    values = {"DATE": date, "MACHINE": began, "VERSIONS": versions, "PYTHON": platform.python_version(), "LIMIT": limit}
    rows, gaps = [], {m: [] for m in PANELS}
    for pool in pools:
        if wanted and pool["name"] not in wanted:
            continue
        rows.append(row(measure, Path(folder), pool, int(limit), gaps))
        print(" | ".join(rows[-1]), flush=True)
        values["BELOW"] = " and ".join(f"{max(gap, default=0):.2f} panels of {m:,}" for m, gap in gaps.items())
        values["ALL"] = "" if len(rows) == len(pools) else f" Stopped after {len(rows)} of {len(pools)} pools."
        if not wanted:
            (HERE.parent / "results" / f"compare-{date}.md").write_text(page(values, rows), encoding="utf-8")


main()
