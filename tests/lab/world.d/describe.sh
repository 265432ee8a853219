# shellcheck shell=bash
# Reads a description (worlds/*.world: its words are the functions here) into these arrays.
declare -a hosts=() links=() certificates=() expired_certificates=() wireguard_keys=()
declare -A kinds=() owner_of=() peer_of=() addresses=() shape_of=()
declare -A routes=() rules=() # by host: lines for `ip -batch`
declare -A nats=()           # by host: a device

host() { # NAME KIND…
  hosts+=("$1")
  kinds[$1]=" ${*:2} "
}

has_kind() { [[ ${kinds[$1]} == *" $2 "* ]]; } # HOST KIND

link() { # NAME OWNER:DEVICE ADDRESS… PEER:DEVICE ADDRESS… [KEY=VALUE…]
  local name=$1 word end=''
  shift
  links+=("$name")
  for word; do
    case $word in
      *=*) shape_of[$name]+="$word " ;;
      */*) addresses[$end]+="$word " ;;
      *)
        if [ -z "$end" ]; then owner_of[$name]=$word; else peer_of[$name]=$word; fi
        end=$word
        ;;
    esac
  done
}

route() { # HOST PREFIX GATEWAY [WORD…]
  routes[$1]+="route add $2 via ${*:3}"$'\n'
}

rule() { rules[$1]+="rule add ${*:2}"$'\n'; }                 # HOST WORD…
nat() { nats[$1]=$2; }                                       # HOST DEVICE
certificate() { certificates+=("$*"); }                      # FILE NAME…
expired_certificate() { expired_certificates+=("$*"); }      # FILE NAME…
wireguard_key() { wireguard_keys+=("$@"); }                  # NAME…

describable() { # WORLD
  [ -r "$lab/worlds/$1.world" ] || mistake "no such world: $1 (have: $(cd "$lab/worlds" && echo *.world))"
}

describe() { # WORLD
  describable "$1"
  world_files=$lab/worlds/$1
  # shellcheck source=../worlds/default.world
  . "$world_files.world"
}

# Prints what was read, for the commands that come after `up`: quicker, and the description of the world
# that is up, even when its file has changed since.
describe_keep() {
  declare -p world_files hosts links certificates expired_certificates wireguard_keys kinds \
    owner_of peer_of addresses shape_of routes rules nats |
    sed -e 's/^declare --/declare -g/; t' -e 's/^declare -/declare -g/'
}

describe_recall() { # the world that is up, if there is one
  [ -r "$run/world/description" ] || return 1
  # shellcheck source=/dev/null
  . "$run/world/description"
}

is_link() { [ -n "$1" ] && [ -n "${owner_of[$1]:-}" ]; }
is_host() { [ -n "$1" ] && [ -n "${kinds[$1]:-}" ]; }
