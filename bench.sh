#!/usr/bin/env bash
# Runs benchmarks with their peers in the same run: ./bench.sh [--quick] [--long] [b1 b2 b3 b4 b5 b5-million b6 b6-million b7 b7-shapes b8 b8-process b9 b9-crashes b9-reload b10 b10-database b12 b13 b13-crash b14 scan workers workers-memory]
# Prints a Markdown table and writes bench/results/latest.md and bench/results/latest.json.
set -euo pipefail
cd "$(dirname "$0")"
. ./build/needs.sh
need_dotnet
# Without these the benchmarks that need them say so; the others run all the same.
(need wrk wrk) || true
(need /usr/sbin/nginx nginx-light) || true
(need_verdaccio) || true
(need_node && need_esbuild) || true

echo "Building Release (details in artifacts/build.log) …" >&2
build Release src/Berth.Server bench/Berth.Bench
exec dotnet bench/Berth.Bench/bin/Release/net10.0/berth-bench.dll "$@"
