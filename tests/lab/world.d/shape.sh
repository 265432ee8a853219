# shellcheck shell=bash
# Delay, loss and rate of links. State: $run/world/shape/LINK, one KEY=VALUE a line.

shape_file() { echo "$run/world/shape/$1"; }

shape_read() { # NAME: sets the array `shape` to what the link is to be like
  local word
  declare -gA shape=()
  for word in ${shape_of[$1]:-} $(cat "$(shape_file "$1")" 2>/dev/null); do
    shape[${word%%=*}]=${word#*=}
  done
}

# Words for netem; bursts by the Gilbert-Elliott model: a burst has `burst` packets on average.
shape_netem() {
  local words=''
  [ -z "${shape[delay]:-}" ] || words+=" delay ${shape[delay]} ${shape[jitter]:-}"
  if [ -n "${shape[loss]:-}" ] && [ -n "${shape[burst]:-}" ]; then
    words+=" loss gemodel $(awk -v loss="${shape[loss]%\%}" -v burst="${shape[burst]}" \
      'BEGIN { leave = 100 / burst; printf "%.4f%% %.4f%%", leave * loss / (100 - loss), leave }')"
  elif [ -n "${shape[loss]:-}" ]; then
    words+=" loss ${shape[loss]}"
  fi
  [ -z "${shape[rate]:-}" ] || words+=" rate ${shape[rate]}"
  echo "$words"
}

shape_apply() { # NAME
  local end words
  shape_read "$1"
  words=$(shape_netem)
  for end in "${owner_of[$1]}" "${peer_of[$1]}"; do
    if [ -n "$words" ]; then
      # shellcheck disable=SC2086
      tc -n "${end%:*}" qdisc replace dev "${end#*:}" root netem limit 20000 $words
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
  for name in $(link_names "$name"); do
    [ $# -gt 0 ] || { shape_show "$name"; continue; }
    for word; do
      case $word in
        reset) rm -f "$(shape_file "$name")" ;;
        delay=* | jitter=* | loss=* | burst=* | rate=*) echo "$word" >>"$(shape_file "$name")" ;;
        *) fail "link: expected delay= jitter= loss= burst= rate= or reset, not $word" ;;
      esac
    done
    shape_apply "$name"
  done
}
