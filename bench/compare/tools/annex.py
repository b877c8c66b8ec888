"""git-annex, with files that can be changed in place."""

import os

from tools.base import Tool


class GitAnnex(Tool):
    """It cannot keep its repository elsewhere, so that is moved in for its turn and out again, like vstore's."""

    name = label = program = "git-annex"
    version_arguments = ["version", "--raw"]

    def __init__(self, data, repository, env):
        super().__init__(data, repository, env)
        self.inside = os.path.join(data, ".git")

    def setup(self):
        self.quiet("git", "init", "-q", "-b", "main")
        self.quiet("git", "annex", "init", "-q", "bench")
        self.quiet("git", "config", "annex.addunlocked", "true")
        self.quiet("git", "config", "annex.largefiles", "anything")

    def take_turn(self):
        if os.path.exists(self.repository):
            os.rename(self.repository, self.inside)

    def end_turn(self):
        if os.path.exists(self.inside):
            os.rename(self.inside, self.repository)

    def first(self):
        return self.timed(["git", "annex", "add", "-q", "."], ["git", "commit", "-q", "-m", "version"])

    next = first

    def unchanged(self):
        return self.timed(["git", "annex", "status"])

    def prepare_restore(self, target):
        self.quiet("git", "clone", "-q", self.data, target, cwd="/")
        self.quiet("git", "annex", "init", "-q", "restored", cwd=target)

    def restore(self, target):
        return self.timed(["git", "annex", "get", "-q", "."], cwd=target)
