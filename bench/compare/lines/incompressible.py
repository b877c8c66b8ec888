"""Files that no compressor makes smaller: media, archives, encrypted data."""

import os

import data as datasets
from rounds import two_versions

SIZE = 1_000_000
CHANGED = 10

TARGETS = [("incompressible", "first", "cp", 0.5), ("incompressible", "first", "borg", 0.5)]


def _write(data, number):
    with open(os.path.join(data, f"f{number:05d}.bin"), "wb") as file:
        file.write(os.urandom(SIZE))


def incompressible(bench):
    """Two thousand files of a megabyte, of which ten change."""
    count = int(bench.env.get("BLOBS", "2000"))
    data = bench.folder("incompressible", "data")
    for number in range(count):
        _write(data, number)

    def to_version(n):
        if n == 2:
            for number in range(0, count, max(1, count // CHANGED)):
                _write(data, number)

    # borg tries zstd on what is not worth it, too: one of the two is enough here.
    two_versions(bench, "incompressible", bench.tools_but("borg-zstd", "lmdb"), data, to_version)
    bench.results.about["incompressible"] = f"{count} files of {SIZE / 1e6:.0f} MB of noise; {CHANGED} change"
    datasets.truncate_files(bench.folder("incompressible"))


LINES = {"incompressible": incompressible}
