"""The datasets that are versioned: laid out once, then moved from version to version in place."""

import filecmp
import os
import shutil
import stat
import subprocess

KERNEL_IGNORES_ALL = "\n/*\n!/debian/\n"  # with these rules git adds nothing of Debian's kernel tree


def _kind(path):
    """What stands at a path, without following it: mode bits that matter, or None."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return None
    return stat.S_IFMT(mode), stat.S_ISREG(mode) and bool(mode & 0o100)


def _same(a, b):
    kind = _kind(a)
    if kind != _kind(b):
        return False
    if stat.S_ISLNK(kind[0]):
        return os.readlink(a) == os.readlink(b)
    return filecmp.cmp(a, b, shallow=False)


def _listing(root):
    """Relative paths of files and symlinks."""
    found = set()
    for folder, folders, names in os.walk(root):
        names += [f for f in folders if os.path.islink(os.path.join(folder, f))]
        found.update(os.path.relpath(os.path.join(folder, name), root) for name in names)
    return found


def apply_version(source, data):
    """Makes `data` equal to `source`, touching only what differs. Returns the number of files touched."""
    wanted, present = _listing(source), _listing(data)
    for path in present - wanted:
        os.unlink(os.path.join(data, path))
    changed = [p for p in wanted if not _same(os.path.join(source, p), os.path.join(data, p))]
    for path in changed:
        target = os.path.join(data, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.lexists(target):
            os.unlink(target)
        shutil.copy2(os.path.join(source, path), target, follow_symlinks=False)
        if not os.path.islink(target):
            os.utime(target)
    return len(changed) + len(present - wanted)


def open_up_kernel(data):
    """Takes away the rules by which Debian's kernel tree ignores itself."""
    path = os.path.join(data, ".gitignore")
    if not os.path.exists(path):
        return
    with open(path) as file:
        text = file.read()
    if text.endswith(KERNEL_IGNORES_ALL):
        with open(path, "w") as file:
            file.write(text.removesuffix(KERNEL_IGNORES_ALL) + "\n")


TABLE_ROW_BYTES = 106  # on average, as gen_csv.cc makes them


def make_table(program, rows, version, path):
    with open(path, "wb") as out:
        subprocess.run([program, str(rows), str(version)], stdout=out, check=True)


def many_files_path(i):
    return f"d{i // 1000:04d}/f{i % 1000:03d}.json"


def make_many_files(data, count):
    """`count` files of 100 to 400 bytes, a thousand to a folder."""
    for i in range(count):
        path = os.path.join(data, many_files_path(i))
        if i % 1000 == 0:
            os.makedirs(os.path.dirname(path))
        with open(path, "w") as file:
            file.write(f'{{"id": {i}, "values": "' + f"{i * 2654435761 % 2**32:08x}" * (9 + i % 37) + '"}\n')


HISTORY_FILES = 1000


def history_path(file):
    return f"data/part{file % 20:02d}/file{file:03d}.csv"


def write_git_history(out, commits):
    """A stream for git fast-import: a thousand files, of which each commit after the first changes one."""
    def data(text):
        return b"data %d\n%s\n" % (len(text), text.encode())

    for n in range(commits):
        out.write(b"commit refs/heads/main\ncommitter Bench <bench@example.org> %d +0000\n" % (1_600_000_000 + 60 * n))
        out.write(data(f"change {n}\n"))
        for file in range(HISTORY_FILES) if n == 0 else [n * 7919 % HISTORY_FILES]:
            out.write(f"M 100644 inline {history_path(file)}\n".encode() + data(f"version {n} of file {file}\n" * 5))


def versions(corpus):
    """Folders of a corpus, oldest first."""
    with open(os.path.join(corpus, "versions.tsv")) as file:
        return [os.path.join(corpus, line.split("\t")[0]) for line in file if not line.startswith("#")]


def tree_bytes(root):
    return sum(os.lstat(os.path.join(root, path)).st_size for path in _listing(root))


def truncate_files(root):
    """Frees the space of a folder but not its inodes: ext4 creates files slowly for minutes after many were
    removed, and the next round would pay for this one."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                os.chmod(path, 0o600)
                os.truncate(path, 0)


def same_trees(a, b):
    """True if both hold the same files; a folder's own .vstore or .git does not count."""
    def paths(root):
        return {p for p in _listing(root) if p.split(os.sep)[0] not in (".vstore", ".git")}

    return paths(a) == paths(b) and all(_same(os.path.join(a, p), os.path.join(b, p)) for p in paths(a))
