"""The lines of the comparison: which data, which work, in which order.

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

    def step(self, work, act):
        """Every tool does `act`, which gives a Cost; its growth on disk is noted too."""
        for tool in list(self.tools):
            before = tool.size()
            cost = self.attempt(tool, act, tool)
            if cost is None:
                continue
            say(f"  {work:12} {tool.name:10} {cost.seconds:9.3f} s  {cost.peak / 1e6:7.0f} MB")
            self.bench.results.add_cost(self.line, work, tool.name, cost)
            yield tool, tool.size() - before

    def plain_step(self, work, act):
        for _ in self.step(work, act):
            pass

    def growth_step(self, work, label, act):
        for tool, growth in self.step(work, act):
            self.bench.results.add_bytes(self.line, label, tool.name, growth)

    def restore(self):
        def act(tool):
            target = os.path.join(self.folder, tool.name + "-restored")
            tool.prepare_restore(target)
            cost = tool.restore(target)
            if tool.name == "vstore" and not datasets.same_trees(self.data, target):
                raise Failed("the restored folder differs")
            return cost

        self.plain_step("restore", act)

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
    """First snapshot, no change, next version, restore; `to_version(n)` brings the folder to version n."""
    for number in range(bench.runs):
        say(f"{line}: round {number + 1} of {bench.runs}")
        to_version(1)
        time.sleep(SETTLE_SECONDS)
        this = Round(bench, line, number, data, tools)
        this.growth_step("first", "first on disk", lambda tool: tool.first())
        this.plain_step("unchanged", unchanged)
        to_version(2)
        time.sleep(SETTLE_SECONDS)
        this.growth_step("next", "next growth", lambda tool: tool.next())
        this.restore()
        this.end()


# ------------------------------------------------------------------------------------------ lines --


def _kernel_versions(bench):
    for name in ("kernel-full", "kernel"):
        if os.path.isdir(os.path.join(bench.corpora, name)):
            return datasets.versions(os.path.join(bench.corpora, name))
    raise Failed(f"no corpus kernel-full or kernel in {bench.corpora}")


def kernel(bench):
    """Many files of source text."""
    versions = _kernel_versions(bench)
    data = bench.folder("kernel", "data")
    touched = {}

    def to_version(n):
        touched[n] = datasets.apply_version(versions[n - 1], data)
        datasets.open_up_kernel(data)

    two_versions(bench, "kernel", [t for t in bench.tools if t.name != "git-lfs"], data, to_version)
    bench.results.about["kernel"] = (f"{os.path.basename(os.path.dirname(versions[0]))}, {datasets.tree_bytes(data) / 1e6:.0f} MB; "
                                     f"{touched[2]} files differ in the next version")


def csv(bench):
    """One large table, of which a thousandth changes."""
    rows = int(bench.env.get("CSV_ROWS", "18800000"))
    sources = bench.folder("csv", "sources")
    data = bench.folder("csv", "data")
    table = os.path.join(data, "table.csv")
    for version in (1, 2):
        datasets.make_table(bench.generator, rows, version, os.path.join(sources, f"{version}.csv"))
    here = []  # the version that lies in `data`

    def to_version(n):
        if here:
            os.rename(table, os.path.join(sources, f"{here.pop()}.csv"))
        os.rename(os.path.join(sources, f"{n}.csv"), table)
        os.utime(table)
        here.append(n)

    two_versions(bench, "csv", bench.tools, data, to_version)
    bench.results.about["csv"] = f"{rows / 1e6:.1f} million rows, {os.path.getsize(table) / 1e6:.0f} MB; 0.1 % change"
    datasets.truncate_files(bench.folder("csv"))


def million(bench):
    """One changed file committed by its path, in a small and in a large dataset."""
    many = int(bench.env.get("MANY_FILES", "1000000"))
    sizes = {"one of a thousand": 1000, "one of a million": many}
    tools = [t for t in bench.tools if t.name in ("vstore", "git-tuned")]
    rounds = {}
    for work, count in sizes.items():
        say(f"million: {count} files")
        data = bench.folder("million", str(count), "data")
        datasets.make_many_files(data, count)
        time.sleep(SETTLE_SECONDS)
        rounds[work] = Round(bench, "million", count, data, tools)
        first = "first of a million" if count == many else "first of a thousand"
        rounds[work].growth_step(first, first + " on disk", lambda tool: tool.first())

    for k in range(max(7, bench.runs)):
        for work, count in sizes.items():
            path = f"d{count // 2000:04d}/f{100 + k:03d}.json"

            def act(tool):
                with open(os.path.join(tool.data, path), "a") as file:
                    file.write(f"changed for {tool.name}\n")
                return tool.commit_path(path)

            rounds[work].plain_step(work, act)
    for this in rounds.values():
        this.end()
        datasets.truncate_files(this.data)
    bench.results.about["million"] = f"a thousand and {many} files of 100 to 400 bytes"


def upkeep(bench):
    """The kernel's versions, all committed; then garbage is collected and every byte verified."""
    versions = _kernel_versions(bench)
    data = bench.folder("upkeep", "data")
    tools = [t for t in bench.tools if t.collect is not None and t.name != "git-lfs"]
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
        this.end()
    bench.results.about["upkeep"] = f"{len(versions)} versions of the kernel tree"


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


NAMED = {"kernel": kernel, "csv": csv, "million": million, "upkeep": upkeep}
