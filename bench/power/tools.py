"""The tools under test: each makes versions of one folder, and says after a power cut what is left of them.

commit() returns the name of the version, and has acknowledged it on `mark`: vstore itself does so from inside the command,
for the others the exit of their command is the promise. verify() returns what is wrong: "lost" (an acknowledged version is
missing, not the newest any more, or not readable) or "complains" (all can be read, but the tool's check finds fault).
"""
import json
import os
import shutil
import subprocess


def run(args, place, env=None, keep=()):
    return subprocess.run(args, cwd=place, env={**os.environ, **(env or {})}, pass_fds=keep,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)


def must(args, place, env=None, keep=()):
    done = run(args, place, env, keep)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(args)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


class Tool:
    program = None  # must be installed
    share = 1.0     # of the states asked for: the slow ones look at fewer

    def __init__(self, scratch):
        self.scratch = scratch  # on another file system: what is not under test

    def acknowledge(self, mark, name):
        mark.write(name.encode() + b"\n")
        return name

    def verify(self, place, versions, promised, content):
        """`versions` are all names ever given, in order, of which the first `promised` must be there."""
        sound = self.is_sound(place)
        if self.newest(place, versions) < promised - 1:
            return "lost"
        for number in range(promised):
            if sound and not self.reads_each:
                break
            if self.read(place, versions[number]) != content(number):
                return "lost"
        return None if sound else "complains"

    reads_each = True  # even when the check, which reads everything, finds nothing


class Vstore(Tool):
    program = os.environ["VSTORE"]

    def prepare(self, place):
        must([self.program, "init", "-q"], place)

    def commit(self, place, number, mark):
        must([self.program, "commit", "-qAm", str(number)], place, {"VSTORE_ACK_FD": str(mark.fileno())}, [mark.fileno()])
        return must([self.program, "rev-parse", "HEAD"], place).decode().strip()

    def tidy(self, place):
        must([self.program, "gc", "-q", "--prune=now"], place)

    def is_sound(self, place):
        return run([self.program, "fsck", "-q"], place).returncode == 0

    def newest(self, place, versions):
        name = run([self.program, "rev-parse", "HEAD"], place).stdout.decode().strip()
        return versions.index(name) if name in versions else -1

    def read(self, place, name):
        return run([self.program, "cat", name + ":data/rows"], place).stdout


class Git(Tool):
    program = "git"
    settings = []

    def prepare(self, place):
        must(["git", "init", "-q", "-b", "main"], place)
        for setting in [["gc.auto", "0"], ["user.name", "A"], ["user.email", "a@b"], *self.settings]:
            must(["git", "config", *setting], place)

    def commit(self, place, number, mark):
        must(["git", "add", "-A"], place)
        must(["git", "commit", "-qm", str(number)], place)
        return self.acknowledge(mark, must(["git", "rev-parse", "HEAD"], place).decode().strip())

    def tidy(self, place):
        must(["git", "gc", "-q", "--prune=now"], place)

    def is_sound(self, place):
        return run(["git", "fsck", "--full"], place).returncode == 0

    def newest(self, place, versions):
        name = run(["git", "rev-parse", "--verify", "-q", "main"], place).stdout.decode(errors="replace").strip()
        return versions.index(name) if name in versions else -1

    def read(self, place, name):
        return run(["git", "cat-file", "blob", name + ":data/rows"], place).stdout


class GitSynced(Git):
    settings = [["core.fsync", "all"]]


class Restic(Tool):
    program = "restic"
    share = 0.4
    reads_each = False
    env = {"RESTIC_PASSWORD": "x", "RESTIC_REPOSITORY": "repo"}

    def restic(self, place, *args):
        return run(["restic", "--no-cache", *args], place, self.env)

    def prepare(self, place):
        must(["restic", "init", "-q", "--no-cache"], place, self.env)

    def commit(self, place, number, mark):
        said = must(["restic", "--no-cache", "--json", "backup", "data"], place, self.env).decode()
        return self.acknowledge(mark, json.loads(said.splitlines()[-1])["snapshot_id"])

    def tidy(self, place):
        must(["restic", "--no-cache", "-q", "prune"], place, self.env)

    def is_sound(self, place):
        return self.restic(place, "--no-lock", "check", "--read-data").returncode == 0

    def newest(self, place, versions):
        """The last of those that are there without a gap."""
        said = self.restic(place, "--no-lock", "--json", "snapshots").stdout
        there = {s["short_id"] for s in json.loads(said)} if said.strip().startswith(b"[") else set()
        for number, name in enumerate(versions):
            if name[:8] not in there:
                return number - 1
        return len(versions) - 1

    def read(self, place, name):
        return self.restic(place, "--no-lock", "dump", name, "/data/rows").stdout


class Borg(Tool):
    program = "borg"
    share = 0.2
    reads_each = False

    def env(self, base):
        """The cache is no part of the repository; after a power cut it is begun anew."""
        return {"BORG_BASE_DIR": os.path.join(self.scratch, base), "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
                "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}

    def prepare(self, place):
        must(["borg", "init", "-e", "none", "repo"], place, self.env("base"))
        # compacting wants room for a segment more, of 500 MB by default
        must(["borg", "config", "repo", "max_segment_size", str(8 << 20)], place, self.env("base"))

    def commit(self, place, number, mark):
        must(["borg", "create", f"repo::v{number}", "data"], place, self.env("base"))
        return self.acknowledge(mark, f"v{number}")

    def tidy(self, place):
        must(["borg", "compact", "repo"], place, self.env("base"))

    def is_sound(self, place):
        shutil.rmtree(os.path.join(self.scratch, "fresh"), ignore_errors=True)
        run(["borg", "break-lock", "repo"], place, self.env("fresh"))
        return run(["borg", "check", "--verify-data", "repo"], place, self.env("fresh")).returncode == 0

    def newest(self, place, versions):
        there = run(["borg", "list", "--short", "repo"], place, self.env("fresh")).stdout.decode().split()
        for number, name in enumerate(versions):
            if name not in there:
                return number - 1
        return len(versions) - 1

    def read(self, place, name):
        return run(["borg", "extract", "--stdout", "repo::" + name, "data/rows"], place, self.env("fresh")).stdout


TOOLS = {"vstore": Vstore, "git": Git, "git, core.fsync=all": GitSynced, "restic": Restic, "borg": Borg}
