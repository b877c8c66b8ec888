# helper.bash - loaded by every .bats file here: a scratch directory, a home, a clock and a name for each
# test, and a few words to say what is expected.
#
# VSTORE is the binary under test (ctest sets it). Tests call `vstore`, a function, so that it is that one.

bats_require_minimum_version 1.5.0

VSTORE=${VSTORE:-$BATS_TEST_DIRNAME/../../build/dev/bin/vstore}
vstore() { "$VSTORE" "$@"; }

# Called by bats before each test.
setup() {
  export HOME=$BATS_TEST_TMPDIR/home XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/home/.config
  export VSTORE_AUTHOR_NAME='Ada Lovelace' VSTORE_AUTHOR_EMAIL=ada@example.org
  export VSTORE_COMMITTER_NAME='Ada Lovelace' VSTORE_COMMITTER_EMAIL=ada@example.org
  export VSTORE_AUTHOR_DATE='2026-05-01T12:00:00 +0200' VSTORE_COMMITTER_DATE='2026-05-01T12:00:00 +0200'
  export LC_ALL=C TZ=UTC TERM=dumb
  unset VSTORE_DIR VSTORE_ACK_FD VSTORE_EDITOR VISUAL EDITOR PAGER VSTORE_PAGER NO_COLOR COLUMNS
  mkdir -p "$HOME" "$BATS_TEST_TMPDIR/work"
  cd "$BATS_TEST_TMPDIR/work"
}

# The clock of the next commits: minute N after noon.
at_minute() {
  VSTORE_AUTHOR_DATE=$(printf '2026-05-01T12:%02d:00 +0200' "$1")
  VSTORE_COMMITTER_DATE=$VSTORE_AUTHOR_DATE
}

# A workspace with two commits: a.txt and data/b.csv, then both changed.
two_commits() {
  vstore init -q
  mkdir -p data
  echo one >a.txt; echo x,y >data/b.csv
  vstore add . && vstore commit -qm first
  at_minute 1
  echo two >a.txt; echo 1,2 >>data/b.csv
  vstore commit -qam second
}

# expect CODE [TEXT]... : the last `run` ended with CODE, and its output contains each TEXT.
expect() {
  local code=$1 text
  shift
  if [[ $status -ne $code ]]; then
    printf 'exit code %s, expected %s; output:\n%s\n' "$status" "$code" "$output"
    return 1
  fi
  for text; do
    [[ $output == *"$text"* ]] || { printf 'not in the output: %s\noutput:\n%s\n' "$text" "$output"; return 1; }
  done
}

# lacks TEXT: the last output does not contain it.
lacks() { [[ $output != *"$1"* ]] || { printf 'in the output: %s\noutput:\n%s\n' "$1" "$output"; return 1; }; }

# is EXPECTED: the last output is exactly this.
is() { [[ $output == "$1" ]] || { printf 'expected:\n%s\noutput:\n%s\n' "$1" "$output"; return 1; }; }
