"""Long histories: taken over from git, listed, and asked for one path."""

import os

import data as datasets
from measure import measure, say, shell
from pair import Pair

LONGEST = 100_000

# 200,000 commits a second when nothing matches.
TARGETS = [("history-walk", f"{LONGEST} commits: path without values", None, LONGEST / 200_000, "seconds")]


def _fill(pair, label, count):
    """The same history in both; git's comes from a stream."""
    stream = os.path.join(pair.folder, "stream")
    with open(stream, "wb") as out:
        datasets.write_git_history(out, count)
    load = shell('exec git fast-import --quiet < "$1"', stream)
    if pair.with_git:
        pair.once(f"{label}: import", "git-tuned", load)
    else:
        measure([load], pair.git, pair.bench.env)
    pair.once(f"{label}: import", "vstore", ["vstore", "import-git", "-q", pair.git])
    os.truncate(stream, 0)


def _ask(pair, label):
    """What both prepare once comes first: vstore does it at the first question, git by a command of its own."""
    nothing, something = "data/part03/nothing.csv", datasets.history_path(7)
    pair.contest(f"{label}: summarized", ["vstore", "history", nothing],
                 ["git", "commit-graph", "write", "--reachable", "--changed-paths"], vstore_code=1, rounds=1)
    pair.contest(f"{label}: path without values", ["vstore", "history", nothing],
                 ["git", "log", "--format=%H", "main", "--", nothing], vstore_code=1)
    pair.contest(f"{label}: path with values", ["vstore", "history", something],
                 ["git", "log", "--format=%H", "--raw", "main", "--", something])
    pair.contest(f"{label}: log of the path", ["vstore", "log", "--oneline", "main", "--", something],
                 ["git", "log", "--oneline", "main", "--", something])
    pair.contest(f"{label}: log", ["vstore", "log", "--oneline", "main"], ["git", "log", "--oneline", "main"])
    pair.contest(f"{label}: log -10", ["vstore", "log", "-10", "main"], ["git", "log", "-10", "main"])


def history_walk(bench):
    """Linear histories of 10, 1,000 and 100,000 commits."""
    bench.results.about["history-walk"] = "linear histories over a thousand files, of which each commit changes one"
    for count in (10, 1000, int(bench.env.get("HISTORY_COMMITS", LONGEST))):
        say(f"history-walk: {count} commits")
        label = f"{count} commits"
        pair = Pair(bench, "history-walk", str(count))
        _fill(pair, label, count)
        _ask(pair, label)
        pair.note_size(f"{label}, on disk")
        datasets.truncate_files(pair.folder)


LINES = {"history-walk": history_walk}
