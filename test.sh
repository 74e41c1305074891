#!/usr/bin/env bash
# Runs every test. Installs what the tests need, and ends with "N passed, N failed".
# One project only: ./test.sh Berth.Host.Tests
set -euo pipefail
cd "$(dirname "$0")"
. ./build/needs.sh
need_dotnet
need_node
need_esbuild
need /usr/share/postgresql-common/pg_wrapper postgresql
need /usr/bin/chromium chromium
need python3 python3
need bwrap bubblewrap
need setpriv util-linux
need /usr/sbin/ip iproute2
need runc runc
need podman podman

echo "Building everything (details in artifacts/build.log) …"
build Debug Berth.slnx

results=$(mktemp -d)
postgres=$(mktemp -d)
finish() {
    tests/postgres.sh stop "$postgres" >/dev/null 2>&1 || true
    rm -rf "$results" "$postgres"
}
trap finish EXIT
BERTH_TEST_POSTGRES=$(tests/postgres.sh start "$postgres")
export BERTH_TEST_POSTGRES

passed=0 failed=0 broken=0
for project in tests/*.Tests; do
    name=$(basename "$project")
    if [ $# -gt 0 ] && [ "$1" != "$name" ]; then continue; fi
    started=$SECONDS
    log=$results/$name.log
    # --blame-hang ends a test that hangs and names it.
    if ! dotnet test "$project" --no-build --nologo -v quiet --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
        --blame-hang-timeout 10m >"$log" 2>&1; then broken=1; fi
    counters=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null || true)
    good=$(sed -n 's/.* passed="\([0-9]*\)".*/\1/p' <<<"$counters")
    total=$(sed -n 's/.* total="\([0-9]*\)".*/\1/p' <<<"$counters")
    if [ -z "$total" ] || [ "$total" = 0 ]; then
        echo "$name: ran no test"
        failed=$((failed + 1))
    else
        passed=$((passed + good)) failed=$((failed + total - good))
        echo "$name: $good of $total passed in $((SECONDS - started)) s"
    fi
    # What this machine could not show.
    grep -ohE 'Not tried: [^<]*' "$results/$name.trx" 2>/dev/null | sort -u | sed 's/^/  /' || true
    if [ -z "$total" ] || [ "$good" != "$total" ] || grep -q 'Test Run Aborted\|test host process crashed' "$log"; then
        grep -vE '^\s*$' "$log" | head -150
        # What failed, and how.
        grep -oE 'testName="[^"]*"[^>]* outcome="Failed"|<Message>[^<]*' "$results/$name.trx" 2>/dev/null | head -40
        broken=1
    fi
done

if [ "$broken" = 1 ] && [ "$failed" = 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
