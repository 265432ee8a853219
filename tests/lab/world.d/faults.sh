# shellcheck shell=bash
# What a black box in the path does to packets: silently drops some. State: $run/world/faults/LINK, one
# "WHAT DIRECTION" a line. `in` is towards the owner of the link, `out` away from it. Packets are
# dropped where they arrive, before the receiving host sees them, and after a packet capture there does.

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

faults_direction() { # NAME DIRECTION HOST:DEVICE: (re)makes the table that drops what arrives there
  local what direction rules=''
  while read -r what direction; do
    case $direction in "$2" | both) rules+=$(fault_rules "$what")$'\n' ;; esac
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
  local name what=${2:-} direction=${3:-both}
  case $what in
    in | out) direction=$what what=everything ;;
    everything | ipsec | esp | udp | dns) ;;
    size:*[!0-9]* | size:) fail "break: size:N, N in bytes" ;;
    size:*) ;;
    *) fail "break: expected everything, in, out, ipsec, esp, udp, size:N or dns, not '$what'" ;;
  esac
  case $direction in in | out | both) ;; *) fail "break: a direction is in or out" ;; esac
  for name in $(link_names "$1"); do
    echo "$what $direction" >>"$(faults_file "$name")"
    faults_apply "$name"
  done
}

command_heal() { # [NAME]
  local name
  for name in $(link_names "${1:-all}"); do
    [ -e "$(faults_file "$name")" ] || continue
    rm "$(faults_file "$name")"
    faults_apply "$name"
  done
}
