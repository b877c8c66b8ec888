"""Many files of source text: the kernel's tree."""

import os

import data as datasets
from measure import Failed
from rounds import two_versions

TARGETS = [
    ("kernel", "first", "git-tuned", 0.35), ("kernel", "first", "restic", 0.7),
    ("kernel", "next", "git-tuned", 0.6), ("kernel", "next growth", None, 8e6),
    ("kernel", "unchanged", "git-tuned", 1.0), ("kernel", "restore", "git-tuned", 1.0),
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

    two_versions(bench, "kernel", [t for t in bench.tools if t.name != "git-lfs"], data, to_version)
    bench.results.about["kernel"] = (f"{os.path.basename(os.path.dirname(versions[0]))}, {datasets.tree_bytes(data) / 1e6:.0f} MB; "
                                     f"{touched[2]} files differ in the next version")


LINES = {"kernel": kernel}
