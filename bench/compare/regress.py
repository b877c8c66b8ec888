"""regress.sh's work: two builds, the same acts in turn, judged by pairs."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import data as datasets
from measure import Failed, measure, run, say

PAIRS = int(os.environ.get("PAIRS", "11"))
FILES = int(os.environ.get("FILES", "20000"))
ROWS = int(os.environ.get("ROWS", "1000000"))
APART = 0.05   # a ratio this far from 1 is a difference,
AGREE = 0.9    # if this share of the pairs says so


class Side:
    """One build with a workspace, a checkout and a table of its own."""

    def __init__(self, name, binary, scratch, env):
        self.name, self.binary, self.env = name, binary, env
        self.top = os.path.join(scratch, name)
        self.files, self.copy, self.table = (os.path.join(self.top, part) for part in ("files", "copy", "table"))
        self.fresh = 0
        os.makedirs(self.top)

    def vstore(self, *arguments, cwd):
        return measure([[self.binary, *arguments]], cwd, self.env)

    def quiet(self, *arguments, cwd):
        run([self.binary, *arguments], cwd, self.env)

    def sequence(self, *commands, cwd):
        return measure([[self.binary, *command] for command in commands], cwd, self.env)

    def empty_folder(self):
        """Never the same twice: ext4 is slow where much was removed."""
        self.fresh += 1
        path = os.path.join(self.top, f"fresh-{self.fresh}")
        os.makedirs(path)
        return path


def make_files(folder, seed_version):
    """FILES files, a hundred to a folder; in version 2 one in fifty differs."""
    for number in range(FILES):
        if seed_version == 2 and number % 50:
            continue
        path = os.path.join(folder, f"d{number // 100:04d}", f"f{number % 100:02d}.txt")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        lines = 20 + number * 7 % 140
        with open(path, "w") as file:
            file.write("".join(f"{number} {k} {(number * 31 + k) * 2654435761 % 2**32:08x} {seed_version}\n" for k in range(lines)))


def prepare(side, tables):
    os.makedirs(side.files)
    make_files(side.files, 1)
    side.quiet("init", "-q", ".", cwd=side.files)
    side.sequence(["add", "-A"], ["commit", "-q", "-m", "one"], ["tag", "v1"], cwd=side.files)
    make_files(side.files, 2)
    side.sequence(["add", "-A"], ["commit", "-q", "-m", "two"], ["tag", "v2"], cwd=side.files)
    side.quiet("init", "-q", "--store", os.path.join(side.files, ".vstore"), side.copy, cwd=side.top)
    side.quiet("reset", "-q", "--hard", "main", cwd=side.copy)
    side.tables = tables


# ------------------------------------------------------------------------------------------- works --


def first(side, _):
    here = side.empty_folder()
    make_files(here, 1)
    side.quiet("init", "-q", ".", cwd=here)
    cost = side.sequence(["add", "-A"], ["commit", "-q", "-m", "one"], cwd=here)
    datasets.truncate_files(here)
    return cost


def unchanged(side, _):
    return side.vstore("status", cwd=side.files)


def next_version(side, pair):
    for number in range(0, FILES, 50):
        with open(os.path.join(side.files, f"d{number // 100:04d}", f"f{number % 100:02d}.txt"), "a") as file:
            file.write(f"pair {pair}\n")
    return side.sequence(["add", "-A"], ["commit", "-q", "-m", f"pair {pair}"], cwd=side.files)


def restore(side, _):
    here = side.empty_folder()
    side.quiet("init", "-q", "--store", os.path.join(side.files, ".vstore"), here, cwd=side.top)
    cost = side.vstore("reset", "-q", "--hard", "v2", cwd=here)
    datasets.truncate_files(here)
    return cost


def switch(side, pair):
    return side.vstore("switch", "-q", "--detach", "v1" if pair % 2 == 0 else "v2", cwd=side.copy)


def log(side, _):
    return side.sequence(*[["log", "-n", "1"]] * 20, cwd=side.files)


def cat(side, _):
    return side.sequence(*[["cat", "v1:d0001/f07.txt"]] * 20, cwd=side.files)


def fsck(side, _):
    return side.vstore("fsck", cwd=side.files)


def gc(side, _):
    return side.vstore("gc", "-q", cwd=side.files)


def start(side, _):
    return side.sequence(*[["version"]] * 50, cwd=side.top)


def table(side, _):
    here = side.empty_folder()
    target = os.path.join(here, "table.csv")
    side.quiet("init", "-q", ".", cwd=here)
    total = None
    for number, source in enumerate(side.tables):
        shutil.copyfile(source, target)
        cost = side.sequence(["add", "-A"], ["commit", "-q", "-m", str(number)], cwd=here)
        total = total + cost if total else cost
    os.truncate(target, 0)
    total += side.vstore("reset", "-q", "--hard", "main", cwd=here)
    datasets.truncate_files(here)
    return total


WORKS = {"first": first, "unchanged": unchanged, "next": next_version, "restore": restore, "switch": switch, "log": log,
         "cat": cat, "fsck": fsck, "gc": gc, "table": table, "start": start}


# ------------------------------------------------------------------------------------------ verdict --


def verdict(ratios):
    """'slower', 'faster' or nothing, from the pairs' ratios B/A."""
    middle = statistics.median(ratios)
    if middle > 1 + APART and sum(r > 1 for r in ratios) >= AGREE * len(ratios):
        return "slower"
    if middle < 1 - APART and sum(r < 1 for r in ratios) >= AGREE * len(ratios):
        return "faster"
    return ""


