#!/usr/bin/env python3
"""shutdown.py VSTORE [FILE_SYSTEM...] - a file system that goes away under commits and gc, as 'xfs_io -x -c shutdown' does.

On a loop-mounted ext4 and xfs a writer commits and collects garbage, one command after the other. Each commit is
acknowledged outside through VSTORE_ACK_FD. Then the file system is shut down: from that moment nothing reaches the disk
any more, with '-f' after its log was flushed, else at once. The writer's command ends with an error, not by a signal.
Mounted again, the store must be sound, hold every acknowledged commit, and take another one.

Skips with a plain word where xfs_io (xfsprogs) is missing or loop devices cannot be mounted.
Environment: VSTORE_SHUTDOWN_ROUNDS (40 on each file system), VSTORE_TEST_SEED.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

VSTORE = os.path.abspath(sys.argv[1])
ROUNDS = int(os.environ.get("VSTORE_SHUTDOWN_ROUNDS", "40"))
SEED = int(os.environ.get("VSTORE_TEST_SEED", random.SystemRandom().randrange(1 << 32)))
SKIPPED, DONE = 77, 0
PATIENCE = 300  # seconds, for a busy machine
MKFS = {"ext4": ["mkfs.ext4", "-q", "-m", "0"], "xfs": ["mkfs.xfs", "-q"]}
MEGABYTES = {"ext4": 96, "xfs": 320}
GC_EVERY = 4

failures = []


def run(args, cwd=None, **options):
    return subprocess.run(args, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE, **options)


def must(args, cwd=None, **options):
    done = run(args, cwd, **options)
    if done.returncode != DONE:
        raise RuntimeError(f"{' '.join(args)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


class Disk:
    """A file system in a file, which can be shut down and mounted again."""

    def __init__(self, kind, top):
        self.kind, self.place, self.image = kind, os.path.join(top, kind), os.path.join(top, kind + ".img")
        with open(self.image, "wb") as image:
            image.truncate(MEGABYTES[kind] << 20)
        must([*MKFS[kind], self.image])
        os.makedirs(self.place)
        self.mount()

    def mount(self):
        must(["mount", "-o", "loop", self.image, self.place])

    def shut_down(self, flush_log):
        must(["xfs_io", "-x", "-c", "shutdown -f" if flush_log else "shutdown", self.place])

    def unmount(self):
        patience = time.monotonic() + PATIENCE
        while run(["umount", self.place]).returncode != DONE:  # somebody may have it open a moment longer
            if time.monotonic() > patience:
                raise RuntimeError(f"cannot unmount {self.place}")
            time.sleep(0.1)

    def mount_again(self):
        self.unmount()
        self.mount()

    def close(self):
        self.unmount()
        os.unlink(self.image)


class Writer(threading.Thread):
    """Commits version after version, each with a file of its own, and now and then gc, until a command fails."""

    def __init__(self, place, acknowledged, first):
        super().__init__()
        self.place, self.acknowledged, self.number = place, acknowledged, first
        self.ended_by = None

    def run(self):
        try:
            while self.ended_by is None:
                self.commit()
                if self.number % GC_EVERY == 0 and self.ended_by is None:
                    self.command("gc", "-q", "--prune=now")
        except OSError:  # it is the file to be committed that could not be written
            pass

    def commit(self):
        write_version(self.place, self.number)
        with open(self.acknowledged, "ab", buffering=0) as out:
            before = os.fstat(out.fileno()).st_size
            env = {**os.environ, "VSTORE_ACK_FD": str(out.fileno())}
            self.command("commit", "-qAm", str(self.number), env=env, pass_fds=[out.fileno()])
            if self.ended_by is None and os.fstat(out.fileno()).st_size == before:
                failures.append(f"commit {self.number} succeeded, and was not acknowledged")
        self.number += 1

    def command(self, *args, **options):
        done = run([VSTORE, *args], self.place, **options)
        if done.returncode != DONE:
            self.ended_by = (args[0], done)


def content(number):
    return (f"version {number}\n" * 2000).encode()


def write_version(place, number):
    with open(os.path.join(place, "rows"), "wb") as out:
        out.write(content(number))
    with open(os.path.join(place, f"only{number}"), "wb") as out:
        out.write(random.Random(number).randbytes(20_000))


class Round:
    """One shutdown of `disk`, at a random moment after a few acknowledgements."""

    def __init__(self, disk, number, acknowledged, rng):
        self.flush_log = number % 2 == 0
        self.what = f"{disk.kind}, round {number}, {'log flushed' if self.flush_log else 'at once'}"
        self.disk, self.acknowledged = disk, acknowledged
        self.place = os.path.join(disk.place, "work")
        promised = len(self.promises())
        writer = Writer(self.place, acknowledged, self.next_number())
        writer.start()
        self.wait_for(promised + rng.randint(1, GC_EVERY), writer)
        time.sleep(rng.random() * 0.05)
        disk.shut_down(self.flush_log)
        writer.join(PATIENCE)
        self.check_end(writer)
        disk.mount_again()
        self.check()

    def promises(self):
        if not os.path.exists(self.acknowledged):
            return []
        with open(self.acknowledged, encoding="ascii") as file:
            return file.read().split()

    def next_number(self):
        """Numbers are in the messages, so that what an id must hold is known whoever acknowledged it."""
        done = run([VSTORE, "log", "--format=%s"], self.place)
        numbers = [int(line) for line in done.stdout.split()]
        return max(numbers, default=0) + 1

    def wait_for(self, count, writer):
        patience = time.monotonic() + PATIENCE
        while len(self.promises()) < count and writer.is_alive() and time.monotonic() < patience:
            time.sleep(0.01)

    def fail(self, what, done=None):
        said = (done.stdout + done.stderr).decode(errors="replace").strip() if done else ""
        failures.append(f"{self.what}: {what}{': ' + said[:400] if said else ''}")

    def check_end(self, writer):
        if writer.ended_by is None:
            return
        name, done = writer.ended_by
        if done.returncode < 0:
            self.fail(f"{name} ended by signal {-done.returncode}", done)
        elif not done.stderr.strip():
            self.fail(f"{name} failed without a word", done)

    def check(self):
        done = run([VSTORE, "fsck", "-q"], self.place)
        if done.returncode != DONE:
            self.fail("fsck", done)
        promises = self.promises()
        history = must([VSTORE, "log", "--format=%H %s"], self.place).decode().splitlines()
        numbers = dict(line.split() for line in history)
        for commit in promises:
            if commit not in numbers:
                self.fail(f"acknowledged commit {commit} is gone")
                continue
            done = run([VSTORE, "cat", commit + ":rows"], self.place)
            if done.returncode != DONE or done.stdout != content(int(numbers[commit])):
                self.fail(f"acknowledged commit {commit} cannot be read", done)


def can_run(top):
    if os.geteuid() != 0:
        return "not root"
    if not shutil.which("xfs_io"):
        return "xfs_io is not installed (package xfsprogs)"
    try:
        os.makedirs(os.path.join(top, "probe"))
        disk = Disk("ext4", os.path.join(top, "probe"))
    except (OSError, RuntimeError) as error:
        return f"loop devices cannot be mounted here: {error}"
    try:
        disk.shut_down(False)
        return None
    except RuntimeError as error:
        return str(error)
    finally:
        disk.close()


def shut_down_often(kind, top):
    acknowledged = os.path.join(top, kind + ".acknowledged")
    rng = random.Random(f"{SEED} {kind}")
    disk = Disk(kind, top)
    try:
        place = os.path.join(disk.place, "work")
        os.makedirs(place)
        must([VSTORE, "init", "-q"], place)
        must(["sync", "-f", disk.place])  # the folder's own name; what init promises is not the point here
        for number in range(ROUNDS):
            last = Round(disk, number, acknowledged, rng)
        print(f"{kind}: {ROUNDS} shutdowns, {len(last.promises())} acknowledged commits", flush=True)
    finally:
        disk.close()


def main():
    kinds = sys.argv[2:] or list(MKFS)
    top = tempfile.mkdtemp(prefix="vstore-shutdown-")
    try:
        os.environ.update(HOME=top, XDG_CONFIG_HOME=top, VSTORE_AUTHOR_NAME="A", VSTORE_AUTHOR_EMAIL="a@b",
                          VSTORE_COMMITTER_NAME="A", VSTORE_COMMITTER_EMAIL="a@b")
        problem = can_run(top)
        if problem:
            print(f"skipped: {problem}")
            sys.exit(SKIPPED)
        print(f"seed {SEED}", flush=True)
        for kind in kinds:
            if not shutil.which(MKFS[kind][0]):
                print(f"{kind}: skipped, {MKFS[kind][0]} is not installed")
                continue
            shut_down_often(kind, top)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    for failure in failures[:20]:
        print("FAILED:", failure)
    print(f"{len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
