# shellcheck shell=bash
# What the scripts in this folder share. Sourced, never run.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
LOGS=$TARGET/logs

# Logs are read as text, and a failed test of the page need not print the whole document.
export NO_COLOR=1 DEBUG_PRINT_LIMIT=0

die() {
  printf 'atelier: %s\n' "$*" >&2
  exit 1
}

# --- What a machine must bring -------------------------------------------------------------------------------------

need_rust() {
  command -v cargo >/dev/null || die "Rust is missing: install it with rustup (https://rustup.rs), then run this again."
  command -v cc >/dev/null || die "a C compiler is missing: install gcc or clang (on Debian: apt-get install gcc libc6-dev), then run this again."
}

need_node() {
  command -v node >/dev/null || die "Node is missing: install Node 20.19 or newer (https://nodejs.org), then run this again."
  command -v npm >/dev/null || die "npm is missing: install the one that belongs to Node $(node --version), then run this again."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "Node 20.19 or newer is needed and this is $(node --version): upgrade it, then run this again."
}

# Runs a package manager with the rights it needs, or says that it cannot.
apt_install() {
  command -v apt-get >/dev/null || die "please install $* with your system's package manager, then run this again."
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "please install $* as root (apt-get install $*), then run this again."
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -q </dev/null
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -q --no-install-recommends "$@" </dev/null
}

# function_bins: what selects the executables of all functions, which are named like their folders, in BINS.
function_bins() {
  BINS=()
  local folder
  for folder in functions/*/; do
    BINS+=(--bin "$(basename "$folder")")
  done
}

# --- Doing a thing only when its inputs changed --------------------------------------------------------------------

fingerprint() {
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 cksum | cksum
}

# fresh STAMP PATH...: true when nothing below the paths changed since `stamp STAMP PATH...`.
fresh() {
  local stamp=$1
  shift
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint "$@")" ]
}

stamp() {
  local stamp=$1
  shift
  mkdir -p "$(dirname "$stamp")"
  fingerprint "$@" >"$stamp"
}

# --- Tools from Python ---------------------------------------------------------------------------------------------

COUNTERPARTS=tests/counterparts
VENV=tests/.venv

# venv NAME: a virtual environment with what tests/counterparts/NAME.txt pins.
venv() {
  local folder=$VENV/$1 list=$COUNTERPARTS/$1.txt
  [ -x "$folder/bin/python" ] && fresh "$folder/.installed" "$list" && return
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$list"
  stamp "$folder/.installed" "$list"
}

# --- Stages: quiet when they pass, all they said when they fail ----------------------------------------------------

SUMMARY=()
PASSED=0
FAILED=
FAILED_LOG=

# stage NAME FIGURE COMMAND...: runs the command with its output in a log. FIGURE is a pattern (grep -E): the last
# match in the log is shown beside the time. "N passed" in a figure counts towards the total. A function given as the
# command must chain its steps with &&: inside a condition the shell does not stop at an error by itself.
stage() {
  local name=$1 figure=$2 started=$SECONDS log found took passed
  shift 2
  mkdir -p "$LOGS"
  log=$LOGS/${name//[^a-z0-9]/-}.log
  printf '%-30s' "$name"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    printf 'FAILED after %s s\n' "$((SECONDS - started))"
    FAILED=$name
    FAILED_LOG=$log
    finish 1
  fi
  took=$((SECONDS - started))
  found=
  [ -z "$figure" ] || found=$(sed 's/\x1b\[[0-9;]*m//g' "$log" | { grep -oE "$figure" || true; } | tail -n 1)
  passed=$(grep -oE '[0-9]+ passed' <<<"$found" | grep -oE '[0-9]+' || true)
  PASSED=$((PASSED + ${passed:-0}))
  printf '%4s s  %s\n' "$took" "$found"
  SUMMARY+=("$(printf '%-30s%4s s  %s' "$name" "$took" "$found")")
}

# Ends a run of stages: the figures of all of them, what a failed one said (last, where a log cut short still shows
# it), then one plain line.
finish() {
  local failed=${1:-0}
  printf '\n%s\n' "$(basename "$0"): $((SECONDS / 60)) min $((SECONDS % 60)) s"
  [ "${#SUMMARY[@]}" -eq 0 ] || printf '  %s\n' "${SUMMARY[@]}"
  if [ -n "$FAILED" ]; then
    printf '\n%s failed. The end of %s:\n\n' "$FAILED" "$FAILED_LOG"
    tail -n 200 "$FAILED_LOG"
    printf '\n'
  fi
  printf '%s passed, %s failed%s\n' "$PASSED" "$failed" "${FAILED:+: $FAILED}"
  exit "$failed"
}

# --- The front end -------------------------------------------------------------------------------------------------

PAGE_SOURCES=(frontend/src frontend/public frontend/index.html frontend/package-lock.json frontend/vite.config.ts
  frontend/tsconfig.json frontend/postcss.config.mjs shared/domain/rules.json)

page_install() {
  local mark=frontend/node_modules/.atelier-install
  fresh "$mark" frontend/package-lock.json && return
  (cd frontend && npm ci --no-audit --no-fund --loglevel=error) &&
    stamp "$mark" frontend/package-lock.json
}

page_build() {
  local mark=frontend/node_modules/.atelier-build
  [ -f frontend/dist/index.html ] && fresh "$mark" "${PAGE_SOURCES[@]}" && return
  (cd frontend && npm run --silent build -- --logLevel warn) &&
    stamp "$mark" "${PAGE_SOURCES[@]}"
}
