"""The tools that are compared, each behind the same few steps.

Every tool versions the same folder, in turn. Only vstore keeps something inside that folder; it is moved in
for vstore's turn and out again, so that no tool sees another's files.
"""

import os
import shutil
import subprocess

from measure import disk_usage, measure, run


class Tool:
    """One tool with one repository, made fresh for every round.

    first(), next(), unchanged() and restore() are what is measured; setup() and prepare_restore() are not.
    """

    name = ""
    program = ""
    label = ""  # what the table says

    def __init__(self, data, repository, env):
        self.data = data
        self.repository = repository
        self.env = env

    @classmethod
    def available(cls, env):
        return shutil.which(cls.program, path=env["PATH"]) is not None

    @classmethod
    def version(cls, env):
        out = subprocess.run([cls.program, *cls.version_arguments], env=env, capture_output=True, text=True)
        return (out.stdout or out.stderr).splitlines()[0]

    version_arguments = ["--version"]

    def quiet(self, *command, cwd=None):
        run(list(command), cwd or self.data, self.env)

    def timed(self, *commands, cwd=None):
        return measure([list(c) for c in commands], cwd or self.data, self.env)

    def size(self):
        return disk_usage(self.repository)

    def take_turn(self):
        """Called before the tool works on the shared folder."""

    def end_turn(self):
        """Called afterwards."""

    def prepare_restore(self, target):
        os.mkdir(target)

    def commit_path(self, path):
        """Commits one changed file by its path; None where the tool has no such thing."""
        return None

    # What is measured on a repository with a history; a tool without such a thing has None.
    collect = None  # garbage collection
    check = None    # reads and verifies every byte


class Vstore(Tool):
    name = label = program = "vstore"
    version_arguments = ["version"]

    def __init__(self, data, repository, env):
        super().__init__(data, repository, env)
        self.inside = os.path.join(data, ".vstore")

    def setup(self):
        self.quiet("vstore", "init", "-q", ".")

    def take_turn(self):
        if os.path.exists(self.repository):
            os.rename(self.repository, self.inside)

    def end_turn(self):
        if os.path.exists(self.inside):
            os.rename(self.inside, self.repository)

    def first(self):
        return self.timed(["vstore", "add", "-A"], ["vstore", "commit", "-q", "-m", "first"])

    def next(self):
        return self.timed(["vstore", "add", "-A"], ["vstore", "commit", "-q", "-m", "next"])

    def unchanged(self):
        return self.timed(["vstore", "status"])

    def prepare_restore(self, target):
        self.quiet("vstore", "init", "-q", "--store", self.inside, target, cwd="/")

    def restore(self, target):
        return self.timed(["vstore", "reset", "-q", "--hard", "main"], cwd=target)

    def commit_path(self, path):
        return self.timed(["vstore", "commit", "-q", "-m", "one file", "--", path])

    def collect(self):
        return self.timed(["vstore", "gc", "-q", "--prune=now"])

    def check(self):
        return self.timed(["vstore", "fsck"])


class Git(Tool):
    name = label = "git"
    program = "git"
    settings = {}

    def __init__(self, data, repository, env):
        super().__init__(data, repository, {**env, "GIT_DIR": repository})

    def setup(self):
        self.quiet("git", "init", "-q", "-b", "main")
        self.configure()

    def configure(self):
        settings = {"core.worktree": self.data, "core.bare": "false", "gc.auto": "0", **self.settings}
        for key, value in settings.items():
            self.quiet("git", "config", key, value)

    def first(self):
        return self.timed(["git", "add", "-A"], ["git", "commit", "-q", "-m", "first"])

    def next(self):
        return self.timed(["git", "add", "-A"], ["git", "commit", "-q", "-m", "next"])

    def unchanged(self):
        return self.timed(["git", "status"])

    def prepare_restore(self, target):
        self.env = {k: v for k, v in self.env.items() if k != "GIT_DIR"}
        options = [word for key, value in self.settings.items() for word in ("-c", f"{key}={value}")]
        self.quiet("git", "clone", "-q", "-n", "--shared", *options, self.repository, target, cwd="/")

    def restore(self, target):
        return self.timed(["git", "checkout", "-q", "main"], cwd=target)

    def commit_path(self, path):
        return self.timed(["git", "commit", "-q", "-m", "one file", "--", path])

    def collect(self):
        return self.timed(["git", "gc", "-q", "--prune=now"])

    def check(self):
        return self.timed(["git", "fsck", "--full"])


class GitTuned(Git):
    name = "git-tuned"
    label = "git tuned"
    settings = {"feature.manyFiles": "true", "core.compression": "1", "core.untrackedCache": "true",
                "checkout.workers": "2"}


class GitLfs(Git):
    name = label = program = "git-lfs"
    version_arguments = ["version"]

    def configure(self):
        super().configure()
        self.quiet("git", "lfs", "install", "--local", "--force")
        with open(os.path.join(self.repository, "info", "attributes"), "w") as attributes:
            attributes.write("*.csv filter=lfs diff=lfs merge=lfs -text\n")

    def prepare_restore(self, target):
        super().prepare_restore(target)
        attributes = os.path.join(self.repository, "info", "attributes")
        shutil.copy(attributes, os.path.join(target, ".git", "info", "attributes"))
        self.quiet("git", "lfs", "install", "--local", "--force", cwd=target)
        self.quiet("git", "config", "lfs.storage", os.path.join(self.repository, "lfs"), cwd=target)


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


ALL = [Vstore, Git, GitTuned, GitLfs, Restic, Borg, BorgZstd, Casync]
BY_NAME = {tool.name: tool for tool in ALL}
