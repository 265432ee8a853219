# shellcheck shell=bash
# Delay, loss and rate of links. State: $run/world/shape/LINK, one KEY=VALUE a line.

shape_file() { echo "$run/world/shape/$1"; }

shape_read() { # NAME: sets the array `shape` to what the link is to be like
  local word changes=''
  declare -gA shape=()
  [ ! -e "$run/world/shape/$1" ] || changes=$(<"$run/world/shape/$1")
  for word in ${shape_of[$1]:-} $changes; do shape[${word%%=*}]=${word#*=}; done
}

# Sets `netem` to the words for it; bursts by the Gilbert-Elliott model: `burst` packets on average.
shape_netem() {
  netem=''
  [ -z "${shape[delay]:-}" ] || netem+=" delay ${shape[delay]} ${shape[jitter]:-}"
  if [ -n "${shape[loss]:-}" ] && [ -n "${shape[burst]:-}" ]; then
    netem+=" loss gemodel $(awk -v loss="${shape[loss]%\%}" -v burst="${shape[burst]}" \
      'BEGIN { leave = 100 / burst; printf "%.4f%% %.4f%%", leave * loss / (100 - loss), leave }')"
  elif [ -n "${shape[loss]:-}" ]; then
    netem+=" loss ${shape[loss]}"
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
