# shellcheck shell=bash
# Whole machines with systemd as PID 1: systemd-nspawn over an overlay of the guest's own root, each in the
# network namespace of its host in the world. Their disks stay from one boot to the next, their kernel's state
# does not: at each boot the namespace is a new one, with new cables. Sourced by scenarios with such hosts.
#
# They share the guest's one exact clock. QEMU guests of their own would have a clock each: exact ones run
# apart, and others make the machine's load decide what is in time.

disk() { echo "/run/lab-machines/$1/disk"; } # HOST: its root folder

machine_make() { # HOST: a disk as a fresh Debian 12 has it, before its first boot
  local base=/run/lab-machines/$1 root unit
  mkdir -p "$base"/{upper,work,disk}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$base/disk" || return 1
  root=$base/disk
  # What the guest leaves out of its own boot.
  find "$root/etc/systemd/system" -maxdepth 1 -lname /dev/null -delete
  rm -rf "$root"/etc/systemd/system/{lab.target,lab-agent.service,default.target} "$root/etc/systemd/journald.conf.d"
  rm -rf "$root"/tmp/* "$root"/var/log/journal
  for unit in isc-dhcp-server bird nftables systemd-networkd networking; do
    systemctl --quiet --root="$root" disable $unit.service 2>/dev/null
  done
  systemctl --quiet --root="$root" set-default multi-user.target
  echo "$1" >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$1" >"$root/etc/hosts"
  : >"$root/etc/machine-id"
  install -d -m 700 "$root/root/.ssh"
}

# A namespace as a kernel makes it: nothing forwarded, nothing set. (The world's own are all routers.) The cables
# are moved into it, so that their other ends see no more than a carrier that goes and comes.
machine_network() { # HOST
  (
    set -e
    describe_recall
    host_ends "$1"
    ip netns add parked
    for end in "${ends[@]}"; do ip -n "$1" link set dev "${end#*:}" netns parked; done
    ip netns delete "$1"
    ip netns add "$1"
    ip netns exec "$1" sh -c '
      cd /proc/sys/net && echo 0 >ipv4/ip_forward && echo 0 >ipv6/conf/all/forwarding &&
      echo 0 >ipv6/conf/default/forwarding && echo 1 >ipv6/conf/default/accept_dad'
    for end in "${ends[@]}"; do ip -n parked link set dev "${end#*:}" netns "$1"; done
    ip netns delete parked
    for name in "${end_links[@]}"; do shape_apply "$name"; done
  )
}

machine_boots() { # HOST: until systemd says that it is up
  machine_network "$1" || failed "the network of $1 is plugged in"
  systemctl reset-failed "machine-$1" 2>/dev/null
  systemd-run --quiet --unit="machine-$1" -p Delegate=yes -p KillMode=mixed -p TasksMax=infinity \
    -E SYSTEMD_NSPAWN_API_VFS_WRITABLE=network \
    systemd-nspawn --quiet --boot --register=no --keep-unit --machine="$1" --directory="$(disk "$1")" \
    --network-namespace-path="/run/netns/$1" --capability=CAP_NET_ADMIN,CAP_NET_RAW --resolv-conf=off \
    --timezone=off --link-journal=no --console=pipe >/dev/null || failed "$1 is started"
  within 60 "$1 has booted" machine_is_up "$1"
}

# systemd's process of the machine, as the guest sees it.
machine_init() { # HOST
  local process
  process=$(systemctl show -P MainPID "machine-$1")
  [ "$process" != 0 ] && pgrep -P "$process" -x systemd
}

machine_is_up() {
  case $(in_machine "$1" systemctl is-system-running 2>/dev/null) in running | degraded) ;; *) return 1 ;; esac
}

in_machine() { # HOST COMMAND…: as root, at a prompt
  local init
  init=$(machine_init "$1") || return 1
  nsenter --target "$init" --mount --uts --ipc --net --pid --root --wd=/proc/"$init"/root/root \
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "${@:2}"
}

machine_off() { # HOST: it shuts down in good order
  in_machine "$1" systemctl poweroff
  within 30 "$1 has shut down" machine_is_off "$1"
}

machine_is_off() { ! systemctl -q is-active "machine-$1"; }

machine_power_fails() { # HOST: all of its processes in one instant
  systemctl kill --kill-whom=all --signal=KILL "machine-$1"
  within 10 "$1 is without power" machine_is_off "$1"
}
