# shellcheck shell=bash
# The test PKI and the WireGuard keys, made once per boot; they outlive `world down`.

pki=/run/lab-keys/pki
keys=/run/lab-keys/wireguard

keys_up() {
  local line name
  (umask 077 && mkdir -p "$pki" "$keys")
  [ -e "$pki/ca.crt" ] || pki_authority
  for line in "${certificates[@]}"; do
    # shellcheck disable=SC2086
    [ -e "$pki/${line%% *}.crt" ] || pki_certificate $line
  done
  for line in "${expired_certificates[@]}"; do
    [ ! -e "$pki/${line%% *}.crt" ] || continue
    # shellcheck disable=SC2086
    pki_certificate $line
    pki_expire "${line%% *}"
  done
  for name in "${wireguard_keys[@]}"; do
    [ -e "$keys/$name.pub" ] || wireguard_pair "$name"
  done
  ln -sfn "$pki" "$run/pki"
}

pki_authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -sha256 \
    -subj '/O=Kaido lab/CN=Kaido lab CA' -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$pki/ca.key" -out "$pki/ca.crt" 2>>"$pki/log"
}

pki_certificate() { # FILE NAME…
  local file=$1 name names=''
  shift
  for name; do names+=",DNS:$name"; done
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 365 -sha256 \
    -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -subj "/O=Kaido lab/CN=$1" \
    -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
    -addext extendedKeyUsage=serverAuth,clientAuth -addext "subjectAltName=${names#,}" \
    -keyout "$pki/$file.key" -out "$pki/$file.crt" 2>>"$pki/log"
}

pki_expire() { # FILE: the same certificate, with an end in the past
  openssl x509 -x509toreq -copy_extensions copy -in "$pki/$1.crt" -signkey "$pki/$1.key" \
    -out "$pki/$1.request" 2>>"$pki/log"
  openssl x509 -req -copy_extensions copy -in "$pki/$1.request" -CA "$pki/ca.crt" \
    -CAkey "$pki/ca.key" -CAcreateserial -days -1 -out "$pki/$1.crt" 2>>"$pki/log"
}

wireguard_pair() { # NAME
  (umask 077 && wg genkey >"$keys/$1.key")
  wg pubkey <"$keys/$1.key" >"$keys/$1.pub"
}

# A copy of a file of the description with keys in place of `@public NAME@` and `@private NAME@`.
fill_in() { # FROM TO
  local text name
  IFS='' read -r -d '' text <"$1" || true
  text=${text//@files@/$(dirname "$(realpath "$1")")}
  while [[ $text =~ @(public|private)\ ([a-z0-9-]+)@ ]]; do
    name=${BASH_REMATCH[2]}
    case ${BASH_REMATCH[1]} in
      public) text=${text//"@public $name@"/$(<"$keys/$name.pub")} ;;
      private) text=${text//"@private $name@"/$(<"$keys/$name.key")} ;;
    esac
  done
  (umask 077 && printf '%s' "$text" >"$2")
}
