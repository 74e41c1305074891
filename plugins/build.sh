#!/usr/bin/env bash
# Builds every sample plugin and packs it: artifacts/plugins/{slug}-{version}/ and {slug}-{version}.berth beside it.
# What did not change is not built again. Needs the .NET 10 SDK, and Node 20 or newer with npm.
set -euo pipefail
cd "$(dirname "$0")"

configuration="${1:-Debug}"
plugins=(Notes/1.0/Notes.1.0.csproj Notes/1.1/Notes.1.1.csproj CsvCharts/CsvCharts.csproj FeedReader/FeedReader.csproj)

fail() { echo "plugins/build.sh: $1" >&2; exit 1; }
command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: https://dot.net"
command -v npm >/dev/null || fail "Node 20 or newer with npm is missing: https://nodejs.org"
node_major="$(node --version | sed 's/^v\([0-9]*\).*/\1/')"
[ "$node_major" -ge 20 ] || fail "Node $(node --version) is too old: 20 or newer is needed"

number=0
for plugin in "${plugins[@]}"; do
  number=$((number + 1))
  echo "[$number/${#plugins[@]}] $(dirname "$plugin")"
  dotnet build "$plugin" --configuration "$configuration" --verbosity quiet --nologo -consoleLoggerParameters:NoSummary
done
