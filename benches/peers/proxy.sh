#!/usr/bin/env bash
# The recording proxy beside others, on one machine in one run: requests a second, processor time, latency, memory.
#
#   benches/peers/proxy.sh build          fetches and builds everything, and measures nothing
#   benches/peers/proxy.sh [SECONDS]      measures each case for SECONDS (default 5); prints Markdown for the README
#
# mwscope records everything it passes; hudsucker, nginx and mitmdump record nothing, except where it says "-w". All share
# the machine with the load and the server, which benches/load.rs is. Needs cargo, python3 and nginx; hudsucker and
# mitmproxy are fetched and built under target/peers. Handles are needed for the idle connections: ulimit -n 25000.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly ROOT=$PWD SECONDS_EACH=${1:-5} CONNECTIONS=32
readonly PEERS=$ROOT/target/peers
RUN=$(mktemp -d)
readonly RUN
STARTED=()

main() {
    trap stop_all EXIT
    ulimit -n "$(ulimit -Hn)"
    build
    [ "${1:-}" != build ] || return 0
    serve
    echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r | cut -d- -f1), $CONNECTIONS connections, $SECONDS_EACH s each; in brackets processor time an exchange"
    echo
    echo "| proxy | 1 KiB plain | 64 KiB plain | 1 KiB intercepted | 64 KiB intercepted |"
    echo "|---|---|---|---|---|"
    local proxy
    for proxy in mwscope hudsucker nginx mitmdump mitmdump-w; do throughput "$proxy"; done
    echo
    echo "| what | measured | wanted |"
    echo "|---|---|---|"
    ratios
    latency
    memory
    long_body
    idle
}

build() {
    {
        cargo build --release
        mkdir -p "$PEERS/src"
        cp benches/load.rs benches/peers/proxy/hudsucker.rs "$PEERS/src/"
        cat >"$PEERS/Cargo.toml" <<TOML
[package]
name = "peers"
version = "0.0.0"
edition = "2024"
[workspace]
[[bin]]
name = "load"
path = "src/load.rs"
[[bin]]
name = "hudsucker"
path = "src/hudsucker.rs"
[dependencies]
hudsucker = "0.25"
hyper-rustls = { version = "0.27", default-features = false, features = ["http1", "aws-lc-rs"] }
rcgen = { version = "0.14", default-features = false, features = ["ring", "pem", "crypto"] }
rustls = { version = "0.23", default-features = false, features = ["ring", "aws_lc_rs", "std", "tls12"] }
serde_json = "1"
tokio = { version = "1", features = ["full"] }
tokio-rustls = { version = "0.26", default-features = false, features = ["ring", "tls12"] }
TOML
        cargo build --release --manifest-path "$PEERS/Cargo.toml"
        [ -x "$PEERS/venv/bin/mitmdump" ] || python3 -m venv "$PEERS/venv"
        "$PEERS/venv/bin/pip" install --quiet --disable-pip-version-check mitmproxy
        openssl req -x509 -newkey rsa:2048 -nodes -keyout "$RUN/peer.key" -out "$RUN/peer.pem" -days 9 -subj "/CN=peers"
        cat "$RUN/peer.key" "$RUN/peer.pem" >"$RUN/mitmproxy-ca.pem"
    } >"$RUN/build.log" 2>&1 || { cat "$RUN/build.log" >&2; exit 1; }
    LOAD=$PEERS/target/release/load
}

serve() {
    "$LOAD" serve "$RUN" >"$RUN/ports" &
    STARTED+=($!)
    until [ -s "$RUN/ports" ]; do sleep 0.1; done
    read -r _ PLAIN _ TLS <"$RUN/ports"
}

