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

# Counts, what failed, and whether the run came to its end, out of a run's results.
counter() { sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p" <<<"$(grep -o '<Counters [^>]*' "$1.trx" 2>/dev/null || true)"; }
failures() { grep -oE '<UnitTestResult [^>]*outcome="Failed"' "$1.trx" 2>/dev/null | grep -oE 'testName="[^"(]*' | cut -c11- | sort -u || true; }
complete() { [ -f "$1.trx" ] && ! grep -q 'Test Run Aborted\|test host process crashed' "$1.log"; }
show() { # what failed, and how
    { grep -vE '^\s*$' "$1.log" | sed -n '1,150p'; } || true
    { grep -oE 'testName="[^"]*"[^>]* outcome="Failed"|<Message>[^<]*' "$1.trx" 2>/dev/null | sed -n '1,40p'; } || true
}
run() { # run PROJECT RESULT [FILTER]; --blame-hang ends a test that hangs and names it
    dotnet test "$1" --no-build --nologo -v quiet --logger "trx;LogFileName=$(basename "$2").trx" --results-directory "$results" \
        --blame-hang-timeout 10m ${3:+--filter "$3"} >"$2.log" 2>&1
}

passed=0 failed=0 broken=0 again=0
for project in tests/*.Tests; do
    name=$(basename "$project")
    if [ $# -gt 0 ] && [ "$1" != "$name" ]; then continue; fi
    started=$SECONDS
    first=$results/$name whole=yes
    run "$project" "$first" || whole=no
    good=$(counter "$first" passed) total=$(counter "$first" total)
    if [ "${total:-0}" = 0 ]; then
        echo "$name: ran no test"
        show "$first"
        failed=$((failed + 1))
        continue
    fi
    if [ "$whole" = no ] || [ "$good" != "$total" ]; then
        show "$first"
        names=$(failures "$first")
        # A test that failed is run once more by itself, and a run that was cut off as a whole. What passes then is told as
        # such: it is a fault of the test or a rare one of the product, and somebody's work.
        second=$results/$name.again filter=
        if complete "$first" && [ -n "$names" ]; then filter=$(sed 's/^/FullyQualifiedName=/' <<<"$names" | paste -sd'|'); fi
        if [ "$(wc -l <<<"$names")" -gt 10 ]; then
            echo "$name: too many failed to try them again"
            broken=1
        elif run "$project" "$second" "$filter" && [ "$(counter "$second" total)" -gt 0 ] && [ "$(counter "$second" passed)" = "$(counter "$second" total)" ]; then
            if [ -z "$filter" ]; then total=$(counter "$second" total); fi
            good=$total again=$((again + 1))
            echo "$name: UNSTEADY, passed at the second try: $(paste -sd' ' <<<"${names:-the whole project}")"
        else
            echo "$name: failed again"
            show "$second"
            broken=1
        fi
    fi
    passed=$((passed + good)) failed=$((failed + total - good))
    echo "$name: $good of $total passed in $((SECONDS - started)) s"
    # What this machine could not show.
    { grep -ohE 'Not tried: [^<]*' "$first.trx" | sort -u | sed 's/^/  /'; } || true
done

if [ "$broken" = 1 ] && [ "$failed" = 0 ]; then failed=1; fi
if [ "$again" -gt 0 ]; then echo "$again projects with tests that passed only at the second try: see UNSTEADY above."; fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
