#!/usr/bin/env python3
"""race.py VSTORE - processes that commit, collect and read one store at once, many of them killed.

Eight workers, each in a workspace of its own, commit to one store: half of them to one branch, half to a branch
each. Commands are killed at random. What was acknowledged (VSTORE_ACK_FD) is counted here, outside; readers
compare every byte of random acknowledged versions meanwhile. In the end each acknowledged commit must be on its
branch and readable, and fsck clean. Two collectors run all the time.

One more writer commits again what it had thrown away, and is stopped (SIGSTOP) at a random moment while a collector
removes just that: what it had looked up may be gone when it goes on.

Environment: VSTORE_RACE_SECONDS (10), VSTORE_TEST_SEED.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

VSTORE = os.path.abspath(sys.argv[1])
SECONDS = float(os.environ.get("VSTORE_RACE_SECONDS", "10"))
SEED = int(os.environ.get("VSTORE_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
WORKERS = 8
DONE, NEGATIVE, LOST_RACE = 0, 1, 4

acknowledged = []  # (commit, branch, file, content), appended to by every worker
failures = []
counts = {"killed": 0, "lost": 0, "read": 0, "collected": 0, "stopped": 0}
end = 0.0


def run(args, cwd, kill_after=None, **more):
    """The exit code (negative: the signal) and the output, both kinds apart."""
    process = subprocess.Popen([VSTORE, *args], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    if kill_after is not None:
        time.sleep(kill_after)
        process.send_signal(signal.SIGKILL)
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        failures.append(f"hangs: vstore {' '.join(args)}")
        return 1, b"", b""
    return process.returncode, out, err


def fail(what, args, code, err):
    failures.append(f"{what}: vstore {' '.join(args)}: exit code {code}: {err.decode(errors='replace').strip()}")


class Worker:
    def __init__(self, top, number, store):
        self.random = random.Random(SEED * 100 + number)
        self.branch = "main" if number < WORKERS // 2 else f"own{number}"
        self.file = f"worker{number}"
        self.place = os.path.join(top, self.file)
        os.mkdir(self.place)
        self.vstore("init", "-q", "--store", store)
        self.vstore("switch", "-q", *([] if self.branch == "main" else ["-c"]), self.branch)
        self.acks = open(os.path.join(top, f"acknowledged{number}"), "a+b")

    def vstore(self, *args):
        code, _, err = run(args, self.place)
        if code != DONE:
            fail(self.file, args, code, err)

    def content(self):
        size = self.random.choice([10, 5_000, 300_000])
        return self.random.randbytes(size // 2) + b"text\n" * (size // 10)

    def commit(self, turn):
        content = self.content()
        with open(os.path.join(self.place, self.file), "wb") as out:
            out.write(content)
        kill_after = self.random.random() * 0.06 if self.random.random() < 0.3 else None
        before = os.fstat(self.acks.fileno()).st_size
        args = ["commit", "-qAm", f"{self.file} {turn}"]
        code, _, err = run(args, self.place, kill_after, pass_fds=[self.acks.fileno()],
                           env={**os.environ, "VSTORE_ACK_FD": str(self.acks.fileno())})
        self.acks.seek(before)
        lines = self.acks.read().decode().split()
        for commit in lines:
            acknowledged.append((commit, self.branch, self.file, content))
        if code == -signal.SIGKILL:
            counts["killed"] += 1
        elif code == LOST_RACE:
            counts["lost"] += 1
            if lines:
                failures.append(f"{self.file}: acknowledged and lost at once: {lines}")
        elif code == DONE and not lines and b"nothing" not in err:
            failures.append(f"{self.file}: committed, not acknowledged")
        elif code not in (DONE, NEGATIVE):
            fail(self.file, args, code, err)

    def loop(self):
        turn = 0
        while time.time() < end:
            turn += 1
            self.commit(turn)
            # Others may have moved the branch, and a kill may have left the stage ahead: take what is there.
            code, _, err = run(["switch", "-q", "-f", self.branch], self.place)
            if code not in (DONE, LOST_RACE):
                fail(self.file, ["switch"], code, err)


def read_one(place, item):
    commit, _, file, content = item
    code, out, err = run(["cat", f"{commit}:{file}"], place)
    if code != DONE:
        fail("reader", ["cat", f"{commit}:{file}"], code, err)
    elif out != content:
        failures.append(f"reader: {commit}:{file} has other bytes")
    counts["read"] += 1


def reader(place, number):
    choice = random.Random(SEED + number)
    while time.time() < end:
        if acknowledged:
            read_one(place, choice.choice(acknowledged))
        else:
            time.sleep(0.05)


def collector(place):
    while time.time() < end:
        code, _, err = run(["gc", "-q"], place)
        counts["collected"] += code == DONE
        if code not in (DONE, LOST_RACE):
            fail("collector", ["gc", "-q"], code, err)


class StoppedWriter:
    def __init__(self, top, store):
        self.random = random.Random(SEED - 1)
        self.place = os.path.join(top, "stopped")
        os.mkdir(self.place)
        self.must("init", "-q", "--store", store)
        self.must("switch", "-q", "-c", "stopped")

    def must(self, *args):
        code, _, err = run(args, self.place)
        if code != DONE:
            fail("stopped", args, code, err)

    def write(self, content):
        with open(os.path.join(self.place, "file"), "wb") as out:
            out.write(content)

    def commit_and_stop(self, seconds):
        """True if a collection ended while the writer stood still; it can't while the writer holds the lock."""
        args = ["commit", "-qAm", "again"]
        writer = subprocess.Popen([VSTORE, *args], cwd=self.place, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(seconds)
        writer.send_signal(signal.SIGSTOP)
        collector = subprocess.Popen([VSTORE, "gc", "-q", "--prune=now"], cwd=self.place, stderr=subprocess.DEVNULL)
        try:
            collector.wait(timeout=2)
        except subprocess.TimeoutExpired:
            pass
        stood_still = writer.poll() is None and collector.returncode == DONE
        writer.send_signal(signal.SIGCONT)
        _, err = writer.communicate(timeout=120)
        collector.wait(timeout=120)
        if writer.returncode not in (DONE, LOST_RACE):
            fail("stopped", args, writer.returncode, err)
        return stood_still, writer.returncode == DONE

    def loop(self):
        while time.time() < end:
            content = self.random.randbytes(20_000) + b"text\n" * 5_000
            self.write(content)
            self.must("commit", "-qAm", "thrown away")
            self.must("reset", "-q", "--hard", "HEAD~1")
            self.write(content)
            stood_still, done = self.commit_and_stop(self.random.random() * 0.03)
            counts["stopped"] += stood_still
            if not done:
                continue
            code, out, err = run(["cat", "HEAD:file"], self.place)
            if code != DONE or out != content:
                fail("stopped, other bytes", ["cat", "HEAD:file"], code, err)


def check_end(place):
    on_branch = {}
    for commit, branch, file, content in acknowledged:
        if branch not in on_branch:
            code, out, err = run(["log", "--format=%H", branch], place)
            if code != DONE:
                fail("end", ["log", branch], code, err)
            on_branch[branch] = set(out.decode().split())
        if commit not in on_branch[branch]:
            failures.append(f"an acknowledged commit is not on {branch}: {commit}")
        read_one(place, (commit, branch, file, content))
    code, out, err = run(["fsck"], place)
    if code != DONE:
        fail("end", ["fsck"], code, out + err)


def main():
    global end
    print(f"VSTORE_TEST_SEED={SEED}", flush=True)
    top = tempfile.mkdtemp(prefix="vstore-race-")
    try:
        os.environ.update(HOME=top, XDG_CONFIG_HOME=top, VSTORE_AUTHOR_NAME="A", VSTORE_AUTHOR_EMAIL="a@b",
                          VSTORE_COMMITTER_NAME="A", VSTORE_COMMITTER_EMAIL="a@b")
        origin, store = os.path.join(top, "origin"), os.path.join(top, "store")
        os.mkdir(origin)
        for args in (["init", "-q", "--store", store], ["commit", "-q", "--allow-empty", "-m", "start"]):
            code, _, err = run(args, origin)
            if code != DONE:
                sys.exit(f"vstore {args}: {err.decode()}")
        workers = [Worker(top, number, store) for number in range(WORKERS)]
        end = time.time() + SECONDS
        threads = [threading.Thread(target=worker.loop) for worker in workers]
        threads += [threading.Thread(target=reader, args=(origin, number)) for number in range(2)]
        threads += [threading.Thread(target=collector, args=(origin,)) for _ in range(2)]
        threads.append(threading.Thread(target=StoppedWriter(top, store).loop))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check_end(origin)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print(f"{len(acknowledged)} acknowledged, {counts['killed']} killed, {counts['lost']} lost races, "
          f"{counts['read']} versions read, {counts['collected']} collections, {counts['stopped']} of them while a "
          "writer stood still")
    if not acknowledged or not counts["killed"]:
        failures.append("nothing was acknowledged, or nothing killed: this run shows nothing")
    for failure in failures[:20]:
        print("FAILED:", failure)
    sys.exit(1 if failures else 0)


main()
