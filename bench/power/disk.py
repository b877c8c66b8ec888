"""A disk whose writes and flushes are recorded below a real file system, and the images that a power cut may leave."""
import os
import random
import struct
import subprocess
import time

SECTOR = 4096
MKFS = {
    "ext4": ["mkfs.ext4", "-q", "-m", "0", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0"],
    "xfs": ["mkfs.xfs", "-q", "-K"],
    "btrfs": ["mkfs.btrfs", "-q", "-K"],
}
MEGABYTES = {"ext4": 96, "xfs": 320, "btrfs": 256}
BEGIN = b"begin\n"


def must(args, **options):
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(args)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def copy_image(source, target):
    """A new file each time: somebody who looks at all loop devices may hold the old one a moment longer."""
    must(["cp", "--remove-destination", "--sparse=always", "--reflink=auto", source, target])


def unmount(place):
    patience = time.monotonic() + 120
    while True:
        try:
            return must(["umount", place])
        except RuntimeError:
            if time.monotonic() > patience:
                raise
        time.sleep(0.1)


class Mounted:
    """A file system in an image, or on a recorded disk, while it is open."""

    def __init__(self, kind, image, place):
        self.kind, self.image, self.place, self.device = kind, image, place, None

    def __enter__(self):
        os.makedirs(self.place, exist_ok=True)
        if self.kind == "btrfs":  # else an image of the same file system that was mounted before is taken for this one
            subprocess.run(["btrfs", "device", "scan", "--forget"], stderr=subprocess.DEVNULL)
        self.device = must(["losetup", "--show", "--find", self.image]).decode().strip()
        try:
            options = ["-o", "nodiscard"] if self.kind == "btrfs" else []
            must(["mount", "-t", self.kind, *options, self.device, self.place])
        except RuntimeError:
            self.detach()
            raise
        return self

    def __exit__(self, *_):
        unmount(self.place)
        self.detach()

    def detach(self):
        must(["losetup", "--detach", self.device])


class RecordedDisk:
    """A new file system on a disk that writes everything down; open while the workload runs."""

    def __init__(self, recorder, kind, top):
        self.recorder, self.kind = recorder, kind
        self.base = os.path.join(top, "base.img")
        self.image, self.log = os.path.join(top, "recorded.img"), os.path.join(top, "log")
        self.fuse, self.place = os.path.join(top, "fuse"), os.path.join(top, "recorded")

    def __enter__(self):
        with open(self.base, "wb") as image:
            image.truncate(MEGABYTES[self.kind] << 20)
        must([*MKFS[self.kind], self.base])
        copy_image(self.base, self.image)
        os.makedirs(self.fuse)
        self.process = subprocess.Popen([self.recorder, self.image, self.log, self.fuse])
        while not os.path.exists(os.path.join(self.fuse, "disk")):
            if self.process.poll() is not None:
                raise RuntimeError("the recorder ended")
            time.sleep(0.05)
        self.mounted = Mounted(self.kind, os.path.join(self.fuse, "disk"), self.place)
        try:
            self.mounted.__enter__()
        except RuntimeError:
            self.end()
            raise
        self.mark = open(os.path.join(self.fuse, "mark"), "ab", buffering=0)
        return self

    def begin(self):
        """What is there now was promised to nobody, but is durable."""
        must(["sync", "-f", self.place])
        self.mark.write(BEGIN)

    def __exit__(self, *_):
        self.mark.close()
        self.mounted.__exit__()
        self.end()

    def end(self):
        unmount(self.fuse)
        self.process.wait()


def records(log):
    with open(log, "rb") as file:
        while head := file.read(13):
            kind, offset, size = struct.unpack("<cQI", head)
            yield kind, offset, file.read(size)


class Interval:
    """Between two flushes: what was written, and how much had been promised at its end."""

    def __init__(self, writes, promised):
        self.promised = promised
        self.settled = writes  # as the flush makes them durable
        self.units = [(offset + at, data[at:at + SECTOR]) for offset, data in writes for at in range(0, len(data), SECTOR)]


def intervals(log):
    """What was durable when the promises began, as writes; then the intervals, the last of which no flush ends.

    The cut at the end of an interval is the hardest: more was promised than at any before it, and any of its writes may
    have been lost, the later ones among them.
    """
    durable, found, writes = [], [], []
    began, promised = False, 0
    for kind, offset, data in records(log):
        if kind == b"W":
            writes.append((offset, data))
        elif kind == b"M":
            promised += began
            began = began or data == BEGIN
        elif began:
            found.append(Interval(writes, promised))
            writes = []
        else:
            durable += writes
            writes = []
    return durable, found + [Interval(writes, promised)]


def choices(count, wanted, rng):
    """Sets of surviving units: all of them if they are few; else none, all, and samples, half of them with a gap or two."""
    if 2 ** min(count, 20) <= wanted:
        return [[i for i in range(count) if bits >> i & 1] for bits in range(2**count)]
    kept = [[], list(range(count))]
    while len(kept) < wanted:
        if rng.random() < 0.5:
            kept.append([i for i in range(count) if rng.random() < 0.5])
        else:
            missing = set(rng.sample(range(count), rng.randint(1, min(2, count))))
            kept.append([i for i in range(count) if i not in missing])
    return kept


def write_all(image, pieces):
    with open(image, "r+b") as file:
        for offset, data in pieces:
            file.seek(offset)
            file.write(data)


def worth_a_look(all_intervals, count, rng):
    """At most so many of those in which something was written or promised; the ones with a new promise come first."""
    found = []
    for number, interval in enumerate(all_intervals):
        before = all_intervals[number - 1].promised if number else None
        if interval.units or interval.promised != before:
            found.append((interval.promised == before, rng.random(), number))
    return {number for _, _, number in sorted(found)[:count]}


def crash_states(disk, states_max, seed, image):
    """Builds at `image` one after another of the states, each once, and yields how many promises it must keep."""
    rng = random.Random(seed)
    durable, all_intervals = intervals(disk.log)
    write_all(disk.base, durable)
    wanted = worth_a_look(all_intervals, max(1, states_max // 2), rng)
    left = states_max
    for number, interval in enumerate(all_intervals):
        if number in wanted:
            share = max(2, left // sum(1 for later in wanted if later >= number))
            states = sorted({tuple(kept) for kept in choices(len(interval.units), share, rng)})
            for kept in states:
                copy_image(disk.base, image)
                write_all(image, [interval.units[i] for i in kept])
                yield interval.promised
            left = max(0, left - len(states))
        write_all(disk.base, interval.settled)
