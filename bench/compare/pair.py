"""Work inside two repositories, vstore's and git's, that never become files in a folder which tools would share."""

import os

from measure import disk_usage, measure, say
from tools.git import GitTuned


class Pair:
    """A vstore and a git repository without files, and what is done to both, turn by turn."""

    def __init__(self, bench, line, name):
        self.bench = bench
        self.line = line
        self.folder = bench.folder(line, name)
        self.git = os.path.join(self.folder, "git")
        self.vstore = os.path.join(self.folder, "vstore")
        self.with_git = any(tool.name == "git-tuned" for tool in bench.tools)
        self._quiet(["git", "init", "-q", "-b", "main", self.git], ["vstore", "init", "-q", self.vstore])
        for key, value in GitTuned.settings.items():
            self._quiet(["git", "-C", self.git, "config", key, value])

    def _quiet(self, *commands):
        measure(commands, self.folder, self.bench.env)

    def once(self, work, tool, command, expected=0):
        cwd = self.vstore if tool == "vstore" else self.git
        cost = measure([command], cwd, self.bench.env, expected)
        say(f"  {work:44} {tool:10} {cost.seconds:9.3f} s  {cost.cpu:9.3f} s of processor")
        self.bench.results.add_cost(self.line, work, tool, cost)

    def contest(self, work, vstore, git, vstore_code=0, rounds=None):
        """Both commands, again and again; every other round begins with git's. A `git` of None takes no part."""
        turns = [("vstore", vstore, vstore_code)]
        if self.with_git and git is not None:
            turns.append(("git-tuned", git, 0))
        for number in range(rounds or max(5, self.bench.runs)):
            for tool, command, code in turns[::-1] if number % 2 else turns:
                self.once(work, tool, command, code)

    def note_size(self, label):
        self.bench.results.add_bytes(self.line, label, "vstore", disk_usage(self.vstore))
        if self.with_git:
            self.bench.results.add_bytes(self.line, label, "git-tuned", disk_usage(self.git))
