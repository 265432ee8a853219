# shellcheck shell=bash
# strongSwan's charon on the hosts that have one, each with its own configuration, socket and log.

has_charon() { has_kind "$1" kaido || has_kind "$1" charon; }

charon_configure() { # HOST
  local directory=$run/$1 kaido=''
  # What Kaido ships for charon; on a plain hub charon is as it is packaged.
  if has_kind "$1" kaido; then
    cp "$checkout/configs/strongswan/kaido.conf" "$directory/"
    kaido="include $directory/kaido.conf"
  fi
  # In the order of Debian's own file: the plugins as they are packaged, then what /etc/strongswan.d says.
  cat >"$directory/strongswan.conf" <<EOF
charon {
  load_modular = yes
  plugins {
    include /etc/strongswan.d/charon/*.conf
  }
}
$kaido
charon-systemd {
  filelog {
    file {
      path = $directory/charon.log
      time_format = %T
      time_add_ms = yes
      flush_line = yes
      default = 0
      ike = 1
      cfg = 1
      knl = 1
    }
  }
  journal {
    default = -1
  }
  plugins {
    vici {
      socket = unix://$directory/charon.vici
    }
    # These use sockets of fixed names, and there are many charons here.
    error-notify {
      load = no
    }
    lookip {
      load = no
    }
    stroke {
      load = no
    }
    bypass-lan {
      load = no
    }
  }
}
swanctl {
  socket = unix://$directory/charon.vici
}
EOF
}

charon_start() { # HOST
  rm -f "$run/$1/charon.vici"
  process_start "$1" charon /usr/sbin/charon-systemd
}

charon_ready() { # HOST
  wait_for 60 test -S "$run/$1/charon.vici" || fail "charon of $1 did not come up"
  [ ! -e "$run/$1/swanctl/swanctl.conf" ] ||
    in_host "$1" swanctl --load-all --noprompt >>"$run/$1/charon.log" 2>&1 ||
    fail "swanctl of $1: see $run/$1/charon.log"
}

command_charon() { # HOST start|stop|kill|restart|status
  service_command charon "$@"
}
