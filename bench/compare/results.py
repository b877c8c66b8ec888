"""Figures as they come in, and the table and the JSON document made of them."""

import collections
import json
import os
import platform
import statistics

import tools


class Results:
    def __init__(self, targets):
        self.wanted = targets
        # (line, work) -> tool -> values of all rounds
        self.seconds = collections.defaultdict(lambda: collections.defaultdict(list))
        self.cpu = collections.defaultdict(lambda: collections.defaultdict(list))
        self.peak = collections.defaultdict(lambda: collections.defaultdict(list))
        self.bytes = collections.defaultdict(lambda: collections.defaultdict(list))
        self.about = {}  # line -> what the data are
        self.failures = []

    def add_cost(self, line, work, tool, cost):
        self.seconds[line, work][tool].append(cost.seconds)
        self.cpu[line, work][tool].append(cost.cpu)
        self.peak[line, work][tool].append(cost.peak)

    def add_bytes(self, line, what, tool, value):
        self.bytes[line, what][tool].append(value)

    def median(self, table, line, work, tool):
        values = table.get((line, work), {}).get(tool)
        return statistics.median(values) if values else None

    # ------------------------------------------------------------------------------------- markdown --

    def markdown(self, env):
        names = [t.name for t in tools.ALL if any(t.name in row for row in self.seconds.values())]
        text = "# Whole commands, side by side\n\n" + machine() + "; medians of the rounds. In brackets: "
        text += "vstore's time as a share of the peer's.\n"
        for line, about in self.about.items():
            text += f"\n## {line}: {about}\n\n" + self._table(line, names)
        text += "\n## What vstore must reach\n\n" + self._targets()
        text += "\n" + "\n".join(f"- {tools.BY_NAME[n].label}: {tools.BY_NAME[n].version(env)}" for n in names)
        if self.failures:
            text += "\n\nFailed: " + "; ".join(self.failures)
        return text + "\n"

    def _table(self, line, names):
        names = [n for n in names if any(key[0] == line and n in row for key, row in self.seconds.items())]
        rows = [[""] + [tools.BY_NAME[n].label for n in names]]
        for key in [k for k in self.seconds if k[0] == line]:
            rows.append([f"{key[1]}, s"] + [self._time(key, n) for n in names])
        for key in [k for k in self.bytes if k[0] == line]:
            rows.append([f"{key[1]}, MB"] + [_mega(self.median(self.bytes, *key, n)) for n in names])
        for key in [k for k in self.peak if k[0] == line]:
            rows.append([f"{key[1]}, peak MB"] + [_mega(self.median(self.peak, *key, n)) for n in names])
        rows.insert(1, ["---"] + ["--:"] * len(names))
        return "".join("| " + " | ".join(row) + " |\n" for row in rows)

    def _time(self, key, tool):
        value = self.median(self.seconds, *key, tool)
        own = self.median(self.seconds, *key, "vstore")
        if value is None:
            return ""
        ratio = f" ({own / value:.2f})" if own is not None and tool != "vstore" else ""
        return f"{value:.3g}{ratio}"

    def targets(self):
        """[(line, work, peer, measured, at most)] for all targets that were measured."""
        found = []
        for line, work, peer, limit in self.wanted:
            if peer is None:
                measured = self.median(self.bytes, line, work, "vstore")
            else:
                other, _, other_work = peer.partition(":")
                own = self.median(self.seconds, line, work, "vstore")
                base = self.median(self.seconds, line, other_work or work, other)
                measured = own / base if own is not None and base else None
            if measured is not None:
                found.append((line, work, peer, measured, limit))
        return found

    def _targets(self):
        text = "| line | work | measured | at most | |\n|---|---|--:|--:|---|\n"
        for line, work, peer, measured, limit in self.targets():
            unit = "MB" if peer is None else "× " + peer.replace(":", ", ")
            scale = 1e6 if peer is None else 1
            verdict = "reached" if measured <= limit else "**missed**"
            text += f"| {line} | {work} | {measured / scale:.2f} {unit} | {limit / scale:.2f} {unit} | {verdict} |\n"
        return text

    # ----------------------------------------------------------------------------------------- json --

    def json(self, env):
        def rows(table, unit):
            return [{"line": line, "work": work, "tool": tool, "unit": unit, "values": values}
                    for (line, work), by_tool in table.items() for tool, values in by_tool.items()]

        measured = (rows(self.seconds, "seconds") + rows(self.cpu, "cpu seconds") +
                    rows(self.peak, "peak resident bytes") + rows(self.bytes, "bytes on disk"))
        used = {row["tool"] for row in measured}
        return json.dumps({
            "machine": machine(),
            "data": self.about,
            "tools": {name: tools.BY_NAME[name].version(env) for name in sorted(used)},
            "measured": measured,
            "targets": [dict(zip(("line", "work", "peer", "measured", "at_most"), t)) for t in self.targets()],
            "failures": self.failures,
        }, indent=1)


def _mega(value):
    return "" if value is None else f"{value / 1e6:.1f}"


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for row in file:
            if row.startswith("model name"):
                model = row.split(":", 1)[1].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {platform.release()}"
