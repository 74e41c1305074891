#!/usr/bin/env bash
# Builds every sample plugin and packs it: artifacts/plugins/{slug}-{version}/ and {slug}-{version}.berth beside it.
# What did not change is not built again. Needs the .NET 10 SDK, and Node 20 or newer with npm.
# Usage: plugins/build.sh [Debug|Release]
set -euo pipefail
cd "$(dirname "$0")"

fail() { echo "plugins/build.sh: $1" >&2; exit 1; }
command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: https://dot.net"
command -v node >/dev/null && command -v npm >/dev/null || fail "Node 20 or newer with npm is missing: https://nodejs.org"
[ "$(node --print 'process.versions.node.split(".")[0] >= 20')" = true ] || fail "Node $(node --version) is too old: 20 or newer is needed"

echo "building the sample plugins (the first time fetches their npm packages)"
dotnet build Plugins.slnx --configuration "${1:-Debug}" --nologo --verbosity minimal -tl:off -consoleLoggerParameters:NoSummary

cd ../artifacts/plugins
echo "packed in artifacts/plugins:"
for package in *.berth; do
  echo "  $package  $(($(wc -c <"$package") / 1024)) KiB"
done
