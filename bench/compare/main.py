"""compare.sh's work: arguments, scratch folder, the lines one after the other, the report."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import lines
import tools
from lines import corpus
from measure import Failed, say
from results import Results
from rounds import Bench


def beside_vstore(path):
    """A program of the same build as the vstore that is measured."""
    return os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(os.environ["VSTORE"]))), path)


def environment(scratch):
    """What the tools see: no configuration but ours, one identity, and vstore's binary found first."""
    home = os.path.join(scratch, "home")
    os.makedirs(home)
    programs = os.path.join(scratch, "bin")
    os.makedirs(programs)
    os.symlink(os.path.abspath(os.environ["VSTORE"]), os.path.join(programs, "vstore"))
    env = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "VSTORE_", "RESTIC_", "BORG_"))}
    env.update(HOME=home, XDG_CONFIG_HOME=os.path.join(home, ".config"), LC_ALL="C.UTF-8", BENCH_SCRATCH=scratch,
               BENCH_RATES=os.environ.get("BENCH_RATES") or beside_vstore("bench/bench_rates"),
               PATH=programs + ":" + os.environ["PATH"], PAGER="cat",
               VSTORE_AUTHOR_NAME="Bench", VSTORE_AUTHOR_EMAIL="bench@example.org",
               VSTORE_COMMITTER_NAME="Bench", VSTORE_COMMITTER_EMAIL="bench@example.org",
               GIT_AUTHOR_NAME="Bench", GIT_AUTHOR_EMAIL="bench@example.org",
               GIT_COMMITTER_NAME="Bench", GIT_COMMITTER_EMAIL="bench@example.org")
    return env


def chosen_tools(env):
    wanted = os.environ.get("PEERS")
    names = list(tools.BY_NAME) if wanted is None else ["vstore", *wanted.replace(",", " ").split()]
    unknown = [n for n in names if n not in tools.BY_NAME]
    if unknown:
        sys.exit(f"compare: no tool '{unknown[0]}'; there are: {' '.join(tools.BY_NAME)}")
    missing = [n for n in names if not tools.BY_NAME[n].available(env)]
    if missing:
        say(f"not installed, left out: {' '.join(missing)}")
    return [t for t in tools.ALL if t.name in names and t.name not in missing]


def chosen_lines(corpora, words):
    """[(name, function)]; a name is one of the lines, or a corpus whose whole history is taken."""
    found = []
    for word in words or list(lines.NAMED):
        if word in lines.NAMED:
            found.append((word, lines.NAMED[word]))
        elif os.path.exists(os.path.join(corpora, word, "versions.tsv")):
            found.append((word, lambda bench, name=word: corpus.history(bench, name)))
        elif word.startswith("history:"):
            found.append((word, lambda bench, name=word.removeprefix("history:"): corpus.history(bench, name)))
        else:
            sys.exit(f"compare: no line and no corpus '{word}'; lines: {' '.join(lines.NAMED)}")
    return found


def compile_generator(scratch):
    program = os.path.join(scratch, "gen_csv")
    source = os.path.join(os.path.dirname(__file__), "gen_csv.cc")
    subprocess.run([os.environ.get("CXX", "c++"), "-O2", "-std=c++20", source, "-o", program], check=True)
    return program


def write_out(variable, text):
    """What is known so far, for a run that takes long: replaced as a whole."""
    if path := os.environ.get(variable):
        with open(path + ".new", "w") as file:
            file.write(text() + "\n")
        os.replace(path + ".new", path)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("compare: ended; what was measured is in JSON and MARKDOWN"))
    corpora = os.path.abspath(sys.argv[1])
    work = chosen_lines(corpora, sys.argv[2:])
    scratch = tempfile.mkdtemp(prefix="vstore-compare-", dir=os.environ.get("SCRATCH"))
    results = Results(lines.TARGETS)
    try:
        env = environment(scratch)
        bench = Bench(corpora, scratch, env, chosen_tools(env), int(os.environ.get("RUNS", "3")),
                      compile_generator(scratch), results)
        for name, line in work:
            begun = time.monotonic()
            try:
                line(bench)
            except (Failed, OSError, subprocess.SubprocessError) as failure:  # the other lines count all the same
                say(f"{name}: {failure}")
                results.failures.append(f"{name}: {failure}")
            say(f"{name}: took {time.monotonic() - begun:.0f} s")
            write_out("JSON", lambda: results.json(env))
            write_out("MARKDOWN", lambda: results.markdown(env))
        print(results.markdown(env))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return 1 if results.failures else 0


sys.exit(main())
