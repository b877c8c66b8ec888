"""Many files of source text: the kernel's tree."""

import os

import data as datasets
from measure import Failed
from rounds import two_versions

TARGETS = [
    ("kernel", "first", "tar-zstd", 1.0), ("kernel", "first", "restic", 0.3),
    ("kernel", "next", "git-tuned", 0.4), ("kernel", "next growth", None, 4e6),
    ("kernel", "unchanged", "git-tuned", 0.6),
    ("kernel", "restore", "git-tuned", 0.8), ("kernel", "restore", "cp", 0.8),
    ("kernel", "switch", "git", 0.5), ("kernel", "diff of names", "git", 0.5),
]


def kernel_versions(bench):
    for name in ("kernel-full", "kernel"):
        if os.path.isdir(os.path.join(bench.corpora, name)):
            return datasets.versions(os.path.join(bench.corpora, name))
    raise Failed(f"no corpus kernel-full or kernel in {bench.corpora}")


def kernel(bench):
    """Many files of source text."""
    versions = kernel_versions(bench)
    data = bench.folder("kernel", "data")
    touched = {}

    def to_version(n):
        touched[n] = datasets.apply_version(versions[n - 1], data)
        datasets.open_up_kernel(data)

    two_versions(bench, "kernel", bench.tools_but("git-lfs", "git-annex", "lmdb"), data, to_version)
    bench.results.about["kernel"] = (f"{os.path.basename(os.path.dirname(versions[0]))}, {datasets.tree_bytes(data) / 1e6:.0f} MB; "
                                     f"{touched[2]} files differ in the next version")


LINES = {"kernel": kernel}
