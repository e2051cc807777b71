#!/usr/bin/env bash
# screen.sh MWSCOPE CASE: opens a case in a real terminal (tmux), goes to the failing call and its dump, and leaves.
# The terminal must be as it was afterwards: same settings, no alternate screen, cursor shown. Then colour, as it was asked for.
set -euo pipefail

BIN=$(realpath "$1") CASE=$(realpath "$2")
readonly BIN CASE
work=$(mktemp -d)
readonly TMUX=(tmux -L "mwscope-$$" -f /dev/null)
trap '"${TMUX[@]}" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

cat >"$work/session" <<SESSION
stty -g >"$work/before"
echo the-shell-before
"$BIN" open "$CASE"
echo "\$?" >"$work/status"
stty -g >"$work/after"
echo the-shell-after
sleep 60
SESSION

screen() { "${TMUX[@]}" capture-pane -p; }

# Waits until the screen shows TEXT; fails with the screen as it is.
shows() {
    for _ in $(seq 100); do
        if screen | grep -qF -- "$1"; then return; fi
        sleep 0.1
    done
    echo "the screen never showed '$1':"
    screen
    return 1
}

"${TMUX[@]}" new-session -d -x 120 -y 36 "bash $work/session"
shows "569 shown"
[ "$("${TMUX[@]}" display-message -p '#{alternate_on}')" = 1 ] || { echo "no alternate screen"; exit 1; }
"${TMUX[@]}" send-keys e
shows "Unable to execute MPD!"
"${TMUX[@]}" send-keys d
shows "READ_DSP ICFCMD"
shows "dump_20260113_101507_CRS008_0017.log"
for _ in 1 2 3; do
    [ -f "$work/status" ] || "${TMUX[@]}" send-keys q
    sleep 0.5
done
shows "the-shell-after"
shows "the-shell-before"
[ "$(cat "$work/status")" = 0 ] || { echo "open ended with $(cat "$work/status")"; exit 1; }
diff "$work/before" "$work/after" || { echo "the terminal's settings changed"; exit 1; }
[ "$("${TMUX[@]}" display-message -p '#{alternate_on}#{cursor_flag}')" = 01 ] || { echo "alternate screen or cursor left changed"; exit 1; }

# coloured WANTED VARIABLES ARGUMENTS: whether there is red and yellow on the screen.
coloured() {
    "${TMUX[@]}" respawn-pane -k "env -u NO_COLOR $2 '$BIN' open '$CASE' $3"
    shows "569 shown"
    local is=no
    if "${TMUX[@]}" capture-pane -pe | grep -qE $'\e\\[([0-9;]*;)?(3[1-6]|38;5;[1-6])m'; then is=yes; fi
    [ "$is" = "$1" ] || { echo "colour: $is with $2 $3"; exit 1; }
}

coloured yes "" ""
coloured no "NO_COLOR=1" ""
coloured no "MWSCOPE_COLOUR=never" ""
coloured no "" "--colour never"
coloured yes "NO_COLOR=1 MWSCOPE_COLOUR=never" "--colour always"
# The theme's own colours, where it has some.
"${TMUX[@]}" respawn-pane -k "env -u NO_COLOR COLORTERM=truecolor MWSCOPE_THEME=dark '$BIN' open '$CASE'"
shows "569 shown"
"${TMUX[@]}" capture-pane -pe | grep -q '38;2;255;138;112' || { echo "the dark theme isn't shown"; exit 1; }

# The start page: text that is pasted becomes a source, a path that is dropped is opened.
readonly START="cd '$work' && MWSCOPE_CONFIG_DIR='$work/config' '$BIN'"
pastes() { "${TMUX[@]}" set-buffer -b pasted -- "$1" \; paste-buffer -p -b pasted; }
"${TMUX[@]}" respawn-pane -k "$START"
shows "No case open."
pastes "2026-01-13 10:15:07,451 ERROR [mws-worker-8] m3.program - Abnormal termination
2026-01-13 10:15:07,463 ERROR [mws-worker-8] mws.service - Facility.Create ended with fault"
shows "the pasted text is a source now: log, 2 items"
"${TMUX[@]}" respawn-pane -k "$START"
shows "No case open."
pastes "'$CASE'"
shows "569 shown"
