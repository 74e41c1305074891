#!/usr/bin/env bash
# Starts Berth with the sample plugins until Ctrl-C:   ./run.sh
# Tells the whole story without a person, and exits 0: ./run.sh demo [--users N] [--json]
set -euo pipefail
cd "$(dirname "$0")"
. ./build/needs.sh
need_dotnet
need_node
need_esbuild || true

echo "Building Berth and its sample plugins (a few minutes the first time) …" >&2
build Release src/Berth.Server src/Berth.Cli plugins/Plugins.slnx
berth() { dotnet src/Berth.Cli/bin/Release/net10.0/berth.dll "$@"; }

if [ "${1:-}" = demo ]; then
    shift
    export BERTH_SERVER_DLL="$PWD/src/Berth.Server/bin/Release/net10.0/berth-server.dll"
    exec dotnet src/Berth.Cli/bin/Release/net10.0/berth.dll demo --packages artifacts/plugins "$@"
elif [ $# -gt 0 ]; then
    echo "usage: ./run.sh [demo]" >&2
    exit 2
fi

# Without a token of your own, one is made up for this run: only this script knows it.
own_token=${BERTH_ADMIN_TOKEN:-}
export BERTH_ADMIN_TOKEN=${own_token:-run_$(head -c 24 /dev/urandom | base64 | tr -dc 'A-Za-z0-9')}
log=$(mktemp)
dotnet src/Berth.Server/bin/Release/net10.0/berth-server.dll >"$log" &
server=$!
stop() {
    trap - INT TERM EXIT
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -f "$log"
}
trap 'stop; exit 0' INT TERM
trap stop EXIT

for _ in $(seq 600); do
    if grep -q '^Registry: ' "$log"; then break; fi
    if ! kill -0 "$server" 2>/dev/null; then wait "$server" || exit $?; exit 1; fi
    sleep 0.1
done
host=$(sed -n 's/^Host: //p' "$log")
registry=$(sed -n 's/^Registry: //p' "$log")
# What is published never changes: after a rebuild with other tools the packages may differ from those in the data folder.
BERTH_TOKEN=$BERTH_ADMIN_TOKEN berth publish --server "$host" --quiet artifacts/plugins/*.berth ||
    echo "Some sample plugins are published already with other bytes; those stay." >&2
link=$(BERTH_TOKEN=$BERTH_ADMIN_TOKEN berth users link --server "$host" --quiet)

cat <<TEXT

Berth is running, and its sample plugins are published. Data is in ${BERTH_DATA_DIR:-./data}.

  Host       $host
  Registry   $registry
  Sign in    $link   (once, within an hour)

Then, in another terminal:

  alias berth='dotnet $PWD/src/Berth.Cli/bin/Release/net10.0/berth.dll'
  berth login $link
  berth search
  berth install Notes

Ctrl-C stops it.
TEXT
wait "$server"
