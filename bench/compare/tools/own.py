"""vstore itself."""

import os

from tools.base import Tool


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

    def note_version(self, number):
        self.quiet("vstore", "tag", f"version{number}")

    def switch(self, target, number):
        return self.timed(["vstore", "switch", "-q", "--detach", f"version{number}"], cwd=target)

    def read_version(self, number):
        return self.timed(["sh", "-c", f"vstore export --tar version{number} >/dev/null"])

    def collect(self):
        return self.timed(["vstore", "gc", "-q", "--prune=now"])

    def repack(self):
        """As small as it gets, whatever it takes."""
        return self.timed(["vstore", "gc", "-q", "--aggressive", "--prune=now"])

    def check(self):
        return self.timed(["vstore", "fsck"])
