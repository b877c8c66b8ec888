"""The few steps behind which every tool stands."""

import os
import shutil
import subprocess

from measure import disk_usage, measure, run


class Tool:
    """One tool with one repository, made fresh for every round.

    first(), next(), unchanged() and restore() are what is measured; setup() and prepare_restore() are not. A tool
    that keeps no versions has no next and no unchanged: None.
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

    def setup(self):
        """Makes the repository."""

    def take_turn(self):
        """Called before the tool works on the shared folder."""

    def end_turn(self):
        """Called afterwards."""

    def prepare_restore(self, target):
        os.mkdir(target)

    def commit_path(self, path):
        """Commits one changed file by its path; None where the tool has no such thing."""
        return None

    def note_version(self, number):
        """What was just taken in is version `number` of the data: a tool that can switch gives it a name."""

    # Moves a restored folder, which holds the newest version, to another one: switch(target, number).
    switch = None

    # Reads every byte of a version that was noted, without a checkout: read_version(number).
    read_version = None

    # Names the paths that differ between two versions that were noted: diff_names(before, after).
    diff_names = None

    # What only vstore and git do. catch_up() commits whatever there is, if anything. In a restored folder:
    # make_branch(target, name, {path: text}) starts a branch at main without touching files; switch_to(target, branch)
    # goes there without following it. Measured: merge(target, branch), merge_in_store(target, result, ours, theirs).

    # What is measured on a repository with a history; a tool without such a thing has None.
    collect = None          # garbage collection
    collect_tightly = None  # the same, with everything compressed anew, as small as it gets
    check = None            # reads and verifies every byte
