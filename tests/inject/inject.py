#!/usr/bin/env python3
"""inject.py VSTORE - the shipped program, with every system call of add, commit, checkout and gc made to fail.

strace makes the n-th call of a kind fail (EIO, ENOSPC, EDQUOT, EMFILE) or kills the process at it. After each:
the program ended with one of its exit codes and one clear line, the store is sound, what was acknowledged is
there, and the next command works. Skips where there is no strace, or no permission to trace.

Environment: VSTORE_INJECT_RUNS (60 in every build, 0: all of them), VSTORE_TEST_SEED.
"""
import collections
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

VSTORE = os.path.abspath(sys.argv[1])
RUNS = int(os.environ.get("VSTORE_INJECT_RUNS", "60"))
SEED = int(os.environ.get("VSTORE_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
SKIPPED = 77
FAULTS = ["error=EIO", "error=ENOSPC", "error=EDQUOT", "error=EMFILE", "signal=SIGKILL"]
CALLS = ("open openat openat2 creat read pread64 write pwrite64 pwritev fdatasync fsync rename renameat renameat2 "
         "unlink unlinkat mkdir mkdirat symlinkat linkat ftruncate fallocate flock statx fstat newfstatat "
         "getdents64 fchmod fchmodat utimensat readlinkat fcntl close copy_file_range").split()
COMMANDS = {
    "add": ["add", "."],
    "commit": ["commit", "-m", "third"],
    "checkout": ["checkout", "-f", "first", "--", "."],
    "switch": ["switch", "-f", "-d", "first"],
    "gc": ["gc"],
}
ENDINGS = {0, 1, 2, 3, 4, 5}

failures = []


def shell(args, cwd, **more):
    return subprocess.run(args, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, **more)


def vstore(cwd, *args, **more):
    return shell([VSTORE, *args], cwd, **more)


def must(cwd, *args):
    done = vstore(cwd, *args)
    if done.returncode != 0:
        sys.exit(f"preparing: vstore {' '.join(args)}: {done.stderr.decode()}")
    return done.stdout.decode().strip()


def prepare(top):
    """Two commits, and a third change that is staged for `commit`."""
    place = os.path.join(top, "template")
    os.makedirs(os.path.join(place, "data"))
    must(place, "init", "-q")
    for version, name in enumerate(["first", "second"]):
        for file in range(3):
            with open(os.path.join(place, "data", f"file{file}"), "w") as out:
                out.write(f"{name} {file}\n" * 400)
        must(place, "add", ".")
        must(place, "commit", "-qm", name)
        must(place, "tag", name)
    with open(os.path.join(place, "data", "new"), "w") as out:
        out.write("third\n" * 5000)
    staged = os.path.join(top, "staged")
    shutil.copytree(place, staged, symlinks=True)
    must(staged, "add", ".")
    return {"add": place, "commit": staged, "checkout": place, "switch": place, "gc": place}


def copy(source, top):
    place = os.path.join(top, "run")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(source, place, symlinks=True)
    return place


def count_calls(top, source, args):
    """How often each call is made, threads included."""
    log = os.path.join(top, "log")
    shell(["strace", "-f", "-qq", "-o", log, "-e", "signal=none", VSTORE, *args], copy(source, top))
    counts = collections.Counter()
    with open(log, errors="replace") as lines:
        for line in lines:
            call = re.match(r"\d+\s+(\w+)\(", line)
            if call and call[1] in CALLS:
                counts[call[1]] += 1
    return counts


def check_after(label, place, acks, killed, done):
    words = done.stderr.decode(errors="replace").strip().splitlines()
    if not killed and done.returncode == 127 and "shared librar" in done.stderr.decode(errors="replace"):
        return  # the system's loader failed, before there was a program
    if not killed and done.returncode not in ENDINGS:
        failures.append(f"{label}: exit code {done.returncode}: {words}")
    if done.returncode in ENDINGS - {0} and not words:
        failures.append(f"{label}: exit code {done.returncode} without a word")
    if len([word for word in words if word.startswith("vstore: ")]) > 8 or "terminate" in " ".join(words):
        failures.append(f"{label}: not a clear message: {words}")
    sound = vstore(place, "fsck")
    if sound.returncode != 0:
        failures.append(f"{label}: fsck: {(sound.stdout + sound.stderr).decode(errors='replace')}")
    for commit in ["first", "second", *acks]:
        found = vstore(place, "cat", f"{commit}:data/file1")
        if found.returncode != 0 or not found.stdout:
            failures.append(f"{label}: {commit} is gone: {found.stderr.decode()}")
    with open(os.path.join(place, "data", "next"), "w") as out:
        out.write("next\n")
    after = vstore(place, "commit", "-qAm", "next")
    if after.returncode != 0:
        failures.append(f"{label}: the next commit fails: {after.stderr.decode()}")


def inject(top, sources, command, call, fault, number):
    place = copy(sources[command], top)
    label = f"{command}: {call} number {number}: {fault}"
    with open(os.path.join(top, "acks"), "w+b") as acks:
        try:
            done = shell(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                          f"inject={call}:{fault}:when={number}", VSTORE, *COMMANDS[command]], place,
                         pass_fds=[acks.fileno()], env={**os.environ, "VSTORE_ACK_FD": str(acks.fileno())})
        except subprocess.TimeoutExpired:
            failures.append(f"{label}: hangs")
            return
        acks.seek(0)
        check_after(label, place, acks.read().decode().split(), "KILL" in fault, done)


def main():
    print(f"VSTORE_TEST_SEED={SEED}", flush=True)
    if not shutil.which("strace"):
        print("skipped: strace is not installed")
        sys.exit(SKIPPED)
    top = tempfile.mkdtemp(prefix="vstore-inject-")
    os.environ.update(HOME=top, XDG_CONFIG_HOME=top, VSTORE_AUTHOR_NAME="A", VSTORE_AUTHOR_EMAIL="a@b",
                      VSTORE_COMMITTER_NAME="A", VSTORE_COMMITTER_EMAIL="a@b", LC_ALL="C")
    try:
        if shell(["strace", "-o", "/dev/null", "true"], top).returncode != 0:
            print("skipped: this system does not allow tracing")
            sys.exit(SKIPPED)
        sources = prepare(top)
        every = [(command, call, fault, number) for command, args in COMMANDS.items()
                 for call, count in sorted(count_calls(top, sources[command], args).items())
                 for number in range(1, count + 1) for fault in FAULTS]
        chosen = every
        if 0 < RUNS < len(every):
            chosen = random.Random(SEED).sample(every, RUNS)
        for one in chosen:
            inject(top, sources, *one)
            if len(failures) > 30:
                break
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print(f"{len(chosen)} of {len(every)} faults injected")
    for failure in failures[:30]:
        print("FAILED:", failure)
    sys.exit(1 if failures else 0)


main()
