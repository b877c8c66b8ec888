#!/usr/bin/env python3
"""full_disk.py VSTORE [FILE_SYSTEM...] - add, commit, tag -d, gc and checkout on real file systems that are full.

A loop-mounted ext4, xfs and btrfs each is filled until the last megabyte has 0, 1, 2, ... free blocks. Then a command
runs: it does its work or ends with one clear line, and meanwhile everything that was committed can be read and fsck
finds nothing. When there is room again, the same command works. Skips with a plain word where loop devices cannot be
mounted, and a file system whose mkfs is not installed.

Environment: VSTORE_FULL_BLOCKS (256 blocks of 4096 bytes: all of the last megabyte), VSTORE_FULL_STEP (1: each).
"""
import errno
import os
import shutil
import subprocess
import sys
import tempfile

VSTORE = os.path.abspath(sys.argv[1])
BLOCKS = int(os.environ.get("VSTORE_FULL_BLOCKS", "256"))
STEP = int(os.environ.get("VSTORE_FULL_STEP", "1"))
SKIPPED, BLOCK, ROOM = 77, 4096, 12 << 20
MEGABYTES = {"ext4": 64, "xfs": 320, "btrfs": 256}
MKFS = {"ext4": ["mkfs.ext4", "-q", "-m", "0"], "xfs": ["mkfs.xfs", "-q"], "btrfs": ["mkfs.btrfs", "-q", "--mixed"]}
COMMANDS = {
    "add": ["add", "."],
    "commit": ["commit", "-m", "third"],
    "tag": ["tag", "-d", "spare"],
    "gc": ["gc", "-q", "--prune=now"],
    "checkout": ["checkout", "-f", "first", "--", "."],
}
DONE, NEGATIVE, IO = 0, 1, 5

failures = []
results = {}


def run(args, cwd=None):
    return subprocess.run(args, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)


def must(args, cwd=None):
    done = run(args, cwd)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(args)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def content(version, number):
    return (f"{version} {number}\n" * (3000 + 1000 * number)).encode() + bytes(range(256)) * 64 * number


def write_files(place, version):
    os.makedirs(os.path.join(place, "data"), exist_ok=True)
    for number in range(4):
        with open(os.path.join(place, "data", f"file{number}"), "wb") as out:
            out.write(content(version, number))


def prepare(top):
    """For each command a workspace in which it has something to do; two versions are committed and tagged."""
    place = os.path.join(top, "template")
    os.makedirs(place)
    must([VSTORE, "init", "-q"], place)
    for version in ("first", "second"):
        write_files(place, version)
        must([VSTORE, "commit", "-qAm", version], place)
        must([VSTORE, "tag", version], place)
    must([VSTORE, "tag", "spare"], place)
    write_files(place, "thrown away")
    must([VSTORE, "commit", "-qAm", "thrown away"], place)
    must([VSTORE, "reset", "-q", "--hard", "second"], place)
    changed, staged = os.path.join(top, "changed"), os.path.join(top, "staged")
    shutil.copytree(place, changed, symlinks=True)
    write_files(changed, "third")
    shutil.copytree(changed, staged, symlinks=True)
    must([VSTORE, "add", "."], staged)
    return {"add": changed, "commit": staged, "tag": place, "gc": place, "checkout": place}


