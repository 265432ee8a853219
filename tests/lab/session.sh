# shellcheck shell=bash
# Sessions with the gateway itself, and what it asks of the world. Sourced by the scenarios that need them.

session_serves() { # HOST PORT: until the world goes
  (process_start "$1" "served-$2" python3 "$lab/session.py" serve "$2" "/run/lab/$1/asked-$2") ||
    failed "$1 serves port $2"
  sleep 1
}

# FROM ADDRESS PORT
session_answers() { ip netns exec "$1" python3 "$lab/session.py" ask "$2" "$3"; }
datagram_answers() { ip netns exec "$1" python3 "$lab/session.py" datagram "$2" "$3"; }

session_holds() { # NAME FROM ADDRESS PORT: until session_ends NAME
  (process_start "$2" "held-$1" python3 "$lab/session.py" hold "$3" "$4" "/run/lab/$2/held-$1.json") ||
    failed "the session $1 was opened"
  eval "session_from_$1=$2"
}

session_ends() { # NAME: sets `session` to its figures
  local from_name=session_from_$1 from
  from=${!from_name}
  (process_stop "$from" "held-$1")
  session=$(cat "/run/lab/$from/held-$1.json" 2>/dev/null) || session='{"reset": true}'
}

# NAME MS: it went on, with no gap longer than MS; figure gap_NAME_ms.
session_went_on() {
  session_ends "$1"
  figure "gap_$1_ms" "$(jq '.gap_ms // null' <<<"$session")"
  expect "the session $1 went on (${session:-})" jq -e --argjson most "$2" \
    '(.reset | not) and .sent >= 20 and .received >= .sent - 20 and .gap_ms <= $most' <<<"$session"
}