# start PROXY: sets PID, VIA (options of the load) and BASE (of plain URLs).
start() {
    VIA=() BASE=http://127.0.0.1:$PLAIN
    local port=$((20000 + RANDOM % 10000))
    case $1 in
    mwscope)
        rm -rf "$RUN/case.mwscope" "$RUN/out"
        MWSCOPE_CONFIG_DIR=$RUN/config "$ROOT/target/release/mwscope" record --headless --listen "127.0.0.1:$port" \
            --extra-root "$RUN/ca.pem" "$RUN/case.mwscope" >"$RUN/out" 2>"$RUN/err" </dev/null &
        PID=$!
        until grep -qs "^case " "$RUN/out"; do sleep 0.1; done
        VIA=(--proxy "127.0.0.1:$port" --ca "$(sed -n 's/^ca //p' "$RUN/out")")
        ;;
    hudsucker)
        "$PEERS/target/release/hudsucker" "$port" "$RUN/peer.key" "$RUN/peer.pem" "$RUN/ca.pem" &
        PID=$!
        VIA=(--proxy "127.0.0.1:$port" --ca "$RUN/peer.pem")
        ;;
    nginx)
        mkdir -p "$RUN/nginx"
        cat >"$RUN/nginx.conf" <<CONF
worker_processes auto; daemon off; pid $RUN/nginx/pid; error_log $RUN/nginx/errors;
events { worker_connections 4096; }
http {
    access_log off; keepalive_requests 100000000;
    client_body_temp_path $RUN/nginx/1; proxy_temp_path $RUN/nginx/2; fastcgi_temp_path $RUN/nginx/3;
    uwsgi_temp_path $RUN/nginx/4; scgi_temp_path $RUN/nginx/5;
    upstream server { server 127.0.0.1:$PLAIN; keepalive 64; keepalive_requests 100000000; }
    server { listen 127.0.0.1:$port; location / { proxy_pass http://server; proxy_http_version 1.1; proxy_set_header Connection ""; } }
}
CONF
        nginx -c "$RUN/nginx.conf" &
        PID=$!
        BASE=http://127.0.0.1:$port
        ;;
    mitmdump | mitmdump-w)
        local write=()
        [ "$1" = mitmdump ] || write=(-w "$RUN/flows")
        "$PEERS/venv/bin/mitmdump" --quiet --listen-host 127.0.0.1 --listen-port "$port" --set confdir="$RUN" \
            --set ssl_verify_upstream_trusted_ca="$RUN/ca.pem" "${write[@]}" >/dev/null 2>&1 &
        PID=$!
        VIA=(--proxy "127.0.0.1:$port" --ca "$RUN/peer.pem")
        ;;
    esac
    STARTED+=("$PID")
    for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return; sleep 0.1; done
    echo "$1 did not start" >&2
    exit 1
}

# Not by an interrupt, which what a script has in the background may not hear. What doesn't end is ended.
stop() {
    kill "$PID" 2>/dev/null || true
    # Not into the output of whoever stops it, which would be waited for.
    (sleep 15; kill -KILL "$PID") >/dev/null 2>&1 &
    local late=$!
    wait "$PID" 2>/dev/null || true
    kill "$late" 2>/dev/null || true
}

stop_all() {
    local pid
    for pid in "${STARTED[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$RUN"
}

# Processor time of a proxy and its workers in hundredths of a second.
ticks() {
    local pid
    for pid in "$PID" $(pgrep -P "$PID"); do cat "/proc/$pid/stat" 2>/dev/null; done | awk '{ n += $14 + $15 } END { print n + 0 }'
}

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

resident() { awk '/^VmRSS/ { print $2 }' "/proc/$PID/status"; }

# One case: RATE_proxy_case gets the rate, and CELL the words.
declare -A RATE
measure() {
    local proxy=$1 name=$2 url=$3 before after result
    "$LOAD" ask "$url" "${VIA[@]}" --connections "$CONNECTIONS" --seconds 1 >/dev/null
    before=$(ticks)
    result=$("$LOAD" ask "$url" "${VIA[@]}" --connections "$CONNECTIONS" --seconds "$SECONDS_EACH")
    after=$(ticks)
    [ "$(field failed <<<"$result")" = None ] || echo "$proxy $name: $(field failed <<<"$result")" >&2
    RATE[$proxy,$name]=$(field per_second <<<"$result")
    CELL=$(awk -v rate="${RATE[$proxy,$name]}" -v n="$(field exchanges <<<"$result")" -v t=$((after - before)) \
        'BEGIN { printf "%d/s (%.0f µs)", rate, t * 10000 / n }')
}

