"""Running one command and saying what it cost."""

import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time


class Failed(Exception):
    """A measured command ended with an error; the run goes on without its figure."""


@dataclasses.dataclass
class Cost:
    """Wall-clock and processor seconds, and the peak resident bytes of the largest process."""

    seconds: float = 0.0
    cpu: float = 0.0
    peak: int = 0

    def __add__(self, other):
        return Cost(self.seconds + other.seconds, self.cpu + other.cpu, max(self.peak, other.peak))


def shell(script, *arguments):
    """A command that runs a script of sh, which sees the arguments as "$1", "$2" and so on."""
    return ["sh", "-c", script, "sh", *arguments]


def run(command, cwd, env, expected=0):
    """Runs a command to its end; it fails unless its exit code is `expected`. It is started by time(1), a small
    process, because a child's peak begins with what its parent had in memory; descendants count too, if the
    command waited for them."""
    log_path = os.path.join(env["BENCH_SCRATCH"], "last-command.log")
    peak_path = os.path.join(env["BENCH_SCRATCH"], "last-command.peak")
    launch = ["/usr/bin/time", "-q", "-f", "%M", "-o", peak_path, *command]
    with open(log_path, "wb") as log:
        start = time.monotonic()
        process = subprocess.Popen(launch, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True)
        alarm = threading.Timer(float(env.get("COMMAND_SECONDS", "1800")), os.killpg, (process.pid, signal.SIGKILL))
        alarm.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:  # whoever ends the whole run does not wait for the alarm
            alarm.cancel()
        seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        with open(log_path, errors="replace") as log:
            tail = log.read()[-800:].strip()
        raise Failed(f"{' '.join(command)}: exit {process.returncode}: {tail}")
    with open(peak_path) as peak:
        return Cost(seconds, usage.ru_utime + usage.ru_stime, int(peak.read()) * 1024)


def measure(commands, cwd, env, expected=0):
    """The cost of commands run one after the other, with nothing left to write back from before."""
    os.sync()
    total = Cost()
    for command in commands:
        total += run(command, cwd, env, expected)
    return total


def disk_usage(path):
    """Bytes that a folder takes on disk, as du counts them."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            total += os.lstat(os.path.join(folder, name)).st_blocks * 512
    return total


def say(text):
    print(text, file=sys.stderr, flush=True)
