# A real dataset in six real versions goes in and comes back, and the scripts that show it are themselves shown
# to notice when it does not.
load helper

scripts=$BATS_TEST_DIRNAME/../../scripts
fixtures=$BATS_TEST_DIRNAME/../../fixtures

verify() { run env VSTORE="$VSTORE" SCRATCH="$BATS_TEST_TMPDIR" "$scripts/verify-corpora.sh" "$@"; }

@test "every version of mime-db comes back bit for bit" {
  verify "$fixtures" mime-db
  expect 0 '6 versions' 'all restored bit for bit'
}

@test "verify-corpora.sh notices a version that differs" {
  mkdir corpora && cp -r "$fixtures/mime-db" corpora
  echo changed >>corpora/mime-db/v3/db.json
  verify corpora
  expect 1 'mime-db/v3 differs' 'mime-db: FAILED'
}

@test "verify-corpora.sh refuses an unknown corpus" {
  verify "$fixtures" nothing
  expect 2 "no corpus 'nothing'"
}

@test "the quick start's walk ends with every version verified" {
  run env VSTORE="$VSTORE" TMPDIR="$BATS_TEST_TMPDIR" "$scripts/quickstart.sh"
  expect 0 'v1: the same' 'v6: the same' 'v7: the same' 'Done.'
  lacks DIFFERS
}

@test "the quick start takes any folder and leaves it alone" {
  mkdir -p mine/sub
  echo one >'mine/a file.txt'; echo two >mine/b.txt; head -c 300000 /dev/urandom >mine/sub/noise.bin
  cp -r mine before
  run env VSTORE="$VSTORE" TMPDIR="$BATS_TEST_TMPDIR" "$scripts/quickstart.sh" mine
  expect 0 'v1: the same' 'v2: the same' 'Done.'
  diff -r mine before
}