class Disk:
    """A file system in a file, mounted while it is open. All but the last few megabytes are taken."""

    def __init__(self, kind, top):
        self.mount = os.path.join(top, kind)
        self.image = self.mount + ".img"
        self.filler = os.path.join(self.mount, "filler")
        with open(self.image, "wb") as image:
            image.truncate(MEGABYTES[kind] << 20)
        must([*MKFS[kind], self.image])
        os.makedirs(self.mount)

    def __enter__(self):
        must(["mount", "-o", "loop", self.image, self.mount])
        self.take(os.path.join(self.mount, "ballast"), ROOM)
        return self

    def __exit__(self, *_):
        must(["umount", self.mount])
        os.unlink(self.image)

    def sync(self):
        must(["sync", "-f", self.mount])

    def take(self, path, left):
        """All but `left` bytes. They are written, not only set aside: on btrfs that is not the same."""
        gap = path + ".gap"
        with open(gap, "wb") as out:
            out.write(b"g" * left)
        self.sync()
        with open(path, "ab", buffering=0) as out:
            for size in (1 << 20, 1 << 16, BLOCK):
                try:
                    while True:
                        out.write(b"f" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
        self.sync()
        os.unlink(gap)
        self.sync()

    def fill(self, blocks_left):
        self.take(self.filler, blocks_left * BLOCK)

    def free(self):
        os.unlink(self.filler)
        self.sync()


class Run:
    """One command with so many blocks left."""

    def __init__(self, kind, disk, name, source, blocks):
        self.what = f"{kind}: {name} with {blocks} blocks left"
        self.args = COMMANDS[name]
        self.name = name
        self.place = os.path.join(disk.mount, "run")
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(source, self.place, symlinks=True)
        disk.fill(blocks)
        code = self.command()
        results.setdefault((kind, name), []).append(code == DONE)
        self.check_reading("on the full disk")
        disk.free()
        if code != DONE:
            again = run([VSTORE, *self.args], self.place)
            if again.returncode not in (DONE, NEGATIVE):
                self.fail("with room again", again)
        self.check_reading("with room again")
        self.check_done()

    def fail(self, when, done):
        said = (done.stdout + done.stderr).decode(errors="replace").strip()
        failures.append(f"{self.what}, {when}: exit code {done.returncode}: {said[:400]}")

    def command(self):
        done = run([VSTORE, *self.args], self.place)
        lines = [line for line in done.stderr.decode(errors="replace").splitlines() if line]
        errors = [line for line in lines if line.startswith("vstore: ") and not line.startswith("vstore: warning: ")]
        if done.returncode not in (DONE, IO) or (done.returncode == IO and len(errors) != 1):
            self.fail("the command", done)
        elif done.returncode == IO and not any(word in errors[0] for word in ("space", "full", "too large")):
            self.fail("says something else", done)
        return done.returncode

    def check_reading(self, when):
        for number, version in enumerate(("first", "second")):
            done = run([VSTORE, "cat", f"{version}:data/file{number}"], self.place)
            if done.returncode != DONE or done.stdout != content(version, number):
                self.fail(f"{when}, cat", done)
        done = run([VSTORE, "fsck", "-q"], self.place)
        if done.returncode != DONE:
            self.fail(f"{when}, fsck", done)

    def check_done(self):
        if self.name == "commit" and run([VSTORE, "cat", "HEAD:data/file1"], self.place).stdout != content("third", 1):
            failures.append(f"{self.what}: the commit is not there")
        if self.name == "tag" and run([VSTORE, "rev-parse", "-q", "--verify", "spare"], self.place).returncode == DONE:
            failures.append(f"{self.what}: the tag is still there")
        if self.name == "checkout":
            with open(os.path.join(self.place, "data", "file2"), "rb") as file:
                if file.read() != content("first", 2):
                    failures.append(f"{self.what}: the file is not that of the version checked out")


def can_mount(top):
    if os.geteuid() != 0:
        return "not root"
    try:
        with Disk("ext4", os.path.join(top, "probe")):
            return None
    except (OSError, RuntimeError) as error:
        return str(error)


def main():
    kinds = sys.argv[2:] or list(MKFS)
    top = tempfile.mkdtemp(prefix="vstore-full-")
    try:
        os.environ.update(HOME=top, XDG_CONFIG_HOME=top, VSTORE_AUTHOR_NAME="A", VSTORE_AUTHOR_EMAIL="a@b",
                          VSTORE_COMMITTER_NAME="A", VSTORE_COMMITTER_EMAIL="a@b")
        os.makedirs(os.path.join(top, "probe"))
        problem = can_mount(top)
        if problem:
            print(f"skipped: loop devices cannot be mounted here: {problem}")
            sys.exit(SKIPPED)
        sources = prepare(top)
        for kind in kinds:
            if not shutil.which(MKFS[kind][0]):
                print(f"{kind}: skipped, {MKFS[kind][0]} is not installed")
                continue
            with Disk(kind, top) as disk:
                for blocks in range(0, BLOCKS + 1, STEP):
                    for name, source in sources.items():
                        Run(kind, disk, name, source, blocks)
            for name in COMMANDS:
                done = results[kind, name]
                print(f"{kind}: {name}: {sum(done)} of {len(done)} runs had room", flush=True)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    for failure in failures[:20]:
        print("FAILED:", failure)
    print(f"{sum(map(len, results.values()))} runs, {len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
