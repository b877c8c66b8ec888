"""What all lines of the comparison share: tools that take turns, step by step.

Within a line the tools take turns at every step, on the same folder, and each round begins with another
tool, so that a slow moment of the machine hits nobody in particular.
"""

import contextlib
import os
import time

import data as datasets
from measure import Cost, Failed, say

SETTLE_SECONDS = 2.5  # so that no tool must doubt a time stamp that is as young as its own index


class Bench:
    """What all lines share."""

    def __init__(self, corpora, scratch, env, tools, runs, generator, results):
        self.corpora = corpora
        self.scratch = scratch
        self.env = env
        self.tools = tools
        self.runs = runs
        self.generator = generator
        self.results = results

    def tools_but(self, *names):
        return [tool for tool in self.tools if tool.name not in names]

    def folder(self, *names):
        path = os.path.join(self.scratch, *names)
        os.makedirs(path, exist_ok=True)
        return path


@contextlib.contextmanager
def turn(tool):
    tool.take_turn()
    try:
        yield
    finally:
        tool.end_turn()


class Round:
    """One pass of all tools over a line, with fresh repositories under a fresh folder."""

    def __init__(self, bench, line, number, data, tools):
        self.bench = bench
        self.line = line
        self.folder = bench.folder(line, f"round-{number}")
        shift = number % len(tools)
        self.tools = []
        for kind in tools[shift:] + tools[:shift]:
            tool = kind(data, os.path.join(self.folder, kind.name), bench.env)
            self.tools.append(tool)
            self.attempt(tool, tool.setup)
        self.data = data

    def attempt(self, tool, step, *arguments):
        """The step's result; a tool that fails takes no further part in the round."""
        try:
            with turn(tool):
                return step(*arguments)
        except Failed as failure:
            say(f"  {tool.name}: {failure}")
            self.bench.results.failures.append(f"{self.line}, {tool.name}: {failure}")
            self.tools.remove(tool)
            return None

    def _one_turn(self, tool, work, act):
        """The tool does `act`, which gives a Cost; False if it failed or has no such thing."""
        cost = self.attempt(tool, act, tool)
        if cost is None:
            return False
        say(f"  {work:12} {tool.name:10} {cost.seconds:9.3f} s  {cost.peak / 1e6:7.0f} MB")
        self.bench.results.add_cost(self.line, work, tool.name, cost)
        return True

    def _able(self, having):
        return [tool for tool in self.tools if not having or getattr(tool, having) is not None]

    def plain_step(self, work, act, having=None):
        """Every tool (that has the method `having`) does `act`."""
        for tool in self._able(having):
            self._one_turn(tool, work, act)

    def growth_step(self, work, label, act, having=None):
        """The same, and by how much each repository grew; going through all its files takes a while."""
        for tool in self._able(having):
            before = tool.size()
            if self._one_turn(tool, work, act):
                self.bench.results.add_bytes(self.line, label, tool.name, tool.size() - before)

    def note_version(self, number):
        """What the tools have taken in is this version of the data."""
        for tool in list(self.tools):
            self.attempt(tool, tool.note_version, number)

    def restored(self, tool):
        return os.path.join(self.folder, tool.name + "-restored")

    def restore(self):
        def act(tool):
            target = self.restored(tool)
            tool.prepare_restore(target)
            cost = tool.restore(target)
            if tool.name == "vstore" and not datasets.same_trees(self.data, target):
                raise Failed("the restored folder differs")
            return cost

        self.plain_step("restore", act, "restore")

    def diff_names(self, before, after):
        """Which paths differ between two versions; quick, so five times."""
        for _ in range(5):
            self.plain_step("diff of names", lambda tool: tool.diff_names(before, after), "diff_names")

    def switch(self, there, back):
        """The restored folders go to version `there` and back; both ways count as one figure each."""
        for number in (there, back):
            self.plain_step("switch", lambda tool, n=number: tool.switch(self.restored(tool), n), "switch")

    def end(self):
        datasets.truncate_files(self.folder)


def unchanged(tool):
    """Status, again if it is quick: the median of five."""
    costs = [tool.unchanged()]
    while costs[0].seconds < 1.0 and len(costs) < 5:
        costs.append(tool.unchanged())
    middle = sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]
    return Cost(middle.seconds, middle.cpu, max(cost.peak for cost in costs))


def two_versions(bench, line, tools, data, to_version):
    """First snapshot, no change, next version, names that differ, restore, switch; `to_version(n)` brings the folder to version n."""
    for number in range(bench.runs):
        say(f"{line}: round {number + 1} of {bench.runs}")
        to_version(1)
        time.sleep(SETTLE_SECONDS)
        this = Round(bench, line, number, data, tools)
        this.growth_step("first", "first on disk", lambda tool: tool.first())
        this.note_version(1)
        this.plain_step("unchanged", unchanged, "unchanged")
        to_version(2)
        time.sleep(SETTLE_SECONDS)
        this.growth_step("next", "next growth", lambda tool: tool.next(), "next")
        this.note_version(2)
        this.diff_names(1, 2)
        this.restore()
        time.sleep(SETTLE_SECONDS)
        this.switch(1, 2)
        this.end()