def compare(name, a, b, work):
    costs = {a: [], b: []}
    for pair in range(PAIRS + 1):
        for side in ((a, b), (b, a))[pair % 2]:
            cost = work(side, pair)
            if pair > 0:  # the first one warms up
                costs[side].append(cost)
    row = {"work": name}
    for what, of in (("seconds", lambda c: c.seconds), ("cpu", lambda c: c.cpu)):
        pairs = [(of(x), max(of(y), 1e-9)) for y, x in zip(costs[a], costs[b])]
        ratios = [x / y for x, y in pairs]
        row[what] = {"a": statistics.median(of(c) for c in costs[a]), "b": statistics.median(of(c) for c in costs[b]),
                     "ratio": statistics.median(ratios), "slower_pairs": sum(r > 1 for r in ratios),
                     "verdict": verdict(ratios)}
    row["peak"] = {"a": max(c.peak for c in costs[a]), "b": max(c.peak for c in costs[b])}
    return row


def text(row):
    time, cpu, peak = row["seconds"], row["cpu"], row["peak"]
    said = " ".join(filter(None, (time["verdict"], cpu["verdict"] and f"cpu {cpu['verdict']}")))
    return (f"{row['work']:10} {time['a']:8.3f} {time['b']:8.3f} s  {time['ratio']:5.2f} ({time['slower_pairs']}/{PAIRS})   "
            f"{cpu['a']:8.3f} {cpu['b']:8.3f} cpu s  {cpu['ratio']:5.2f} ({cpu['slower_pairs']}/{PAIRS})   "
            f"{peak['a'] / 1e6:5.0f} {peak['b'] / 1e6:5.0f} MB  {said}")


def environment(scratch):
    home = os.path.join(scratch, "home")
    os.makedirs(home)
    env = {k: v for k, v in os.environ.items() if not k.startswith("VSTORE_")}
    env.update(HOME=home, XDG_CONFIG_HOME=os.path.join(home, ".config"), LC_ALL="C.UTF-8", BENCH_SCRATCH=scratch,
               VSTORE_AUTHOR_NAME="Bench", VSTORE_AUTHOR_EMAIL="bench@example.org",
               VSTORE_COMMITTER_NAME="Bench", VSTORE_COMMITTER_EMAIL="bench@example.org", PAGER="cat")
    return env


def make_tables(scratch):
    program = os.path.join(scratch, "gen_csv")
    source = os.path.join(os.path.dirname(__file__), "gen_csv.cc")
    subprocess.run([os.environ.get("CXX", "c++"), "-O2", "-std=c++20", source, "-o", program], check=True)
    paths = [os.path.join(scratch, f"{version}.csv") for version in (1, 2)]
    for version, path in enumerate(paths, 1):
        datasets.make_table(program, ROWS, version, path)
    return paths


def main():
    names = sys.argv[1:] or list(WORKS)
    for name in names:
        if name not in WORKS:
            sys.exit(f"regress: no work '{name}'; there are: {' '.join(WORKS)}")
    scratch = tempfile.mkdtemp(prefix="vstore-regress-", dir=os.environ.get("SCRATCH"))
    try:
        env = environment(scratch)
        tables = make_tables(scratch) if "table" in names else []
        sides = [Side(name, os.environ[name], scratch, env) for name in ("A", "B")]
        for side in sides:
            prepare(side, tables)
        rows = []
        for name in names:
            rows.append(compare(name, *sides, WORKS[name]))
            print(text(rows[-1]), flush=True)
        if path := os.environ.get("JSON"):
            with open(path, "w") as file:
                json.dump({"a": os.environ["A"], "b": os.environ["B"], "pairs": PAIRS, "works": rows}, file, indent=2)
        return 1 if any(row[what]["verdict"] == "slower" for row in rows for what in ("seconds", "cpu")) else 0
    except Failed as failure:
        say(f"regress: {failure}")
        return 2
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


sys.exit(main())
