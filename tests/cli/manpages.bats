# The manual is true: every command has a page, every option is on it, and the examples run.
#
# In docs/man/*.scd a block after the comment line `; example` is run; each comment line `; prints TEXT` after
# it must be found in what the block prints. A block starts in a workspace of its own: see weather().
load helper

pages=$BATS_TEST_DIRNAME/../../docs/man

# Two versions, v1 and v2, and the branch fix at v1; nothing changed since.
weather() {
  mkdir "$1" && cd "$1" || return
  vstore init -q
  mkdir data raw
  echo 'Measurements of the weather' >README.md
  printf 'London,8799800\nParis,2102650\n' >data/cities.csv
  echo '[{"name": "chevrolet", "mpg": 18}]' >data/cars.json
  seq -f 'row %g' 1000 >raw/2025.txt
  vstore add . && vstore commit -qm 'First measurements' && vstore tag v1 && vstore branch fix
  at_minute 1
  echo '[{"name": "chevrolet", "mpg": 18}, {"name": "buick", "mpg": 15}]' >data/cars.json
  vstore commit -qam 'Add the buick' && vstore tag v2
  at_minute 2
}

# extract PAGE DIRECTORY: writes each example to N.sh and what it must print to N.prints.
extract() {
  awk -v dir="$2" '
    /^; example$/ { wanted = 1; ++n; next }
    /^; prints / { print substr($0, 10) > (dir "/" n ".prints"); next }
    /^```/ { inside = wanted && !inside; if (!inside) wanted = 0; next }
    inside { print > (dir "/" n ".sh") }' "$1"
}

# run_example SCRIPT PRINTS: in a workspace of its own.
run_example() (
  weather "$BATS_TEST_TMPDIR/$(basename "$(dirname "$1")")-$(basename "$1" .sh)" || exit
  PATH=$(cd "$(dirname "$VSTORE")" && pwd):$PATH run bash -euo pipefail -c "vstore() { \"$VSTORE\" \"\$@\"; }; . '$1'"
  if [[ $status -ne 0 ]]; then echo "exit code $status:"; echo "$output"; exit 1; fi
  [[ ! -e $2 ]] || while IFS= read -r line; do
    [[ $output == *"$line"* ]] || { echo "does not print '$line' but:"; echo "$output"; exit 1; }
  done <"$2"
)

# The options in COMMAND's --help: those of "  -m, --message TEXT   help" are -m and --message.
declared_options() {
  vstore "$1" --help | awk '
    /^options:/ { inside = 1; next }
    inside && /^(  |      )-/ {
      sub(/^ +/, ""); sub(/  .*/, "")
      if (/--help/) next
      n = split($0, names, ", ")
      for (i = 1; i <= n; ++i) { sub(/[ =\[].*/, "", names[i]); print names[i] }
    }'
}

# The options of PAGE: those of "*-m*, *--message* _TEXT_" in its section OPTIONS.
described_options() {
  awk '/^# / { inside = $2 == "OPTIONS" } inside && /^\*-/' "$1" | grep -oE '\*-[^*]+\*' | tr -d '*'
}

@test "every command has a page, and every page a command" {
  names=$(vstore help --all | sort)
  run diff <(echo "$names") <(cd "$pages" && ls vstore-*.1.scd | sed 's/^vstore-//; s/\.1\.scd$//' | sort)
  expect 0
  for name in $names; do grep -q "\*vstore-$name\*(1)" "$pages/vstore.1.scd" || { echo "vstore(1) lacks $name"; false; }; done
}

@test "every page has its sections and an example that runs" {
  for page in "$pages"/vstore*.scd; do
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS EXAMPLES 'EXIT STATUS' 'SEE ALSO'; do
      grep -qx "# $section" "$page" || { echo "$(basename "$page") lacks $section"; false; }
    done
    grep -qx '; example' "$page" || { echo "$(basename "$page") has no example"; false; }
  done
}

@test "every option of a command is on its page, and every option of a page is the command's" {
  missing=
  for name in $(vstore help --all); do
    page=$pages/vstore-$name.1.scd
    declared=$(declared_options "$name" | sort)
    described=$(described_options "$page" | sort)
    missing+=$(diff <(echo "$declared") <(echo "$described") | sed -n "s/^< /$name: not on the page: /p; s/^> /$name: no such option: /p")
    [[ -z $missing || $missing == *$'\n' ]] || missing+=$'\n'
  done
  run echo "$missing"
  is ''
}

@test "the examples of the manual run" {
  failed=
  for page in "$pages"/vstore*.scd; do
    name=$(basename "$page" .1.scd)
    mkdir "$BATS_TEST_TMPDIR/$name"
    extract "$page" "$BATS_TEST_TMPDIR/$name"
    for script in "$BATS_TEST_TMPDIR/$name"/*.sh; do
      report=$(run_example "$script" "${script%.sh}.prints") || failed+="$name, example $(basename "$script" .sh): $report"$'\n'
    done
  done
  run echo "$failed"
  is ''
}
