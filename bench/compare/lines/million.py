"""Many small files."""

import os
import time

import data as datasets
from measure import say
from rounds import SETTLE_SECONDS, Round

TARGETS = [("million", "one of a million", "vstore:one of a thousand", 5.0)]


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


LINES = {"million": million}
