"""Power cuts below real file systems: failing crash states of vstore beside git, restic and borg. See ../power.sh."""
import concurrent.futures
import json
import os
import random
import shutil
import sys
import tempfile

from disk import MKFS, Mounted, RecordedDisk, crash_states
from tools import TOOLS

COMMITS = int(os.environ.get("COMMITS", "12"))
STATES = int(os.environ.get("STATES", "200"))
SEED = int(os.environ.get("SEED", "1"))
JOBS = int(os.environ.get("JOBS", "2"))
SKIPPED = 77


def content(number):
    """A table of which each version changes some rows: the first file of the data."""
    rng = random.Random(number)
    rows = [f"row {row},{row * row}" for row in range(3000)]
    for _ in range(60):
        rows[rng.randrange(len(rows))] = f"changed in {number},{rng.random()}"
    return "\n".join(rows).encode()


def write_files(place, number):
    data = os.path.join(place, "data")
    os.makedirs(data, exist_ok=True)
    with open(os.path.join(data, "rows"), "wb") as out:
        out.write(content(number))
    with open(os.path.join(data, f"noise{number}"), "wb") as out:
        out.write(random.Random(number).randbytes(40_000))


def record(recorder, kind, tool, top):
    """One run: versions, in the middle of them the tool's tidying up. Returns the disk and the versions' names."""
    versions = []
    with RecordedDisk(recorder, kind, top) as disk:
        place = os.path.join(disk.place, "work")
        os.makedirs(place)
        tool.prepare(place)
        disk.begin()
        for number in range(COMMITS):
            write_files(place, number)
            versions.append(tool.commit(place, number, disk.mark))
            if number == COMMITS * 2 // 3:
                tool.tidy(place)
    return disk, versions


def verdict(tool, kind, image, top, versions, promised):
    try:
        with Mounted(kind, image, os.path.join(top, "after")) as mounted:
            place = os.path.join(mounted.place, "work")
            return tool.verify(place, versions, promised, content)
    except RuntimeError as error:
        return f"not mounted: {error}"


def cell(recorder, kind, name):
    """What became of one tool on one file system: a count of each verdict."""
    top = tempfile.mkdtemp(prefix=f"power-{kind}-", dir=os.environ.get("SCRATCH"))
    counts = {}
    try:
        tool = TOOLS[name](top)
        disk, versions = record(recorder, kind, tool, top)
        image = os.path.join(top, "state.img")
        for promised in crash_states(disk, int(STATES * tool.share), SEED, image):
            said = verdict(tool, kind, image, top, versions, promised) or "sound"
            counts[said] = counts.get(said, 0) + 1
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return counts


def show(results, kinds, names):
    print("\nlost / all states (and those in which nothing is lost but the tool's check finds fault)\n")
    print("| | " + " | ".join(kinds) + " |\n|---|" + "---|" * len(kinds))
    for name in names:
        columns = []
        for kind in kinds:
            counts = results[kind, name]
            complaints = counts.get("complains", 0)
            columns.append(f"{counts.get('lost', 0)} / {sum(counts.values())}" + (f" ({complaints})" if complaints else ""))
        print(f"| {name} | " + " | ".join(columns) + " |")


def main():
    recorder = os.path.abspath(sys.argv[1])
    names = [n for n in sys.argv[2:] or TOOLS if shutil.which(TOOLS[n].program)]
    kinds = [k for k in os.environ.get("FILE_SYSTEMS", " ".join(MKFS)).split() if shutil.which(MKFS[k][0])]
    if os.geteuid() != 0 or not os.path.exists("/dev/fuse") or not os.path.exists("/dev/loop-control"):
        print("skipped: needs root, FUSE and loop devices")
        sys.exit(SKIPPED)
    results = {}
    with concurrent.futures.ProcessPoolExecutor(JOBS) as pool:
        waiting = {pool.submit(cell, recorder, kind, name): (kind, name) for name in names for kind in kinds}
        for done in concurrent.futures.as_completed(waiting):
            results[waiting[done]] = done.result()
            print(*waiting[done], json.dumps(done.result()), flush=True)
    show(results, kinds, names)
    sys.exit(1 if any(set(results[kind, name]) != {"sound"} for kind, name in results if name == "vstore") else 0)


if __name__ == "__main__":
    main()
