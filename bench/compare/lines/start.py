"""What a command costs that does next to nothing."""

from measure import shell
from pair import Pair

TIMES = 100

TARGETS = [("start", f"{TIMES} x version", None, TIMES * 0.003, "seconds")]


def start(bench):
    """A hundred of each, one after the other, as a script would call them."""
    pair = Pair(bench, "start", "empty")
    loop = "i=0; while [ $i -lt %d ]; do %s; i=$((i + 1)); done"
    for command in ("version", "status"):
        pair.contest(f"{TIMES} x {command}", shell(loop % (TIMES, "vstore " + command)),
                     shell(loop % (TIMES, "git " + command)))
    bench.results.about["start"] = f"{TIMES} commands in an empty workspace"


LINES = {"start": start}
