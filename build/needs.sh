# What the scripts at the root need from the machine; sourced by them. Installs what Debian's packages offer.

need() { # need COMMAND_OR_FILE PACKAGE: installs the package when the command or file is missing
    if command -v "$1" >/dev/null 2>&1 || [ -e "$1" ]; then return; fi
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "$1 is missing: install it (Debian's package is $2) and start again." >&2
        exit 1
    fi
    local as=""
    if [ "$(id -u)" != 0 ]; then as="sudo"; fi
    echo "installing $2 …" >&2
    if ! { $as apt-get install -y -qq "$2" || { $as apt-get update -qq && $as apt-get install -y -qq "$2"; }; } >/dev/null 2>&1; then
        echo "$1 is missing and 'apt-get install $2' failed: install it and start again." >&2
        exit 1
    fi
}

need_dotnet() {
    if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks | grep -q '^1[0-9]\.'; then
        echo "The .NET 10 SDK is missing: see https://dot.net/download, then start again." >&2
        exit 1
    fi
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

need_node() {
    if ! command -v npm >/dev/null 2>&1 || [ "$(node --print 'process.versions.node.split(".")[0] >= 20')" != true ]; then
        echo "Node 20 or newer with npm is missing: see https://nodejs.org/en/download, then start again." >&2
        exit 1
    fi
}

need_verdaccio() { # the npm registry with its own Node, for benchmarks; anew when its pins change
    local to=artifacts/verdaccio
    if cmp -s bench/Verdaccio/package-lock.json "$to/package-lock.json" && [ -d "$to/node_modules" ]; then return; fi
    need_node
    mkdir -p "$to"
    cp bench/Verdaccio/package.json bench/Verdaccio/package-lock.json "$to/"
    echo "installing Verdaccio …" >&2
    if ! npm ci --prefix "$to" --ignore-scripts --no-audit --no-fund >artifacts/verdaccio.log 2>&1; then
        rm -rf "$to/node_modules"
        echo "Verdaccio cannot be installed (artifacts/verdaccio.log): its benchmarks are left out." >&2
        exit 1
    fi
}

# esbuild's native binary, with which the registry makes optimised variants; found there by a server in this checkout.
need_esbuild() {
    if [ build/esbuild/node_modules/.package-lock.json -nt build/esbuild/package-lock.json ]; then return; fi
    echo "installing esbuild …" >&2
    if ! npm ci --prefix build/esbuild --ignore-scripts --no-audit --no-fund --loglevel=error >&2; then
        echo "esbuild could not be installed: without it the registry makes no optimised variants." >&2
        return 1
    fi
    touch build/esbuild/node_modules/.package-lock.json
}

build() { # build CONFIGURATION PROJECT...: builds quietly, shows the log only when it fails
    local configuration=$1 log compiler=berth-build-$$
    shift
    mkdir -p artifacts
    log=artifacts/build.log
    : >"$log"
    for project in "$@"; do
        # One compiler for all projects, of this build alone: one a project loads the analyzers a hundred times.
        if ! UseSharedCompilation=true SharedCompilationId=$compiler dotnet build "$project" -c "$configuration" --nologo -v minimal -tl:off >>"$log" 2>&1; then
            grep -E 'error|warn' "$log" | sort -u | head -40 >&2
            echo "The build of $project failed; the whole log is $log." >&2
            pkill -f -- "-pipename:$compiler" || true
            exit 1
        fi
    done
    # It would wait for more work for ten minutes.
    pkill -f -- "-pipename:$compiler" || true
}
