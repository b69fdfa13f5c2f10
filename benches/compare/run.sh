#!/usr/bin/env bash
# Compares boule with the Python package sortition-algorithms: benches/compare/run.sh DATE [SECONDS [POOL...]]
# SECONDS is the most processor time that one run may take (300). Without POOLs it runs all of them and writes
# benches/results/compare-DATE.md.
set -euo pipefail
date="${1:?which date? (it names the file of results)}"
limit="${2:-300}"
shift $(($# < 2 ? $# : 2))
cd "$(dirname "$0")/../.."

target="${CARGO_TARGET_DIR:-target}"
cargo build --release --locked --quiet -p speed --bin measure
venv="$target/compare/venv"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r benches/compare/requirements.txt

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
"$venv/bin/python" benches/compare/compare.py "$target/release/measure" "$target/compare/pools" "$date" "$limit" "$@"
