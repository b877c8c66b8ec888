"""One large table of rows."""

import os

import data as datasets
from rounds import two_versions

TARGETS = [
    ("csv", "first", "tar-zstd", 0.7), ("csv", "first", "restic", 0.35),
    ("csv", "next", "restic", 0.2), ("csv", "next growth", None, 6e6),
    ("csv", "restore", "cp", 1.5), ("csv", "switch", "cp:restore", 1.5),
]


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

    two_versions(bench, "csv", bench.tools_but("lmdb"), data, to_version)
    bench.results.about["csv"] = f"{rows / 1e6:.1f} million rows, {os.path.getsize(table) / 1e6:.0f} MB; 0.1 % change"
    datasets.truncate_files(bench.folder("csv"))


LINES = {"csv": csv}
