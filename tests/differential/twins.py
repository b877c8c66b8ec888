#!/usr/bin/env python3
"""Drives git and vstore through one random history and demands the same of both after every step:
files, status, branches, the order of the log with subjects, authors and times, and the files of every conflict.

    twins.py VSTORE [--steps N] [--seed N] [--all-kinds]

Texts and executables; with --all-kinds also binaries, symbolic links, empty directories, and directories that take a
file's place and the other way round. What differs by design is evened out: empty directories are content to vstore alone; of binaries and links in conflict it
keeps both sides, the other one beside; texts with repeated lines can be matched in several ways: then only that both
are in conflict counts.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma".split()


class Mismatch(Exception):
    pass


class Twin:
    """One of the two programs in a directory of its own."""

    def __init__(self, name, binary, root):
        self.name, self.binary = name, binary
        self.root = root / name
        self.root.mkdir()
        self.log = []

    def run(self, *args, ok=(0,)):
        result = subprocess.run([self.binary, *args], cwd=self.root, capture_output=True, text=True)
        self.log.append(f"{self.name} {' '.join(args)} -> {result.returncode}")
        if result.returncode not in ok:
            raise Mismatch(f"{self.name} {' '.join(args)}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def lines(self, *args):
        return self.run(*args).stdout.splitlines()

    def files(self):
        found = {}
        for directory, names, files in os.walk(self.root):
            names[:] = [n for n in names if n not in (".git", ".vstore")]
            for file in files:
                path = Path(directory) / file
                text = os.readlink(path) if path.is_symlink() else path.read_bytes().decode("latin-1")
                mode = "link" if path.is_symlink() else "x" if path.stat().st_mode & 0o100 else "-"
                found[plain_path(str(path.relative_to(self.root)))] = (mode, plain_labels(text))
            # Links to directories are no directories.
            for name in list(names):
                path = Path(directory) / name
                if path.is_symlink():
                    found[str(path.relative_to(self.root))] = ("link", os.readlink(path))
        return {path: value for path, value in found.items() if not is_beside(path)}

    def status(self):
        """Without what vstore alone has: empty directories, and the other sides of binaries and links in conflict."""
        lines = []
        for line in self.lines("status", "--short"):
            code, path = line[:2], plain_path(unquoted(line[3:]))
            if is_beside(path) or path.endswith("/") and "void" in path:
                continue
            lines.append(f"{code} {path}")
        return sorted(lines)


def plain_labels(text):
    """Conflict markers name commits by ids, which differ; after a rename git also names the paths there."""
    text = re.sub(r"(?m)^((?:<|>|\|){7} .*):[\w/]+\.txt$", r"\1", text)
    return re.sub(r"(?m)^((?:<|>|\|){7} (?:parent of )?)[0-9a-f]{7,64}", r"\1ID", text)


def unquoted(path):
    if not path.startswith('"'):
        return path
    return " -> ".join(part[1:-1] if part.startswith('"') else part for part in path.split(" -> "))


def plain_path(path):
    """The name that a file in a directory's place got from a commit, whose ids differ."""
    return re.sub(r"~(parent of )?[0-9a-f]{7,64}.*", r"~\1ID", path)


def is_beside(path):
    return bool(re.search(r"\.(bin|lnk)~", path))


def has_markers(text):
    return all(re.search(rf"(?m)^{mark}{{7}}", text) for mark in "<=>")


