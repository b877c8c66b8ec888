"""How costs grow: with the number of files, the size of one file, the number of commits.

What costs what changed must not grow with what is already there; what reads all data may grow with them.
"""

import os
import subprocess
import time

import data as datasets
from measure import Failed, say
from rounds import SETTLE_SECONDS, Round

TARGETS = [
    ("growth", "commit by path, 1,000,000 files", None, 0.030, "seconds"),
    ("growth", "commit by path, 1,000,000 files", "vstore:commit by path, 1,000 files", 2.0),
]


def _files(bench, count):
    """First commit, status, one file committed by its path, among `count` files."""
    names = f"{count:,} files"
    data = bench.folder("growth", f"files-{count}")
    datasets.make_many_files(data, count)
    time.sleep(SETTLE_SECONDS)
    this = Round(bench, "growth", count, data, [t for t in bench.tools if t.name in ("vstore", "git-tuned")])
    this.growth_step(f"first, {names}", f"on disk, {names}", lambda tool: tool.first())
    this.plain_step(f"unchanged, {names}", lambda tool: tool.unchanged())
    for k in range(5):
        def act(tool, k=k):
            path = f"d0000/f{k:03d}.json"
            with open(os.path.join(data, path), "a") as file:
                file.write(f"changed for {tool.name}\n")
            return tool.commit_path(path)

        this.plain_step(f"commit by path, {names}", act)
    this.end()
    datasets.truncate_files(data)


def _one_file(bench, gigabytes):
    """A file of mostly holes: every 16th 64 KiB holds noise."""
    names = f"a file of {gigabytes} GB"
    data = bench.folder("growth", f"file-{gigabytes}")
    path = os.path.join(data, "large.bin")
    with open(path, "wb") as file:
        file.truncate(gigabytes * 10**9)
        for at in range(0, gigabytes * 10**9, 1 << 20):
            file.seek(at)
            file.write(os.urandom(1 << 16))
        file.truncate(gigabytes * 10**9)
    time.sleep(SETTLE_SECONDS)
    this = Round(bench, "growth", gigabytes, data, [t for t in bench.tools if t.name == "vstore"])
    this.growth_step(f"first, {names}", f"on disk, {names}", lambda tool: tool.first())
    with open(path, "r+b") as file:
        file.seek(gigabytes * 10**9 // 2)
        file.write(b"changed")
    this.growth_step(f"next, {names}", f"next growth, {names}", lambda tool: tool.next())
    this.end()
    datasets.truncate_files(data)


def _commits(bench, count):
    """One more commit, and the newest one shown, after `count` commits."""
    names = f"{count:,} commits"
    program = bench.env["BENCH_RATES"]
    if not os.access(program, os.X_OK):
        raise Failed(f"no program '{program}'; build the target bench_rates, or set BENCH_RATES")
    folder = os.path.join(bench.folder("growth"), f"commits-{count}")
    subprocess.run([program, "fill", folder, str(count)], env=bench.env, check=True, timeout=900)
    data = bench.folder("growth", f"commits-{count}-data")
    kinds = [t for t in bench.tools if t.name == "vstore"]
    this = Round(bench, "growth", count, data, [])
    for kind in kinds:
        this.tools.append(kind(data, os.path.join(this.folder, kind.name), bench.env))
    for tool in this.tools:
        tool.quiet("vstore", "init", "-q", "--store", os.path.join(folder, "store"), data, cwd="/")
        tool.quiet("vstore", "reset", "-q", "--hard", "main")
    for k in range(5):
        def act(tool, k=k):
            with open(os.path.join(data, "new.txt"), "w") as file:
                file.write(f"{k}\n")
            return tool.first()

        this.plain_step(f"one more, {names}", act)
    this.plain_step(f"log -1, {names}", lambda tool: tool.timed(["vstore", "log", "-n", "1"]))
    this.end()


def growth(bench):
    """Ten times as much, again and again."""
    for count in (1_000, 10_000, 100_000, int(bench.env.get("MANY_FILES", "1000000"))):
        say(f"growth: {count} files")
        _files(bench, count)
    for gigabytes in (1, int(bench.env.get("GROWTH_GB", "10"))):
        say(f"growth: one file of {gigabytes} GB")
        _one_file(bench, gigabytes)
    for count in (10, 1_000, int(bench.env.get("GROWTH_COMMITS", "10000"))):
        say(f"growth: {count} commits")
        _commits(bench, count)
    bench.results.about["growth"] = "files of 100 to 400 bytes; one file, one sixteenth noise, the rest holes; commits of one file"


LINES = {"growth": growth}
