"""vstore itself."""

import json
import os

from measure import shell
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

    def diff_names(self, before, after):
        return self.timed(["vstore", "diff", "--name-only", f"version{before}", f"version{after}"])

    def catch_up(self):
        self.quiet("vstore", "add", "-A")
        self.quiet("vstore", "commit", "-q", "--allow-empty", "-m", "the same")

    def make_branch(self, target, branch, texts):
        lines = "\n".join(json.dumps({"op": "put", "path": path, "text": text}) for path, text in texts.items())
        self.quiet("vstore", "branch", branch, "main", cwd=target)
        self.quiet(*shell('printf "%s\n" "$2" | vstore batch -q --ref "$1"', branch, lines), cwd=target)

    def switch_to(self, target, branch):
        self.quiet("vstore", "switch", "-q", "--detach", branch, cwd=target)

    def merge(self, target, branch):
        return self.timed(["vstore", "merge", "-q", "-m", "merged", branch], cwd=target)

    def merge_in_store(self, target, result, ours, theirs):
        self.quiet("vstore", "branch", result, ours, cwd=target)
        return self.timed(["vstore", "merge", "-q", "-m", "merged", "--into", "refs/heads/" + result, theirs], cwd=target)

    def read_version(self, number):
        return self.timed(["sh", "-c", f"vstore export --tar version{number} >/dev/null"])

    def collect(self):
        return self.timed(["vstore", "gc", "-q", "--prune=now"])

    def collect_tightly(self):
        return self.timed(["vstore", "gc", "-q", "--aggressive", "--prune=now"])

    repack = collect_tightly

    def check(self):
        return self.timed(["vstore", "fsck"])