throughput() {
    local proxy=$1 row="| $1" name url
    [ "$proxy" != mwscope ] || row="| **mwscope**, recording"
    for name in plain-1024 plain-65536 tls-1024 tls-65536; do
        local size=${name#*-}
        if [ "$proxy-${name%-*}" = nginx-tls ]; then
            row+=" | -"
            continue
        fi
        start "$proxy"
        url=$BASE/$size
        [ "${name%-*}" = plain ] || url=https://localhost:$TLS/$size
        measure "$proxy" "$name" "$url"
        row+=" | $CELL"
        stop
    done
    echo "$row |"
}

ratio() { awk -v a="${RATE[mwscope,$2]}" -v b="${RATE[$1,$2]}" 'BEGIN { printf "%.2f", a / b }'; }

ratios() {
    echo "| against hudsucker, 1 KiB plain, intercepted | $(ratio hudsucker plain-1024), $(ratio hudsucker tls-1024) | 0.9 |"
    echo "| against hudsucker, 64 KiB plain, intercepted | $(ratio hudsucker plain-65536), $(ratio hudsucker tls-65536) | 0.5 |"
    echo "| against nginx proxy_pass, 1 KiB | $(ratio nginx plain-1024) | 0.6 |"
    echo "| against mitmdump -w, 1 KiB plain, intercepted | $(ratio mitmdump-w plain-1024), $(ratio mitmdump-w tls-1024) | 20 |"
    echo "| against mitmdump -w, 64 KiB plain, intercepted | $(ratio mitmdump-w plain-65536), $(ratio mitmdump-w tls-65536) | 8 |"
}

latency() {
    local rate direct
    rate=$(awk -v r="${RATE[mwscope,plain-1024]}" 'BEGIN { printf "%d", r / 2 }')
    direct=$("$LOAD" ask "http://127.0.0.1:$PLAIN/1024" --rate "$rate" --seconds "$SECONDS_EACH" | field p99_ms)
    echo "| p99 added at half load ($rate/s) | $(added mwscope) ms | 2 ms |"
    echo "| the same by hudsucker, which records nothing | $(added hudsucker) ms | |"
}

# What a proxy adds to the 99th percentile at the rate of latency().
added() {
    local through
    start "$1"
    through=$("$LOAD" ask "$BASE/1024" "${VIA[@]}" --rate "$rate" --seconds "$SECONDS_EACH" | field p99_ms)
    stop
    awk -v a="$through" -v b="$direct" 'BEGIN { printf "%.2f", a - b }'
}

memory() {
    local first last
    start mwscope
    "$LOAD" ask "$BASE/1024" "${VIA[@]}" --requests 100000 >/dev/null
    first=$(resident)
    "$LOAD" ask "$BASE/1024" "${VIA[@]}" --requests 900000 >/dev/null
    last=$(resident)
    stop
    echo "| memory an exchange, from 100,000 to 1,000,000 | $(((last - first) * 1024 / 900000)) bytes | 200 bytes |"
}

# The most memory that a run needs for one body.
most() {
    start mwscope
    "$LOAD" ask "$BASE/$1" "${VIA[@]}" --connections 1 --requests 1 >/dev/null
    awk '/^VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$PID/status"
    stop
}

long_body() {
    local first last
    first=$(most 134217728)
    last=$(most 1073741824)
    echo "| most memory, 1 GiB body (128 MiB body) | $last MiB ($first MiB) | the same |"
}

idle() {
    local before after said=$RUN/idle
    start mwscope
    "$LOAD" ask "$BASE/1024" "${VIA[@]}" --requests 1000 >/dev/null
    before=$(resident)
    : >"$said"
    "$LOAD" idle "$BASE/1024" "${VIA[@]}" --connections 10000 --asked 4000 --seconds 60 >"$said" &
    local load=$!
    until grep -q '^open' "$said" || ! kill -0 "$load" 2>/dev/null; do sleep 0.2; done
    sleep 30
    after=$(resident)
    wait "$load"
    stop
    echo "| memory a connection, 10,000 idle for 60 s, 4,000 of which asked before | $(awk -v a="$before" -v b="$after" 'BEGIN { printf "%.1f", (b - a) / 10000 }') KiB | 32 KiB |"
    echo "| a new request then | $(tail -n 1 "$said" | field one_more_ms | cut -c1-5) ms | 50 ms |"
}

main "$@"
