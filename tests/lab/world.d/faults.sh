# shellcheck shell=bash
# What a black box in the path does to packets: silently drops some. State: $run/world/faults/LINK, one
# "WHAT DIRECTION BEGIN" a line. `in` is towards the owner of the link, `out` away from it. Packets are
# dropped where they arrive, before the receiving host sees them, and after a packet capture there does.
#
# A fault has two ends at least, and `nft` takes a while for each: the rules carry the second (BEGIN) at
# which they come into force, so that all links of one `break` fail in the same instant, both ways.

faults_file() { echo "$run/world/faults/$1"; }

# Rules for one kind of fault. Neighbour discovery goes on: the trouble is beyond the cable, and no
# router may notice it and say so.
fault_rules() { # WHAT
  case $1 in
    everything)
      echo 'meta protocol ip counter drop'
      echo 'meta protocol ip6 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept'
      echo 'meta protocol ip6 counter drop'
      ;;
    ipsec)
      echo 'meta l4proto esp counter drop'
      echo 'udp dport { 500, 4500 } counter drop'
      echo 'udp sport { 500, 4500 } counter drop'
      ;;
    esp) # IKE on port 4500 begins with four zero bytes, ESP does not
      echo 'meta l4proto esp counter drop'
      echo 'udp dport 4500 @th,64,32 != 0 counter drop'
      echo 'udp sport 4500 @th,64,32 != 0 counter drop'
      ;;
    udp) echo 'meta l4proto udp counter drop' ;;
    size:*) echo "meta length > ${1#size:} counter drop" ;;
    dns)
      echo 'udp sport 53 counter drop'
      echo 'tcp sport 53 counter drop'
      ;;
  esac
}

# NAME DIRECTION HOST:DEVICE: (re)makes the table that drops what arrives there. A device that is unplugged
# gets its table when it is plugged in.
faults_direction() {
  local what direction begin rule rules=''
  device_exists "$3" || return 0
  while read -r what direction begin; do
    case $direction in "$2" | both) ;; *) continue ;; esac
    while read -r rule; do rules+="meta time >= $begin $rule"$'\n'; done < <(fault_rules "$what")
  done < <(cat "$(faults_file "$1")" 2>/dev/null)
  ip netns exec "${3%:*}" nft -f - <<EOF
table netdev lab_$2_${3#*:}
delete table netdev lab_$2_${3#*:}
$([ -z "$rules" ] || cat <<TABLE
table netdev lab_$2_${3#*:} {
  chain arriving {
    type filter hook ingress device "${3#*:}" priority -500
    $rules
  }
}
TABLE
)
EOF
}

faults_apply() { # NAME
  faults_direction "$1" in "${owner_of[$1]}"
  faults_direction "$1" out "${peer_of[$1]}"
}

command_break() { # NAME WHAT [in|out]
  local name what=${2:-} direction=${3:-both} begin
  links_named "${1:-}"
  case $what in
    in | out) direction=$what what=everything ;;
    everything | ipsec | esp | udp | dns) ;;
    size:*[!0-9]* | size:) mistake "break: size:N, N in bytes" ;;
    size:*) ;;
    *) mistake "break: expected everything, in, out, ipsec, esp, udp, size:N or dns, not '$what'" ;;
  esac
  case $direction in in | out | both) ;; *) mistake "break: a direction is in or out, not '$direction'" ;; esac
  begin=$(faults_begin ${#named[@]})
  for name in "${named[@]}"; do
    echo "$what $direction $begin" >>"$(faults_file "$name")"
    faults_apply "$name"
  done
  faults_wait "$begin"
}

# A second that comes when this many links have been prepared.
faults_begin() { # LINKS
  local now=${EPOCHREALTIME/./}
  echo $(((now + 200000 + $1 * 150000) / 1000000 + 1))
}

faults_wait() { # SECOND
  local left=$(($1 * 1000000 - ${EPOCHREALTIME/./}))
  if [ "$left" -gt 0 ]; then
    printf -v left '%d.%06d' $((left / 1000000)) $((left % 1000000))
    nap "$left"
  else
    echo "world: break: late by $((-left / 1000)) ms" >&2
  fi
}

command_heal() { # [NAME]
  local name
  links_named "${1:-all}"
  for name in "${named[@]}"; do
    [ -e "$(faults_file "$name")" ] || continue
    rm "$(faults_file "$name")"
    faults_apply "$name"
  done
}
