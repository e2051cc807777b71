#!/usr/bin/env bash
# How fast logs are read, beside wc, ripgrep, lnav and gzip on the same generated log in the same run. Prints Markdown.
#
#   benches/peers/logs.sh [MIB] [LARGEST_MIB]    the log's size (default 1024), and the largest of the table of sizes
#                                                (default MIB; 10240 for the table from 10 MiB to 10 GiB)
#
# Needs Debian or Ubuntu for what it installs, and disk for twice the largest log. Every figure is the best of three
# runs on a warm page cache, the index made anew and written each time unless the row says otherwise.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly MIB=${1:-1024} LARGEST=${2:-${1:-1024}}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/mwscope-bench.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
export MWSCOPE_CACHE=$WORK/cache NO_COLOR=1
readonly BIN=$PWD/target/release/mwscope LOG=$WORK/made.log
readonly PATTERN='answered in 4[0-9]{3} ms' RARE='correlation 99999[0-9]'

missing=()
for tool in rg:ripgrep lnav:lnav gzip:gzip /usr/bin/time:time; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
    $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
cargo build --release --quiet
cargo build --bench logs --release --quiet
GENERATE=$(find target/release/deps -maxdepth 1 -name 'logs-*' -perm -u+x ! -name '*.d' -printf '%T@ %p\n' | sort -rn | head -n 1 | cut -d' ' -f2)

# made MIB: writes the log, and reads it once so that it is in memory.
made() {
    "$GENERATE" generate "$(($1 * 1048576))" "$LOG"
    cat "$LOG" >/dev/null
}

# best FIRST COMMAND...: the least wall-clock seconds of three runs; FIRST is run before each.
best() {
    local first=$1 least=
    shift
    for _ in 1 2 3; do
        $first
        local seconds
        seconds=$({ TIMEFORMAT=%R; time "$@" >/dev/null 2>&1; } 2>&1)
        if [ -z "$least" ] || awk "BEGIN { exit !($seconds < $least) }"; then least=$seconds; fi
    done
    echo "$least"
}

# peak FIRST COMMAND...: resident memory in MiB.
peak() {
    $1
    shift
    /usr/bin/time -f %M "$@" 2>&1 >/dev/null | tail -n 1 | awk '{ printf "%.0f", $1 / 1024 }'
}

forget() { rm -rf "$MWSCOPE_CACHE"; }
ratio() { awk "BEGIN { printf \"%.2f\", $1 / $2 }"; }
rate() { awk "BEGIN { printf \"%.2f GiB/s\", $1 / 1024 / $2 }"; }
first_hundred() { "$BIN" log "$LOG" | head -n 100; }
rg_count() { rg -c "$1" "$LOG"; }
lnav_count() { lnav -n -c ";select count(*) from all_logs" -c ':write-csv-to -' "$LOG"; }
unpacked() { gzip -dc "$LOG.gz"; }

made "$MIB"
echo "$MIB MiB, $(nproc) processors, $(lnav -V), $(rg -V | head -n 1)"
echo
echo "| what | seconds | beside | seconds | ratio |"
echo "|---|---|---|---|---|"
wc=$(best true wc -l "$LOG")
stats=$(best forget "$BIN" log --stats "$LOG")
echo "| \`log --stats\`, index written ($(rate "$MIB" "$stats")) | $stats | \`wc -l\` | $wc | $(ratio "$stats" "$wc") |"
lnav=$(best true lnav_count)
echo "| the same | $stats | lnav, counting its records | $lnav | $(ratio "$stats" "$lnav") |"
for pattern in "$PATTERN" "$RARE"; do
    "$BIN" log --stats "$LOG" >/dev/null
    ours=$(best true "$BIN" log --stats --grep "$pattern" "$LOG")
    rg=$(best true rg_count "$pattern")
    echo "| \`log --stats --grep '$pattern'\`, indexed | $ours | \`rg -c\` | $rg | $(ratio "$ours" "$rg") |"
done
again=$(best true "$BIN" log --stats "$LOG")
echo "| reopened, unchanged | $again | | | |"
first=$(best forget first_hundred)
echo "| first 100 records, no index yet | $first | | | |"
gzip -1 -k "$LOG"
ours=$(best forget "$BIN" log --stats "$LOG.gz")
gz=$(best true unpacked)
echo "| \`log --stats\` of a .gz | $ours | \`gzip -dc\` | $gz | $(ratio "$ours" "$gz") |"
rm "$LOG.gz"
echo "| resident, $MIB MiB | $(peak forget "$BIN" log --stats "$LOG") MiB | | | |"

echo
echo "| log | seconds | GiB/s | resident | index | reopened | first 100 records |"
echo "|---|---|---|---|---|---|---|"
for size in 10 100 1024 10240; do
    [ "$size" -le "$LARGEST" ] || break
    name=$([ "$size" -lt 1024 ] && echo "$size MiB" || echo "$((size / 1024)) GiB")
    made "$size"
    seconds=$(best forget "$BIN" log --stats "$LOG")
    memory=$(peak forget "$BIN" log --stats "$LOG")
    index=$(du -cm "$MWSCOPE_CACHE"/logs/*.index 2>/dev/null | tail -n 1 | cut -f1)
    again=$(best true "$BIN" log --stats "$LOG")
    first=$(best forget first_hundred)
    echo "| $name | $seconds | $(rate "$size" "$seconds" | cut -d' ' -f1) | $memory MiB | ${index:-0} MiB | $again s | $first s |"
done
