# shellcheck shell=bash
# Delay, loss and rate of links. State: $run/world/shape/LINK, one KEY=VALUE a line.

shape_file() { echo "$run/world/shape/$1"; }

shape_read() { # NAME: sets the array `shape` to what the link is to be like
  local word changes=''
  declare -gA shape=()
  [ ! -e "$run/world/shape/$1" ] || changes=$(<"$run/world/shape/$1")
  for word in ${shape_of[$1]:-} $changes; do shape[${word%%=*}]=${word#*=}; done
}

# Without its unit a delay would be microseconds, and a rate bits.
shape_word() { # KEY=VALUE: or a mistake
  local number='[0-9]+(\.[0-9]+)?'
  [[ $1 =~ ^(delay|jitter)=$number(us|ms|s)$ || $1 =~ ^loss=(100|[0-9]{1,2}(\.[0-9]+)?)%?$ ||
    $1 =~ ^burst=[1-9][0-9.]*$ || $1 =~ ^rate=${number}[kmg]?bit$ ]] ||
    mistake "link: '$1': expected e.g. delay=40ms jitter=5ms loss=3% burst=4 rate=10mbit, or reset"
}

# Sets `netem` to the words for it; bursts by the Gilbert-Elliott model: `burst` packets on average.
shape_netem() {
  local loss=${shape[loss]:-0}
  loss=${loss%\%}
  netem=''
  [ -z "${shape[delay]:-}${shape[jitter]:-}" ] || netem+=" delay ${shape[delay]:-0ms} ${shape[jitter]:-}"
  if [ -n "${shape[burst]:-}" ] && [ "${loss%.*}" -lt 100 ]; then
    netem+=" loss gemodel $(awk -v loss="$loss" -v burst="${shape[burst]}" \
      'BEGIN { leave = 100 / burst; printf "%.4f%% %.4f%%", leave * loss / (100 - loss), leave }')"
  elif [ "$loss" != 0 ]; then
    netem+=" loss $loss%"
  fi
  [ -z "${shape[rate]:-}" ] || netem+=" rate ${shape[rate]}"
}

shape_end() { # NAME HOST:DEVICE: prints a line for `tc -batch`, if there is something to set
  local netem
  shape_read "$1"
  shape_netem
  [ -z "$netem" ] || echo "qdisc replace dev ${2#*:} root netem limit 20000$netem"
}

shape_apply() { # NAME
  local end line
  for end in "${owner_of[$1]}" "${peer_of[$1]}"; do
    line=$(shape_end "$1" "$end")
    if [ -n "$line" ]; then
      tc -n "${end%:*}" -batch - <<<"$line"
    else
      tc -n "${end%:*}" qdisc delete dev "${end#*:}" root 2>/dev/null || true
    fi
  done
}

shape_show() { # NAME
  local key
  shape_read "$1"
  printf '%s' "$1"
  for key in delay jitter loss burst rate; do
    [ -z "${shape[$key]:-}" ] || printf ' %s=%s' "$key" "${shape[$key]}"
  done
  echo
}

command_link() { # NAME [KEY=VALUE… | reset]
  local name=${1:-} word
  [ $# -gt 0 ] || { for name in "${links[@]}"; do shape_show "$name"; done; return; }
  shift
  links_named "$name"
  for word; do [ "$word" = reset ] || shape_word "$word"; done
  for name in "${named[@]}"; do
    [ $# -gt 0 ] || { shape_show "$name"; continue; }
    for word; do
      if [ "$word" = reset ]; then rm -f "$(shape_file "$name")"; else echo "$word" >>"$(shape_file "$name")"; fi
    done
    shape_apply "$name"
  done
}
