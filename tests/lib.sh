# For the scripts of this folder: servers that are started, asked and stopped, and checks that are counted.

scratch=$(mktemp -d)
servers=()
passed=0
failed=0

stop_servers() {
    [ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2>/dev/null || true
    wait
    rm -rf "$scratch"
}
trap stop_servers EXIT

# start PACKAGE: runs the package's program as it was built; its base is in `base` afterwards.
start() {
    local out=$scratch/$1.out
    : >"$out"
    PORT=0 RUST_LOG=${RUST_LOG:-off} DATABASE_URL=${DATABASE_URL:-"sqlite://$scratch/$1.db"} \
        "${CARGO_TARGET_DIR:-$root/target}/debug/$1" >"$out" &
    servers+=($!)
    for _ in $(seq 300); do grep -q "docs at" "$out" && break; sleep 0.1; done
    base=$(sed -n 's/^Listening on \(http[^ ]*\).*/\1/p' "$out")
    [ -n "$base" ] || { echo "$1 did not start"; cat "$out"; exit 1; }
}

# step NAME COMMAND…: one check; what it printed is shown if it fails.
step() {
    local name=$1
    shift
    if "$@" >"$scratch/log" 2>&1; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf '%s\n' "$name"
        tail -n 60 "$scratch/log"
    fi
}

# The last line of a script: the count, and the code.
finish() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ]
}
