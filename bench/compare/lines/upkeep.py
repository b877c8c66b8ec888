"""Collecting garbage, and reading every byte to verify it."""

import data as datasets
from lines.kernel import kernel_versions
from measure import say
from rounds import Round

TARGETS = [
    ("upkeep", "check", "restic", 0.5), ("upkeep", "collect", "restic", 0.5),
    ("upkeep", "on disk", None, 270e6), ("upkeep", "on disk, packed", "git", 0.85, "bytes"),
]
VERSIONS = 5  # at most


def upkeep(bench):
    """The kernel's versions, committed one after the other; every byte verified, garbage collected, and then
    everything packed as tightly as each tool can."""
    versions = kernel_versions(bench)[:VERSIONS]
    data = bench.folder("upkeep", "data")
    tools = [t for t in bench.tools_but("git-lfs", "git-annex") if t.collect is not None]
    datasets.apply_version(versions[0], data)
    for number in range(bench.runs):
        say(f"upkeep: round {number + 1} of {bench.runs}")
        this = Round(bench, "upkeep", number, data, tools)
        for source in versions:
            datasets.apply_version(source, data)
            datasets.open_up_kernel(data)
            for tool in list(this.tools):
                this.attempt(tool, tool.next)
        for tool in this.tools:
            bench.results.add_bytes("upkeep", "on disk", tool.name, tool.size())
        this.plain_step("check", lambda tool: tool.check())
        this.plain_step("collect", lambda tool: tool.collect())
        for tool in this.tools:
            bench.results.add_bytes("upkeep", "on disk, collected", tool.name, tool.size())
        this.plain_step("pack", lambda tool: tool.collect_tightly(), "collect_tightly")
        for tool in this.tools:
            if tool.collect_tightly is not None:
                bench.results.add_bytes("upkeep", "on disk, packed", tool.name, tool.size())
        this.end()
    bench.results.about["upkeep"] = f"{len(versions)} versions of the kernel tree"


LINES = {"upkeep": upkeep}
