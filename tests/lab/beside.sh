# shellcheck shell=bash
# What the scenarios beside_* share; needs the world `beside`.

rival_works() {
  answers rclient 10.70.0.10 &&
    [ "$(at rival birdc show bfd sessions | grep -c ' Up ')" = 2 ] &&
    at rhub ip route get 10.2.7.10 | grep -q 'dev wg0 ' && at rival ip route get 10.70.0.10 | grep -q 'dev wg0 '
}

rival_is_up() { within 30 'BIRD works over both tunnels, by the first' rival_works; }

# Both carriers in use fail in the same instant; the figures of both streams.
both_are_cut() {
  local rival
  # (A second of both costs fifteen of the machine's.)
  world traffic start --between rclient rserver || failed 'the traffic beside started'
  traffic_starts
  world break "$(carrier_of "$path_before"),rhub-a" everything
  sleep 1
  traffic_ends
  rival=$(world traffic stop rclient) || failed 'the traffic beside ran to the end'
  switches_end
  figure bfd_outage_ms "$(jq .outage_ms <<<"$rival")"
  figure bfd_packets_lost "$(jq .packets_lost <<<"$rival")"
  must bfd_outage_ms -ge 100 # else the cut did not reach it
  must tcp_flows_reset -eq 0
}

# How long a gap is depends on when between two packets the cut comes, for both of them, and each moment is as likely:
# the means of several.
cuts() { # HOW-MANY
  local turn
  local -a ours=() theirs=()
  for ((turn = 1; turn <= $1; turn++)); do
    [ "$turn" = 1 ] || next_cut
    both_are_cut
    ours+=("${figures[outage_ms]}") theirs+=("${figures[bfd_outage_ms]}")
  done
  figure gaps_ms "[$(IFS=,; echo "${ours[*]}")]"
  figure bfd_gaps_ms "[$(IFS=,; echo "${theirs[*]}")]"
  figure outage_ms "$(mean "${ours[@]}")"
  figure bfd_outage_ms "$(mean "${theirs[@]}")"
}

next_cut() {
  world heal
  within 60 'every path is good again' paths_are_good
  path_before=$(path_in_use)
  rival_is_up
}

at_most() { # MS: our outage
  awk -v ours="${figures[outage_ms]}" -v most="$1" 'BEGIN { exit !(ours <= most) }' ||
    failed "outage_ms is ${figures[outage_ms]}, BFD's ${figures[bfd_outage_ms]}: at most $1 is allowed"
}
