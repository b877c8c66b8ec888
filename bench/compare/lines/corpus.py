"""Whole histories: all versions of a corpus, what they take on disk before and after a collection, and what reading an
old version costs then."""

import os

import data as datasets
from measure import Cost, say
from rounds import Round

TARGETS = [(corpus, *target) for corpus in ("bcd-json", "caniuse") for target in (
    ("on disk", "restic", 0.2, "bytes"), ("on disk, collected", "git", 1.0, "bytes"),
    ("read the oldest, collected", "vstore:read the newest, collected", 2.0))]
LINES = {}  # any corpus is a line: main.py


def _commit_all(this, versions, data):
    """One commit a version and tool; {tool: total cost}."""
    total = {}
    for number, source in enumerate(versions, 1):
        datasets.apply_version(source, data)
        for tool in list(this.tools):
            total[tool.name] = total.get(tool.name, Cost()) + (this.attempt(tool, tool.next) or Cost())
        if number in (1, len(versions)):
            this.note_version(number)
    return total


def _pack(this):
    """vstore collects, git repacks as tightly as it can, restic and borg have their own ways."""
    def act(tool):
        return tool.repack() if hasattr(tool, "repack") else tool.collect()

    this.plain_step("collect", act, "collect")
    for tool in this.tools:
        if tool.collect is not None:
            this.bench.results.add_bytes(this.line, "on disk, collected", tool.name, tool.size())


def _read_versions(this, count):
    """Every byte of a version, without a checkout."""
    for work, number in (("read the newest, collected", count), ("read the oldest, collected", 1)):
        this.plain_step(work, lambda tool, n=number: tool.read_version(n), "read_version")


def history(bench, name):
    """Every version of a corpus, one commit each."""
    versions = datasets.versions(os.path.join(bench.corpora, name))
    tools = [t for t in bench.tools_but("git-lfs", "git-annex", "casync") if t.next is not None]
    for number in range(bench.runs):
        say(f"{name}: round {number + 1} of {bench.runs}")
        data = bench.folder(name, f"data-{number}")
        this = Round(bench, name, number, data, tools)
        for tool, cost in _commit_all(this, versions, data).items():
            bench.results.add_cost(name, "all versions", tool, cost)
        for tool in this.tools:
            bench.results.add_bytes(name, "on disk", tool.name, tool.size())
        _pack(this)
        _read_versions(this, len(versions))
        this.restore()
        this.end()
    raw = sum(datasets.tree_bytes(v) for v in versions)
    bench.results.about[name] = f"{len(versions)} versions, {raw / 1e6:.0f} MB in all"
