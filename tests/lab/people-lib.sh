# shellcheck shell=bash
# People of the hub tokyo, and a laptop in a hotel behind NAT. Sourced by scenario-lib.sh; needs a world with tokyo
# and cn. `home` holds the laptop's files, and the people's certificates and keys of one-time passwords.
home=$run/laptop

laptop() { ip netns exec laptop env HOME="$home" XDG_STATE_HOME="$home/state" "$@"; } # COMMAND…

hotel_up() { # the laptop is 172.16.9.7
  ip netns add laptop
  ip -n cn link add hotel type veth peer name eth0 netns laptop
  printf '%s\n' 'address add 172.16.9.1/24 dev hotel' 'link set hotel up' | ip -n cn -batch -
  printf '%s\n' 'link set lo up' 'address add 172.16.9.7/24 dev eth0' 'link set eth0 up' \
    'route add default via 172.16.9.1' | ip -n laptop -batch -
  at cn sysctl -qw net.ipv4.ip_forward=1
  at cn nft 'add table ip hotel; add chain ip hotel out { type nat hook postrouting priority srcnat; };
    add rule ip hotel out ip saddr 172.16.0.0/16 masquerade'
  mkdir -p "$home/state" /etc/netns/laptop
  echo '203.0.113.1 tokyo.kaido.example' >/etc/netns/laptop/hosts
}

hotel_down() {
  ip netns delete laptop
  rm -rf /etc/netns/laptop
}

people_certificates() { # NAME…: of the people's CA; a name "stranger" signs its own
  (
    cd "$home" || exit
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 365 -subj '/CN=People CA' \
      -addext keyUsage=critical,keyCertSign,cRLSign -keyout people-ca.key -out people-ca.crt
    for name in "$@"; do
      issuer=(-CA people-ca.crt -CAkey people-ca.key)
      [ "$name" != stranger ] || issuer=()
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 90 "${issuer[@]}" -subj "/CN=$name" \
        -addext "subjectAltName=email:$name@kaido.example" -addext basicConstraints=critical,CA:FALSE \
        -addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=clientAuth -keyout "$name.key" -out "$name.crt"
    done
  ) 2>/dev/null
}

# [people] with the group "staff", which reaches "corp"; lines of standard input are added to [people].
people_pools='["10.88.0.0/24", "fd88::/64"]'
people_configured() {
  cp "$home/people-ca.crt" "$run/tokyo/kaido/"
  {
    printf '\n%s\n' '[people]' 'authorities = ["people-ca.crt"]' "addresses = $people_pools" \
      'wireguard_port = 51790'
    cat
    printf '\n%s\n' '[[group]]' 'name = "staff"' 'networks = ["corp"]'
  } >>"$run/tokyo/kaido/kaido.toml"
  expect '[people] comes into force' at tokyo kaido config apply
  portal_start tokyo tokyo --listen 0.0.0.0:443
}

code_of() { python3 "$lab/totp.py" <"$home/$1.uri"; } # NAME: of this moment

person_added() { # NAME: with a one-time password that is confirmed
  expect "$1 is added" at tokyo kaido user add "$1" --group staff
  at tokyo kaido user otp new "$1" --uri >"$home/$1.uri"
  code_of "$1" >"$home/used-$1"
  expect "$1 has a code" at tokyo kaido user otp verify "$1" <"$home/used-$1"
}

next_code() { # NAME: of a step that was not used yet
  until [ "$(code_of "$1")" != "$(<"$home/used-$1")" ]; do sleep 1; done
  code_of "$1" | tee "$home/used-$1"
}

log_in() { # USER CERTIFICATE CODE [OPTION…]: prints what the person sees
  laptop "$run/bin/kaido" login https://tokyo.kaido.example --user "$1" --certificate "$home/$2.crt" \
    --key "$home/$2.key" --trust "$pki/ca.crt" --wireguard-key "$home/wireguard.key" \
    --write-config "$home/kaido0.conf" "${@:4}" <<<"$3" 2>&1
}

laptop_reaches() { laptop ping -n -q -c 1 -W 1 "$1"; } # ADDRESS
people_peers() { at tokyo wg show kd-people peers 2>/dev/null | wc -l; }
no_people_peers() { [ "$(people_peers)" = 0 ]; }
