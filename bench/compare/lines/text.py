"""One changed line in a large text: what `diff` takes to show it."""

import data as datasets
from measure import say, shell
from pair import Pair

TARGETS = [("large-text", "large text: diff", None, 1.0, "seconds")]


def _fill(pair, label, rows, with_git):
    """Two versions in which one row in the middle differs."""
    generator = pair.bench.generator
    for version in (1, 2):
        make = f'"$1" {rows} 1 {rows // 2 if version == 2 else ""}'
        pair.once(f"{label}: version {version}", "vstore",
                  shell(make + " | vstore put -q texts:table.csv -", generator))
        if with_git:
            pair.once(f"{label}: version {version}", "git-tuned",
                      shell(make + " > table.csv && git add -A && git commit -q -m rows", generator))


def large_text(bench):
    """git has to hold both texts in memory, so it gets the small one only."""
    sizes = {"small text": (int(bench.env.get("SMALL_TEXT_ROWS", "1900000")), True),
             "large text": (int(bench.env.get("LARGE_TEXT_ROWS", "94000000")), False)}
    about = [f"{rows / 1e6:.1f} million rows, {rows * datasets.TABLE_ROW_BYTES / 1e6:.0f} MB"
             for rows, _ in sizes.values()]
    bench.results.about["large-text"] = "one row changed in the middle of " + " and of ".join(about)
    for label, (rows, for_git) in sizes.items():
        say(f"large-text: {rows} rows")
        pair = Pair(bench, "large-text", label.split()[0])
        with_git = for_git and pair.with_git
        _fill(pair, label, rows, with_git)
        pair.contest(f"{label}: diff", ["vstore", "diff", "texts~", "texts"],
                     ["git", "diff", "main~", "main"] if with_git else None)
        datasets.truncate_files(pair.folder)


LINES = {"large-text": large_text}
