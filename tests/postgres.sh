#!/usr/bin/env bash
# A private PostgreSQL for tests: fresh data, a free port on 127.0.0.1, never as root.
#   postgres.sh start DIR   creates DIR, starts the server, prints the connection string (without a database name)
#   postgres.sh stop DIR    stops the server and removes DIR
# It installs nothing. Durability is off: these data live as long as a test run.
set -euo pipefail

fail() { echo "$*" >&2; exit 1; }

[ $# -eq 2 ] || fail "usage: postgres.sh start|stop DIR"
action=$1
dir=$2

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] && [ -x "$bin/initdb" ] || fail "PostgreSQL's server is not installed. Install it with: apt-get install -y postgresql"

# initdb and postgres refuse to run as root, so root steps down to Debian's account.
as_server() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 30000))
        (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    fail "no free port found"
}

case $action in
    start)
        mkdir -p "$dir"
        [ "$(id -u)" -ne 0 ] || chown postgres "$dir"
        chmod 700 "$dir"
        as_server "$bin/initdb" --pgdata "$dir/data" --username berth --auth trust --encoding UTF8 --locale C --no-sync >"$dir.log" 2>&1 \
            || fail "initdb failed: $(tail -n 3 "$dir.log")"
        for attempt in 1 2 3; do
            port=$(free_port)
            options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off"
            options="$options -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB"
            if as_server "$bin/pg_ctl" start --pgdata "$dir/data" --log "$dir/server.log" --wait --timeout 60 --options "$options" >>"$dir.log" 2>&1; then
                echo "Host=127.0.0.1;Port=$port;Username=berth;Maximum Pool Size=20"
                exit 0
            fi
        done
        fail "PostgreSQL did not start: $(tail -n 3 "$dir/server.log" 2>/dev/null || tail -n 3 "$dir.log")"
        ;;
    stop)
        as_server "$bin/pg_ctl" stop --pgdata "$dir/data" --mode immediate --wait >/dev/null 2>&1 || true
        rm -rf "$dir" "$dir.log"
        ;;
    *)
        fail "usage: postgres.sh start|stop DIR"
        ;;
esac
