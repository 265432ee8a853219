# shellcheck shell=bash
# What a failed scenario leaves: everything that one would ask for first. No keys.

keep_evidence() { # NAME: copies to the build folder, where the machine sees it too
  local folder=${KAIDO_BUILD:?}/lab-failures/$1 host file
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$scratch"/*.pcap "$folder/" 2>/dev/null
  printf '%s\n' "${failures[@]}" >"$folder/failures"
  world status >"$folder/world" 2>&1
  journalctl --no-pager -o short-monotonic >"$folder/journal" 2>&1
  for file in /run/lab/*/*.log; do
    [ -e "$file" ] || continue
    host=$(basename "$(dirname "$file")")
    mkdir -p "$folder/$host"
    cp "$file" "$folder/$host/"
  done
  for host in branch tokyo shanghai hongkong plain core client; do
    mkdir -p "$folder/$host"
    host_state "$host" >"$folder/$host/state" 2>&1
  done
  figure left_in "\"$folder\""
}

host_state() { # HOST: `ip xfrm` shows keys, so only counts and selectors of it
  local command
  for command in 'ip -d address' 'ip rule' 'ip -6 rule' 'ip route show table all' \
    'ip -6 route show table all' 'ip nexthop' 'nft -a list ruleset' 'wg show' \
    'swanctl --list-conns' 'swanctl --list-sas' 'ip xfrm policy' 'kaido status' \
    'kaido tunnels --json' 'kaido paths --why' 'kaido paths --json' 'ss -uanp'; do
    echo "== $command"
    # shellcheck disable=SC2086
    at "$1" timeout 10 $command
  done
}
