"""Many small files."""

import os
import time

import data as datasets
from measure import say
from rounds import SETTLE_SECONDS, Round, unchanged

TARGETS = [
    ("million", "first of a million", "restic", 0.2),
    ("million", "one of a million", "vstore:one of a thousand", 2.0),
    ("million", "one of a million", None, 0.030, "seconds"),
    ("million", "unchanged", "git-tuned", 0.5), ("million", "ten changed, found", "git-tuned", 0.5),
    ("million", "switch", "git-tuned", 0.5), ("million", "restore", "git-tuned", 0.5),
]
TOOLS = ("vstore", "git-tuned", "restic")


def _begin(bench, number, name, count):
    """A dataset, and every tool's first snapshot of it. restic needs minutes for a step: it ends here."""
    say(f"million: {count} files")
    data = bench.folder("million", name, "data")
    datasets.make_many_files(data, count)
    time.sleep(SETTLE_SECONDS)
    this = Round(bench, "million", number, data, [t for t in bench.tools if t.name in TOOLS])
    this.growth_step(f"first of a {name}", f"first of a {name} on disk", lambda tool: tool.first())
    this.tools = [tool for tool in this.tools if tool.name != "restic"]
    return this


def _append(this, number, text):
    with open(os.path.join(this.data, datasets.many_files_path(number)), "a") as file:
        file.write(text + "\n")


def _commit_one(this, work, number):
    def act(tool):
        _append(this, number, f"changed for {tool.name}")
        return tool.commit_path(datasets.many_files_path(number))

    this.plain_step(work, act)


def _catch_up(this):
    """A tool has not seen what was changed after its turn."""
    for tool in list(this.tools):
        this.attempt(tool, tool.catch_up)


def _tenths(count, offset):
    """Ten files all over the dataset."""
    return [(count * n // 10 + offset) % count for n in range(10)]


def _find_ten(this, count, times):
    for k in range(times):
        for number in _tenths(count, 200 + k):
            _append(this, number, f"changed in round {k}")
        time.sleep(SETTLE_SECONDS)
        this.plain_step("ten changed, found", lambda tool: tool.next())


def _merge(this, count, times):
    """Two branches that changed ten files each, none of them the same."""
    for branch, offset in (("left", 300), ("right", 407)):
        texts = {datasets.many_files_path(number): f"{branch} {number}\n" for number in _tenths(count, offset)}
        for tool in list(this.tools):
            this.attempt(tool, tool.make_branch, this.restored(tool), branch, texts)
    for k in range(times):
        this.plain_step("merge, in the store",
                        lambda tool: tool.merge_in_store(this.restored(tool), f"merged-{k}", "left", "right"))
    for k in range(times):
        for tool in list(this.tools):
            this.attempt(tool, tool.switch_to, this.restored(tool), "left")
        time.sleep(SETTLE_SECONDS)
        this.plain_step("merge, with files", lambda tool: tool.merge(this.restored(tool), "right"))


def million(bench):
    """A small and a large dataset of small files: what is done to all of it, and what to a part of it."""
    many = int(bench.env.get("MANY_FILES", "1000000"))
    bench.results.about["million"] = f"a thousand and {many} files of 100 to 400 bytes"
    sizes = {"thousand": 1000, "million": many}
    rounds = {name: _begin(bench, number, name, count) for number, (name, count) in enumerate(sizes.items())}
    times = max(5, bench.runs)
    for k in range(times):
        for name, count in sizes.items():
            _commit_one(rounds[name], f"one of a {name}", count // 2 + 100 + k)
    this = rounds["million"]
    _catch_up(this)
    time.sleep(SETTLE_SECONDS)
    this.plain_step("unchanged", unchanged)
    this.note_version(1)
    _find_ten(this, many, times)
    this.note_version(2)
    this.restore()
    for _ in range(times):
        time.sleep(SETTLE_SECONDS)
        this.switch(1, 2)
    _merge(this, many, times)
    for this in rounds.values():
        this.end()
        datasets.truncate_files(this.data)


LINES = {"million": million}
