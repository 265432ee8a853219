# shellcheck shell=bash
# Scenarios in guests side by side. Sourced by `run`, on the machine.
#
# A guest computes on one processor, however many it is given: two of them do twice the work. Each takes the
# next run when it has done one. A world is dear: the first guest that needs one of a kind makes it and is saved
# with it, and every run of that kind, in whichever guest, begins by loading that.

# Of many runs of each scenario: how many passed, and the worst and the median of what counts.
summary() { # RESULTS
  jq -sc 'def of($name): [.[][$name] | numbers] | sort |
      if length == 0 then null else {worst: last, median: .[(length / 2 | floor)]} end;
    [group_by(.scenario)[] | {summary: .[0].scenario, runs: length, passed: map(select(.passed)) | length,
      outage_ms: of("outage_ms"), outage_up_ms: of("outage_up_ms"), outage_down_ms: of("outage_down_ms"),
      packets_lost: of("packets_lost"), tcp_stall_ms: of("tcp_stall_ms")}][]' "$1"
}

# Sets `kind`, `name` and `number` to the next run that is due. Status 1: there is none. First one of a kind that
# nobody has made yet, so that no guest waits for a world in the end; last one of a kind that is being made.
take() {
  {
    flock 8
    read -r kind name number < <(awk -v kinds="$(cd "$work" && echo made-* making-*)" '
      { rank = index(kinds " ", "made-" $1 " ") ? 2 : index(kinds " ", "making-" $1 " ") ? 3 : 1 }
      !best || rank < best { best = rank; line = $0 }
      END { print line }' "$work/due")
    sed -i "/^$kind $name $number\$/d" "$work/due"
    [ -z "$name" ] || : >>"$work/making-$kind"
  } 8>"$work/lock"
  [ -n "$name" ]
}

# The world of a kind, made by the first that comes; who comes while it is being made waits. One that did not come
# up counts as a failure, though each run then makes its own. One that could only not be saved does not.
world_saved() { # GUEST: uses `kind` and `name`
  {
    flock 7
    if [ ! -e "$work/made-$kind" ]; then
      began=$SECONDS status=0
      "$lab/vm" --guest "$1" --timeout 1200 --save "$saves/$kind" -- "$lab/run" --world "$name" 7>&- || status=$?
      [ $status = 0 ] || echo "run: no world $kind was saved ($status)" >&2
      [ $status = 0 ] || [ $status = 126 ] || : >"$work/broken-$kind"
      : >"$work/made-$kind"
      echo "  (world $kind: $((SECONDS - began)) s of the machine's time)"
    fi
  } 7>"$work/making-$kind"
}

# Seconds of the machine's time, after which a scenario hangs.
patience() { if [ -e "$lab/outside/$1" ]; then echo 3600; else echo 1200; fi; } # NAME

guest_works() { # NUMBER
  local kind name number output=$work/output-$1 status began
  while take; do
    world_saved "$1"
    status=0 began=$SECONDS
    "$lab/vm" --guest "$1" --load "$saves/$kind" --timeout "$(patience "$name")" -- "$lab/run" "$name" "$number" >"$output" 2>&1 || status=$?
    {
      flock 8
      cat "$output"
      if [ $status -le 1 ]; then
        grep '^{"scenario"' "$output" >>"$work/results"
      else
        echo "run: $name, run $number: ended with $status"
      fi
      echo "  ($name: $((SECONDS - began)) s of the machine's time)"
    } 8>"$work/lock"
  done
}

abandon() { # GUESTS
  local job number
  trap '' INT TERM HUP
  for job in $(jobs -p); do kill -TERM -- "-$job" 2>/dev/null; done
  wait
  for ((number = 1; number <= $1; number++)); do "$lab/vm" --guest $number --stop; done
  exit 130
}

run_all() { # [--runs N] [--guests N] [NAME…]
  local runs=1 guests kind name number
  local -a names=()
  guests=$(nproc)
  while [ $# -gt 0 ]; do
    case $1 in
      --runs) runs=${2:-}; shift $(($# > 1 ? 2 : 1)) ;;
      --guests) guests=${2:-}; shift $(($# > 1 ? 2 : 1)) ;;
      -h | --help) sed -n '2,/^set -uo/s/^# \{0,1\}//p' "$lab/run" | sed '$d'; return ;;
      -*) echo "run: unknown option $1" >&2; return 2 ;;
      *) names+=("$1"); shift ;;
    esac
  done
  [ ${#names[@]} -gt 0 ] || mapfile -t names < <(cd "$lab/scenarios" && ls)
  [[ $runs =~ ^[1-9][0-9]*$ && $guests =~ ^[1-9][0-9]*$ ]] ||
    { echo 'run: --runs and --guests want a number from 1' >&2; return 2; }
  for name in "${names[@]}"; do
    [ -r "$(scenario_file "$name")" ] || { echo "run: no such scenario: $name" >&2; return 2; }
    [ ! -x "$(scenario_file "$name").prepare" ] || "$(scenario_file "$name").prepare" || return 1
  done

  # A saved world is 0.7 GB, and of no use after this run, nor after one that was killed.
  for saves in "${XDG_CACHE_HOME:-$HOME/.cache}"/kaido-lab/worlds.*; do
    kill -0 "${saves##*.}" 2>/dev/null || rm -rf "$saves"
  done
  saves=${XDG_CACHE_HOME:-$HOME/.cache}/kaido-lab/worlds.$$
  work=$(mktemp -d)
  trap 'rm -rf "$work" "$saves"' EXIT
  : >"$work/results"
  for name in "${names[@]}"; do
    for ((number = 1; number <= runs; number++)); do
      kind=$(world_wanted "$name" | tr ' ' _)
      echo "${kind:-default} $name $number"
    done
  done >"$work/due"
  [ "$guests" -le "$(wc -l <"$work/due")" ] || guests=$(wc -l <"$work/due")
  set -m # each worker a process group, to be ended whole
  for ((number = 1; number <= guests; number++)); do guest_works $number & done
  trap 'abandon "$guests"' INT TERM HUP
  wait
  trap - INT TERM HUP

  [ "$runs" = 1 ] || summary "$work/results"
  local passed failed
  passed=$(grep -c '"passed":true' "$work/results")
  failed=$((${#names[@]} * runs - passed + $(find "$work" -name 'broken-*' | wc -l)))
  echo "$passed passed, $failed failed"
  [ $failed = 0 ]
}
