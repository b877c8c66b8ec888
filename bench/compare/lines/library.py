"""The library by itself, in a program, beside LMDB: random reads, and durable commits of one and of many processes."""

import os
import subprocess

from measure import Failed, say

TARGETS = [
    ("reads", "4 KiB reads", None, 300_000, "rate"),
    ("commits", "commits, 1 process", "lmdb", 0.5, "rate"),
    ("commits", "commits, 8 processes", "lmdb", 2.0, "rate"),
]


def _rates(bench, line, *arguments):
    """Runs bench_rates and takes over its figures; it makes its own rounds and turns."""
    program = bench.env["BENCH_RATES"]
    if not os.access(program, os.X_OK):
        raise Failed(f"no program '{program}'; build the target bench_rates, or set BENCH_RATES")
    os.sync()
    done = subprocess.run([program, *arguments], env=bench.env, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise Failed(f"bench_rates {' '.join(arguments)}: {done.stderr.strip()}")
    for row in done.stdout.splitlines():
        tool, work, rate = row.split("\t")
        say(f"  {work:24} {tool:10} {float(rate):12,.0f} a second")
        bench.results.add_rate(line, work, tool, float(rate))


def reads(bench):
    _rates(bench, "reads", "reads", os.path.join(bench.folder("reads"), "data"))
    bench.results.about["reads"] = ("one thread, everything in memory; vstore: 120 files of 8 KiB to 1 MiB in 8 versions; "
                                    "LMDB: 4 KiB values, the newest version only")


def commits(bench):
    for processes in (1, 8):
        _rates(bench, "commits", "commits", os.path.join(bench.folder("commits"), str(processes)), str(processes))
    bench.results.about["commits"] = ("one changed file of 200 bytes among a thousand, a branch for each process; LMDB: one "
                                      "value of 200 bytes, a durable transaction each")


LINES = {"reads": reads, "commits": commits}
