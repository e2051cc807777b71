#!/usr/bin/env bash
# How fast captures are read, beside tshark on the same generated captures in the same run. Prints Markdown.
#
#   benches/peers/captures.sh [MIB] [LARGEST_MIB]    the captures' size (default 500), and the last of the table
#                                                    (default MIB)
#
# Needs Debian or Ubuntu for what it installs, and disk for the largest capture and one of MIB. Every figure of ours is
# the best of three runs on a warm page cache; tshark, which takes long, runs once. Seconds are wall-clock.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly MIB=${1:-500} LARGEST=${2:-${1:-500}}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/mwscope-bench.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
export NO_COLOR=1
readonly BIN=$PWD/target/release/mwscope MADE=$WORK/made.pcap

missing=()
for tool in tshark:tshark /usr/bin/time:time; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
    export DEBIAN_FRONTEND=noninteractive
    $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
cargo build --release --quiet
cargo build --bench captures --release --quiet
GENERATE=$(find target/release/deps -maxdepth 1 -name 'captures-*' -perm -u+x ! -name '*.d' -printf '%T@ %p\n' | sort -rn | head -n 1 | cut -d' ' -f2)

# made MIB [loss]: writes the capture, and reads it once so that it is in memory; says what is in it.
made() {
    "$GENERATE" generate "$(($1 * 1048576))" "$MADE" "${@:2}"
    cat "$MADE" >/dev/null
}

# seconds COMMAND...: wall-clock.
seconds() { { TIMEFORMAT=%R; time "$@" >/dev/null 2>&1; } 2>&1; }

# best COMMAND...: the least of three runs.
best() { for _ in 1 2 3; do seconds "$@"; done | sort -n | head -n 1; }

# peak COMMAND...: resident memory in KiB.
peak() { /usr/bin/time -f %M "$@" 2>&1 >/dev/null | tail -n 1; }

divided() { awk "BEGIN { printf \"%.${3:-1}f\", $1 / $2 }"; }
by_tshark() {
    tshark -r "$MADE" -Y http -T fields -e tcp.stream -e http.request.method -e http.request.uri \
        -e http.response.code -e http.content_length "$@"
}
by_tshark_reordering() { by_tshark -o tcp.reassemble_out_of_order:TRUE "$@"; }

echo "$(nproc) processors, $(tshark --version | head -n 1)"
echo
echo "| capture | \`packets\` | MiB/s | \`packets --streams\` | tshark without \`xml\` | ratio | tshark as it comes | ratio |"
echo "|---|---|---|---|---|---|---|---|"
for loss in "" loss; do
    what=$(made "$MIB" $loss)
    tshark=by_tshark
    [ -z "$loss" ] || tshark=by_tshark_reordering
    ours=$(best "$BIN" packets --format ndjson "$MADE")
    streams=$(best "$BIN" packets --streams --format ndjson "$MADE")
    lean=$(seconds $tshark --disable-protocol xml)
    plain=$(seconds $tshark)
    echo "| $MIB MiB${loss:+, with loss}: $what | $ours s | $(divided "$MIB" "$ours" 0) | $streams s | $lean s | $(divided "$lean" "$ours") | $plain s | $(divided "$plain" "$ours") |"
done

echo
echo "| capture | packets | seconds | MiB/s | resident | bytes a packet |"
echo "|---|---|---|---|---|---|"
# What a capture of next to nothing takes is no matter of its packets.
made 1 >/dev/null
empty=$(peak "$BIN" packets --format ndjson "$MADE")
size=5
while [ "$size" -le "$LARGEST" ]; do
    packets=$(made "$size" | cut -d' ' -f1)
    took=$(best "$BIN" packets --format ndjson "$MADE")
    memory=$(peak "$BIN" packets --format ndjson "$MADE")
    each=$(awk "BEGIN { more = $memory - $empty; printf \"%.0f\", (more > 0 ? more : 0) * 1024 / $packets }")
    echo "| $size MiB | $packets | $took | $(divided "$size" "$took" 0) | $((memory / 1024)) MiB | $each |"
    if [ "$size" -lt "$LARGEST" ] && [ $((size * 10)) -gt "$LARGEST" ]; then size=$LARGEST; else size=$((size * 10)); fi
done
