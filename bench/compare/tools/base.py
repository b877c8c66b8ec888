"""The few steps behind which every tool stands."""

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
