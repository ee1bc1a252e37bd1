# shellcheck shell=bash
# The stages that `make check` and `make test` are made of. Sourced after lib.sh.

# Without what stages of `make test` do by themselves: the system suites, and every client at every accident.
unit_tests() {
  local elsewhere='binary(system) or (package(clients) and binary(networks))'
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --workspace -E "not ($elsewhere)" --no-tests=pass --status-level fail --final-status-level fail
  else
    cargo test --locked --workspace --lib --bins --test beside --test linkedin --test meta --test shipped --test video --test x_and_threads
  fi
}

# The quickest first: nobody should wait for the compiler to be told of a misplaced line break.
check_stages() {
  stage 'page packages' '' page_install
  stage 'format' '' cargo fmt --all --check
  stage 'page lints' '' npm --prefix frontend run --silent lint
  if command -v shellcheck >/dev/null; then stage 'scripts' '' shellcheck -x scripts/* .ci/run; fi
  stage 'page types' '' npm --prefix frontend run --silent typecheck
  stage 'clippy' '' cargo clippy --locked --workspace --all-targets -- -D warnings
  stage 'unit tests' '[0-9]+ (tests run: [0-9]+ )?passed' unit_tests
  stage 'page unit tests' '[0-9]+ passed' npm --prefix frontend run --silent test -- --run
}

# suite NAME: the modules of tests/tests/system, one stage each. One process per suite, so that its tests share a stack.
suite() {
  stage "$1" '[0-9]+ passed' timeout 900 cargo test --locked --workspace --test system -- "$1::"
}