class Twins:
    def __init__(self, vstore, seed, root, all_kinds=False):
        self.all_kinds = all_kinds
        self.other_alignments = 0  # conflicts in texts with repeated lines, which can be matched in several ways
        self.random = random.Random(seed)
        self.git, self.vstore = Twin("git", "git", root), Twin("vstore", vstore, root)
        self.both = (self.git, self.vstore)
        self.clock = 1_700_000_000
        self.count = 0
        for twin in self.both:
            twin.run(*(("init", "-q", "-b", "main") if twin is self.git else ("init", "-q")))
        self.branches = ["main"]

    # -- what both do --

    def do(self, *args, ok=(0,)):
        """The same command in both; exit codes must agree as to success."""
        a, b = (twin.run(*args, ok=range(256)) for twin in self.both)
        if (a.returncode == 0) != (b.returncode == 0):
            raise Mismatch(f"{' '.join(args)}:\ngit {a.returncode}: {a.stdout}{a.stderr}\nvstore {b.returncode}: {b.stdout}{b.stderr}")
        return a.returncode == 0

    def tick(self):
        self.clock += self.random.choice([1, 1, 60, 3600])
        for who in ("AUTHOR", "COMMITTER"):
            os.environ[f"GIT_{who}_DATE"] = os.environ[f"VSTORE_{who}_DATE"] = f"@{self.clock} +0200"
        author = self.random.choice(["Ada", "Grace", "Edsger"])
        os.environ["GIT_AUTHOR_NAME"] = os.environ["VSTORE_AUTHOR_NAME"] = author

    def write(self, path, text, mode=None):
        for twin in self.both:
            file = twin.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            if mode is not None:
                file.chmod(mode)

    def remove(self, path):
        for twin in self.both:
            file = twin.root / path
            file.unlink()
            while file.parent != twin.root and not any(file.parent.iterdir()):
                file = file.parent
                file.rmdir()

    def tracked(self, *endings):
        return sorted(p for p in self.git.lines("ls-files") if not endings or p.endswith(endings))

    def write_bytes(self, path, content):
        for twin in self.both:
            file = twin.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def link(self, path, target):
        for twin in self.both:
            file = twin.root / path
            file.unlink(missing_ok=True)
            file.symlink_to(target)

    def commits(self, revision="HEAD"):
        """Pairs of ids, which the same subject ties together: every subject is unique."""
        ids = {}
        for twin in self.both:
            for line in twin.lines("log", "--format=%H %P|%s", revision):
                commit, subject = line.split("|", 1)
                commit, *parents = commit.split()
                ids.setdefault(subject, {})[twin] = (commit, len(parents))
        return ids

    def with_commit(self, pair, *args, ok=(0, 1)):
        results = [twin.run(*args, pair[twin][0], ok=range(256)) for twin in self.both]
        a, b = results
        if (a.returncode == 0) != (b.returncode == 0):
            raise Mismatch(f"{' '.join(args)} {pair[self.git][0]}:\ngit {a.returncode}: {a.stdout}{a.stderr}\n"
                           f"vstore {b.returncode}: {b.stdout}{b.stderr}")
        return a.returncode == 0

    # -- steps --

    def line(self):
        return " ".join(self.random.choice(WORDS) for _ in range(4)) + f" {self.random.randrange(10**6)}"

    def edit_some(self):
        for _ in range(self.random.randint(1, 3)):
            if self.all_kinds and self.random.random() < 0.18:
                self.edit_other_kind()
                continue
            paths = self.tracked(".txt")
            kind = self.random.random()
            if not paths or kind < 0.25:
                path = self.random.choice(["", "d/", "d/e/", "f/"]) + self.random.choice("abcdefgh") + ".txt"
                self.write(path, "".join(self.line() + "\n" for _ in range(self.random.randint(3, 25))))
            elif kind < 0.32 and len(paths) > 3:
                path = self.random.choice(paths)
                if (self.git.root / path).exists():
                    self.remove(path)
            elif kind < 0.36:
                path = self.random.choice(paths)
                if (self.git.root / path).exists():
                    mode = 0o644 if (self.git.root / path).stat().st_mode & 0o100 else 0o755
                    for twin in self.both:
                        (twin.root / path).chmod(mode)
            else:
                self.edit(self.random.choice(paths))

    def edit_other_kind(self):
        kind = self.random.randrange(6)
        if kind < 3:
            self.edit_binary()
        elif kind == 3:
            self.link(self.random.choice("ij") + ".lnk", self.line())
        elif kind == 4:
            self.swap()
        else:
            self.empty_directory()

    def edit_binary(self):
        path = self.random.choice(["u.bin", "v.bin", "d/w.bin"])
        file = self.git.root / path
        if file.exists() and self.random.random() < 0.2:
            return self.remove(path)
        content = bytearray(file.read_bytes() if file.exists() else self.random.randbytes(3000) + b"\0")
        for _ in range(4):
            content[self.random.randrange(3000)] = self.random.randrange(256)
        self.write_bytes(path, bytes(content))

    def swap(self):
        """A file takes a directory's place, or the other way round."""
        name = self.random.choice(["n", "d/m"])
        top = self.git.root / name
        if top.is_dir():
            for path in [p for p in self.git.files() if p.startswith(name + "/")]:
                self.remove(path)
            self.write(name, self.line() + "\n")
        else:
            if top.exists():
                self.remove(name)
            for below in self.random.sample("abc", 2):
                self.write(f"{name}/{below}.txt", "".join(self.line() + "\n" for _ in range(6)))

    def empty_directory(self):
        path = f"void/{self.random.randrange(3)}"
        for twin in self.both:
            if (twin.root / path).exists():
                (twin.root / path).rmdir()
            else:
                (twin.root / path).mkdir(parents=True)

    def edit(self, path):
        file = self.git.root / path
        if not file.exists() or not path.endswith(".txt"):
            return
        lines = file.read_text().splitlines()
        for _ in range(self.random.randint(1, 3)):
            at = self.random.randint(0, len(lines))
            kind = self.random.random()
            if kind < 0.4 or not lines:
                lines.insert(at, self.line())
            elif kind < 0.8:
                lines[min(at, len(lines) - 1)] = self.line()
            else:
                del lines[min(at, len(lines) - 1)]
        self.write(path, "".join(line + "\n" for line in lines))

    def commit(self):
        self.edit_some()
        self.commit_all(f"commit {self.count}")

    def commit_all(self, message):
        """What git has nothing of, an empty directory, is no commit alone."""
        self.do("add", "-A")
        if not self.git.status() and self.vstore.lines("status", "--short"):
            self.write("more.txt", self.line() + "\n")
            self.do("add", "-A")
        self.do("commit", "-q", "-m", message)

    def branch(self):
        if len(self.branches) < 6:
            name = f"b{self.count}"
            self.do("switch", "-q", "-c", name)
            self.branches.append(name)
        else:
            current = self.current()
            name = self.random.choice([b for b in self.branches if b not in ("main", current)] or ["-"])
            if name != "-":
                self.do("branch", "-q", "-D", name)
                self.branches.remove(name)

    def switch(self):
        self.do("switch", "-q", self.random.choice(self.branches))

    def switch_dirty(self):
        """Local changes are carried along, or stop the switch, in both."""
        self.edit_some()
        if self.random.random() < 0.5:
            self.do("add", "-A")
        self.do("switch", "-q", self.random.choice(self.branches))
        self.same("switch with local changes")
        self.commit_all(f"carried {self.count}")

    def current(self):
        return self.git.lines("branch", "--show-current")[0]

    def merge(self):
        others = [b for b in self.branches if b != self.current()]
        if not others:
            return
        options = self.random.choice([[], [], ["--no-ff"], ["-X", "ours"], ["-X", "theirs"], ["--squash"]])
        if options == ["--squash"]:
            if self.do("merge", "-q", "--squash", self.random.choice(others)):
                self.same("squash")
                self.do("commit", "-q", "-m", f"squash {self.count}")
            else:
                self.settle("merge", may_abort=False)
            return
        if not self.do("merge", "-q", "-m", f"merge {self.count}", *options, self.random.choice(others)):
            self.settle("merge")

    def any_commit(self, parents=(0, 1)):
        pairs = self.commits("--all")
        fitting = [p for p in pairs.values() if len(p) == 2 and p[self.git][1] in parents]
        return self.random.choice(fitting)

    def cherry_pick(self):
        pair = self.any_commit((1,))
        if not self.with_commit(pair, "cherry-pick"):
            self.settle("cherry-pick")
        self.rename_head()

    def revert(self):
        pair = self.any_commit((1,))
        if not self.with_commit(pair, *(["revert", "--no-edit"])):
            self.settle("revert")
        self.rename_head()

    def rename_head(self):
        """Keeps subjects unique."""
        subjects = self.git.lines("log", "-1", "--format=%s")
        if subjects and not subjects[0].startswith("step"):
            self.do("commit", "-q", "--amend", "--allow-empty", "-m", f"step {self.count}: {subjects[0][:40]}")

    def reset(self):
        pairs = [p for p in self.commits("HEAD").values() if len(p) == 2]
        if len(pairs) > 2:
            mode = self.random.choice(["--hard", "--hard", "--mixed", "--soft"])
            self.with_commit(self.random.choice(pairs[:6]), "reset", "-q", mode)
            if mode != "--hard":
                self.same("reset " + mode)
                self.commit_all(f"after reset {self.count}")

    def rebase(self):
        others = [b for b in self.branches if b != self.current()]
        if not others:
            return
        upstream = self.random.choice(others)
        # With equal subjects on both sides, subjects no longer tie commits together.
        if not self.do("rebase", "-q", upstream):
            for _ in range(40):
                self.same("conflict of rebase")
                how = self.random.random()
                if how < 0.2:
                    self.do("rebase", "--abort")
                    return
                if how < 0.5:
                    done = self.do("rebase", "--skip")
                else:
                    self.resolve()
                    done = self.proceed("rebase")
                if done:
                    return
            raise Mismatch("rebase does not end")

    def proceed(self, command):
        os.environ["GIT_EDITOR"] = "true"
        return self.do(command, "--continue")

    def stash(self):
        self.edit_some()
        options = self.random.choice([[], ["-u"]])
        # Where a directory that is not tracked took a file's place, git drops it, and vstore refuses to.
        if self.random.random() < 0.4 or any(re.match(r"\?\? (n|d/m)/", line) for line in self.git.lines("status", "--short", "-uall")):
            self.do("add", "-A")
        self.do("stash", "push", "-q", *options)
        self.same("stash push")
        if self.random.random() < 0.5 and len(self.branches) > 1:
            if not any(twin.status() for twin in self.both):
                self.do("switch", "-q", self.random.choice(self.branches))
        if self.git.lines("stash", "list"):
            if not self.do("stash", "pop", "-q"):
                self.same("conflict of stash pop")
                self.do("reset", "-q", "--hard")
                self.clean_untracked()
                self.do("stash", "drop", "-q")
                return
            self.same("stash pop")
        self.commit_all(f"stashed {self.count}")

    def clean_untracked(self):
        for path in set(self.git.files()) - set(self.tracked()):
            self.remove(path)

    def remove_empty_directories(self):
        """Git forgets them, to vstore they are content."""
        for twin in self.both:
            for directory, names, files in os.walk(twin.root, topdown=False):
                if not {".git", ".vstore", "void"} & set(Path(directory).parts) and not os.listdir(directory):
                    os.rmdir(directory)

    def tag(self):
        self.do("tag", f"t{self.count}", *(["-a", "-m", "marked"] if self.count % 2 else []))
        self.same_lines("tag", "-l")
        self.same_lines("log", "-1", "--format=%s", f"t{self.count}")

    def move(self):
        paths = [p for p in self.tracked(".txt", ".bin") if (self.git.root / p).exists()]
        if paths:
            path = self.random.choice(paths)
            target = f"moved{self.count}{Path(path).suffix}"
            self.do("mv", path, target)
            self.remove_empty_directories()
            self.same("mv")
            self.do("commit", "-q", "-m", f"move {self.count}")

    # -- conflicts --

    def settle(self, command, may_abort=True):
        """A command stopped: the same files in conflict, then resolved or taken back."""
        self.same("stop of " + command)
        if not self.conflicts():
            self.leave_out(command)
        elif may_abort and self.random.random() < 0.3:
            self.do(command, "--abort")
        elif command == "merge":
            self.resolve()
            self.do("commit", "-q", "-m", f"resolved {self.count}")
        else:
            self.resolve()
            if not self.proceed(command):
                self.leave_out(command)

    def leave_out(self, command):
        """Nothing is left of a change. Here git forgets some commands and remembers others."""
        self.git.run("reset", "-q", "--merge", ok=range(256))
        self.git.run(command, "--quit", ok=range(256))
        self.vstore.run(command, "--skip")

    def conflicts(self):
        return [unquoted(line[3:]) for line in self.git.lines("status", "--porcelain") if line[:2] in
                ("UU", "AA", "DU", "UD", "AU", "UA", "DD")]

    def forget_other_sides(self):
        """What vstore keeps beside binaries and links in conflict."""
        for path in [p for p in self.vstore.root.rglob("*") if is_beside(p.name) and ".vstore" not in p.parts]:
            path.unlink()

    def resolve(self):
        """Mends all conflicts the same way in both."""
        self.forget_other_sides()
        for path in self.conflicts():
            self.resolve_path(path)
        self.do("add", "-A")

    def resolve_path(self, path):
        at = self.git.root / path
        if not os.path.lexists(at) or at.is_dir():
            return
        keep = self.random.random() < 0.8 and "~" not in path
        if not keep:
            for twin in self.both:
                for file in twin.root.rglob("*"):
                    if plain_path(str(file.relative_to(twin.root))) == plain_path(path):
                        file.unlink()
            self.remove_empty_directories()
        elif path.endswith(".txt"):
            self.write(path, re.sub(r"(?m)^[<>=|]{7}.*\n", "", at.read_text()))
        elif path.endswith(".bin"):
            self.write_bytes(path, self.random.randbytes(3000) + b"\0")
        elif path.endswith(".lnk"):
            self.link(path, self.line())
        else:
            self.write(path, self.line() + "\n")

    # -- comparing --

    def same(self, what):
        def demand(name, a, b):
            if a != b:
                raise Mismatch(f"after {what}: {name} differ\n  git:    {a}\n  vstore: {b}")

        a, b = self.git.files(), self.vstore.files()
        for path in a.keys() & b.keys():
            if a[path] != b[path] and has_markers(a[path][1]) and has_markers(b[path][1]):
                self.other_alignments += 1
                self.write(path, (self.git.root / path).read_text())
                b[path] = a[path]
        if a != b:
            paths = sorted(p for p in a.keys() | b.keys() if a.get(p) != b.get(p))
            p = paths[0]
            raise Mismatch(f"after {what}: files differ: {paths}\n--- git\n{a.get(p)}\n--- vstore\n{b.get(p)}")
        demand("status", *(twin.status() for twin in self.both))
        demand("branches", *([line.split()[1] for line in twin.lines("show-ref", "--heads")] for twin in self.both))

    def same_lines(self, *args):
        a, b = (twin.lines(*args) for twin in self.both)
        if a != b:
            raise Mismatch(f"{' '.join(args)}:\n--- git\n{a}\n--- vstore\n{b}")

    def compare_all(self, what):
        self.same(what)
        trees = [[p for p in twin.lines("ls-tree", "-r", "--name-only", "HEAD") if "void" not in p] for twin in self.both]
        if trees[0] != trees[1]:
            raise Mismatch(f"after {what}: HEAD's files differ\n{trees[0]}\n{trees[1]}")
        logs = [twin.run("log", "--format=%s|%an|%at|%ct|%cn", "HEAD", ok=range(256)).stdout for twin in self.both]
        if logs[0] != logs[1]:
            raise Mismatch(f"after {what}: log differs\n--- git\n{logs[0][:1500]}\n--- vstore\n{logs[1][:1500]}")

    STEPS = [("commit", 30), ("branch", 8), ("switch", 12), ("switch_dirty", 4), ("merge", 18), ("cherry_pick", 10),
             ("revert", 7), ("reset", 4), ("rebase", 5), ("stash", 5), ("tag", 2), ("move", 2)]

    def run(self, steps):
        names, weights = zip(*self.STEPS)
        for self.count in range(1, steps + 1):
            self.tick()
            step = "commit" if self.count < 4 else self.random.choices(names, weights)[0]
            for twin in self.both:
                twin.log.append(f"# step {self.count}: {step}")
            getattr(self, step)()
            self.compare_all(f"step {self.count} ({step})")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vstore")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("VSTORE_TEST_SEED", 0)) or random.randrange(1 << 30))
    parser.add_argument("--all-kinds", action="store_true", help="not texts alone")
    parser.add_argument("--keep", action="store_true", help="leave the two directories of a failure")
    args = parser.parse_args()
    print(f"seed {args.seed}", flush=True)
    root = Path(tempfile.mkdtemp(prefix="twins-"))
    os.environ.update({
        "HOME": str(root), "XDG_CONFIG_HOME": str(root), "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "Ada",
        "VSTORE_AUTHOR_EMAIL": "a@example.org", "VSTORE_COMMITTER_EMAIL": "a@example.org", "VSTORE_COMMITTER_NAME": "Ada",
        "LC_ALL": "C", "GIT_EDITOR": "true", "GIT_ADVICE": "0"})
    twins = Twins(os.path.abspath(args.vstore), args.seed, root, args.all_kinds)
    try:
        twins.run(args.steps)
    except Mismatch as error:
        print(f"seed {args.seed}, step {twins.count}: {error}\n")
        for twin in twins.both:
            print("\n".join(twin.log[-25:]), end="\n\n")
        if args.keep:
            print(root)
        else:
            shutil.rmtree(root)
        return 1
    shutil.rmtree(root)
    print(f"{args.steps} steps agree; {twins.other_alignments} texts in conflict were aligned in another way")
    return 0


if __name__ == "__main__":
    sys.exit(main())
