"""Figures as they come in, and the table and the JSON document made of them."""

import collections
import json
import os
import platform
import statistics

import tools

# What is measured: name -> (unit in JSON, heading in the table).
SECONDS, CPU, PEAK, BYTES, RATE = "seconds", "cpu", "peak", "bytes", "rate"
UNITS = {SECONDS: "seconds", CPU: "cpu seconds", PEAK: "peak resident bytes", BYTES: "bytes on disk",
         RATE: "per second"}


class Target:
    """What vstore must reach; `measured` is None as long as the figures are missing."""

    def __init__(self, results, line, work, peer, limit, kind=None):
        self.line, self.work, self.peer, self.limit = line, work, peer, limit
        self.kind = kind or (SECONDS if peer else BYTES)
        self.at_least = self.kind == RATE
        self.measured = self._measure(results)

    def _measure(self, results):
        if self.line == "*":
            return results.largest(self.kind, "vstore")
        own = results.median(self.kind, self.line, self.work, "vstore")
        if self.peer is None or own is None:
            return own
        tool, _, work = self.peer.partition(":")
        base = results.median(self.kind, self.line, work or self.work, tool)
        return own / base if base else None

    @property
    def met(self):
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def row(self):
        if self.peer:
            scale, unit = 1, "× " + self.peer.replace(":", ", ")
        else:
            scale, unit = {SECONDS: (1e-3, "ms"), RATE: (1, "/s")}.get(self.kind, (1e6, "MB"))
        what = {BYTES: " (bytes)", PEAK: " (memory)"}.get(self.kind, "") if self.peer or self.kind == PEAK else ""
        verdict = "reached" if self.met else "**missed**"
        return (f"| {self.line} | {self.work}{what} | {self.measured / scale:.3g} {unit} | "
                f"{'at least ' if self.at_least else ''}{self.limit / scale:.3g} {unit} | "
                f"{self.measured / self.limit:.2f} | {verdict} |\n")

    def json(self):
        return {"line": self.line, "work": self.work, "peer": self.peer, "what": self.kind,
                "measured": self.measured, "at_least" if self.at_least else "at_most": self.limit,
                "share_of_limit": self.measured / self.limit, "met": self.met}


class Results:
    def __init__(self, targets):
        self.wanted = targets
        # kind -> (line, work) -> tool -> values of all rounds
        self.tables = {kind: collections.defaultdict(lambda: collections.defaultdict(list)) for kind in UNITS}
        self.about = {}  # line -> what the data are
        self.failures = []

    def add(self, kind, line, work, tool, value):
        self.tables[kind][line, work][tool].append(value)

    def add_cost(self, line, work, tool, cost):
        for kind, value in ((SECONDS, cost.seconds), (CPU, cost.cpu), (PEAK, cost.peak)):
            self.add(kind, line, work, tool, value)

    def add_bytes(self, line, what, tool, value):
        self.add(BYTES, line, what, tool, value)

    def add_rate(self, line, work, tool, value):
        self.add(RATE, line, work, tool, value)

    def median(self, kind, line, work, tool):
        values = self.tables[kind].get((line, work), {}).get(tool)
        return statistics.median(values) if values else None

    def largest(self, kind, tool):
        """The largest value of all lines that are measured in full size."""
        values = [max(row[tool]) for row in self.tables[kind].values() if row.get(tool)]
        return max(values, default=None)

    def used_tools(self):
        used = {tool for table in self.tables.values() for row in table.values() for tool in row}
        return [t for t in tools.ALL if t.name in used]

    # ------------------------------------------------------------------------------------- markdown --

    def markdown(self, env):
        text = "# Whole commands, side by side\n\n" + machine() + "; medians of the rounds. In brackets: "
        text += "vstore's figure as a share of the peer's.\n"
        for line, about in self.about.items():
            text += f"\n## {line}: {about}\n\n" + self._table(line)
        text += "\n## What vstore must reach\n\n" + self._targets()
        text += "\n" + "\n".join(f"- {tool.label}: {tool.version(env)}" for tool in self.used_tools())
        if self.failures:
            text += "\n\nFailed:\n\n" + "\n".join("- " + failure for failure in self.failures)
        return text + "\n"

    def _table(self, line):
        present = {tool for table in self.tables.values() for key, row in table.items() if key[0] == line
                   for tool in row}
        columns = [t for t in tools.ALL if t.name in present]
        rows = [[""] + [t.label for t in columns], ["---"] + ["--:"] * len(columns)]
        for kind, unit, text in ((SECONDS, "s", _plain), (CPU, "processor s", _plain), (RATE, "a second", _count),
                                 (BYTES, "MB", _mega), (PEAK, "peak MB", _mega)):
            for key in [k for k in self.tables[kind] if k[0] == line]:
                rows.append([f"{key[1]}, {unit}"] + [self._cell(kind, key, t.name, text) for t in columns])
        return "".join("| " + " | ".join(row) + " |\n" for row in rows)

    def _cell(self, kind, key, tool, text):
        value = self.median(kind, *key, tool)
        if value is None:
            return ""
        own = self.median(kind, *key, "vstore")
        share = kind in (SECONDS, RATE, BYTES) and own is not None and tool != "vstore" and value
        return text(value) + (f" ({own / value:.2f})" if share else "")

    def targets(self):
        """All targets whose figures were measured."""
        found = [Target(self, *wanted) for wanted in self.wanted]
        return [target for target in found if target.measured is not None]

    def _targets(self):
        text = "| line | work | measured | at most | share | |\n|---|---|--:|--:|--:|---|\n"
        return text + "".join(target.row() for target in self.targets())

    # ----------------------------------------------------------------------------------------- json --

    def json(self, env):
        measured = [{"line": line, "work": work, "tool": tool, "unit": unit, "values": values}
                    for kind, unit in UNITS.items()
                    for (line, work), row in self.tables[kind].items() for tool, values in row.items()]
        return json.dumps({
            "machine": machine(),
            "data": self.about,
            "tools": {tool.name: tool.version(env) for tool in self.used_tools()},
            "measured": measured,
            "targets": [target.json() for target in self.targets()],
            "failures": self.failures,
        }, indent=2)


def _plain(value):
    return f"{value:.3g}"


def _count(value):
    return f"{value:,.0f}"


def _mega(value):
    return f"{value / 1e6:.1f}"


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for row in file:
            if row.startswith("model name"):
                model = row.split(":", 1)[1].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {platform.release()}"
