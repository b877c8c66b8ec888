"""git, as it comes and tuned, and what is built upon it."""

import os
import shutil

from measure import shell
from tools.base import Tool


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

    def note_version(self, number):
        self.quiet("git", "tag", f"version{number}")

    def switch(self, target, number):
        return self.timed(["git", "switch", "-q", "--detach", f"version{number}"], cwd=target)

    def diff_names(self, before, after):
        return self.timed(["git", "diff", "--name-only", f"version{before}", f"version{after}"])

    def catch_up(self):
        self.quiet("git", "add", "-A")
        self.quiet("git", "commit", "-q", "--allow-empty", "-m", "the same")

    def make_branch(self, target, branch, texts):
        stream = [f"commit refs/heads/{branch}", "committer Bench <bench@example.org> 1600000000 +0000",
                  f"data {len(branch)}", branch, "from refs/heads/main^0"]
        for path, text in texts.items():
            stream += [f"M 100644 inline {path}", f"data {len(text)}", text]
        self.quiet(*shell('printf "%s\n" "$1" | git fast-import --quiet', "\n".join(stream)), cwd=target)

    def switch_to(self, target, branch):
        self.quiet("git", "switch", "-q", "--detach", branch, cwd=target)

    def merge(self, target, branch):
        return self.timed(["git", "merge", "-q", "-m", "merged", branch], cwd=target)

    def merge_in_store(self, target, result, ours, theirs):
        return self.timed(shell('tree=$(git merge-tree --write-tree "$2" "$3") && '
                                'git branch "$1" "$(git commit-tree -m merged -p "$2" -p "$3" "$tree")"',
                                result, ours, theirs), cwd=target)

    def read_version(self, number):
        return self.timed(["sh", "-c", f"git archive --format=tar version{number} >/dev/null"])

    def collect(self):
        return self.timed(["git", "gc", "-q", "--prune=now"])

    def collect_tightly(self):
        return self.timed(["git", "gc", "-q", "--aggressive", "--prune=now"])

    def repack(self):
        """As small as git gets."""
        return self.timed(["git", "repack", "-q", "-adf", "--window=250"])

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
            attributes.write("*.csv filter=lfs diff=lfs merge=lfs -text\n*.bin filter=lfs diff=lfs merge=lfs -text\n")

    def prepare_restore(self, target):
        super().prepare_restore(target)
        attributes = os.path.join(self.repository, "info", "attributes")
        shutil.copy(attributes, os.path.join(target, ".git", "info", "attributes"))
        self.quiet("git", "lfs", "install", "--local", "--force", cwd=target)
        self.quiet("git", "config", "lfs.storage", os.path.join(self.repository, "lfs"), cwd=target)
