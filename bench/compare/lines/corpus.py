"""Whole histories: all versions of a corpus."""

import os

import data as datasets
from measure import Cost, say
from rounds import Round

TARGETS = []
LINES = {}  # any corpus is a line: main.py


def history(bench, name):
    """Every version of a corpus, one commit each: the time of all of them, and what remains on disk."""
    line = name
    versions = datasets.versions(os.path.join(bench.corpora, name))
    tools = [t for t in bench.tools if t.name != "git-lfs"]
    for number in range(bench.runs):
        say(f"{line}: round {number + 1} of {bench.runs}")
        data = bench.folder(line, f"data-{number}")
        this = Round(bench, line, number, data, tools)
        total = {}
        for source in versions:
            datasets.apply_version(source, data)
            for tool in list(this.tools):
                total[tool.name] = total.get(tool.name, Cost()) + (this.attempt(tool, tool.next) or Cost())
        for tool in this.tools:
            bench.results.add_cost(line, "all versions", tool.name, total[tool.name])
            bench.results.add_bytes(line, "on disk", tool.name, tool.size())
        this.restore()
        this.end()
    raw = sum(datasets.tree_bytes(v) for v in versions)
    bench.results.about[line] = f"{len(versions)} versions, {raw / 1e6:.0f} MB in all"
