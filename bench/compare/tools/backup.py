"""Programs that keep versions as backups."""

import os

from tools.base import Tool


class Restic(Tool):
    name = label = program = "restic"
    version_arguments = ["version"]

    def __init__(self, data, repository, env):
        cache = os.path.join(env["BENCH_SCRATCH"], "restic-cache")
        super().__init__(data, repository, {**env, "RESTIC_PASSWORD": "bench", "RESTIC_CACHE_DIR": cache,
                                            "RESTIC_REPOSITORY": repository})

    def setup(self):
        self.quiet("restic", "-q", "init")

    def first(self):
        return self.timed(["restic", "-q", "backup", "."])

    next = unchanged = first

    def restore(self, target):
        return self.timed(["restic", "-q", "restore", "latest", "--target", target])

    def collect(self):
        return self.timed(["restic", "-q", "prune"])

    def check(self):
        return self.timed(["restic", "-q", "check", "--read-data"])


class Borg(Tool):
    name = program = "borg"
    label = "borg lz4"
    compression = "lz4"

    def __init__(self, data, repository, env):
        base = os.path.join(env["BENCH_SCRATCH"], "borg-base")
        super().__init__(data, repository, {**env, "BORG_BASE_DIR": base, "BORG_REPO": repository,
                                            "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"})
        self.archives = 0

    def setup(self):
        self.quiet("borg", "init", "-e", "none")

    def first(self):
        self.archives += 1
        return self.timed(["borg", "create", "-C", self.compression, f"::{self.archives}", "."])

    next = unchanged = first

    def restore(self, target):
        return self.timed(["borg", "extract", f"::{self.archives}"], cwd=target)

    def collect(self):
        return self.timed(["borg", "compact"])

    def check(self):
        return self.timed(["borg", "check", "--verify-data"])


class BorgZstd(Borg):
    name = "borg-zstd"
    label = "borg zstd 3"
    compression = "zstd,3"


class Casync(Tool):
    name = label = program = "casync"

    def setup(self):
        os.mkdir(self.repository)
        self.index = os.path.join(self.repository, "tree.caidx")
        self.store = "--store=" + os.path.join(self.repository, "store.castr")

    def first(self):
        return self.timed(["casync", "make", "--with=unix", self.store, self.index, self.data])

    next = unchanged = first

    def restore(self, target):
        return self.timed(["casync", "extract", "--with=unix", self.store, self.index, target])
