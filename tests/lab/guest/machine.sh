# shellcheck shell=bash
# The guest as a process of this machine: start, pause, stop. Its state lies in the folder $guest.
# Sourced by ../vm, which sets: lab, top, build, cache, guest, number, keep, save, load, timing.

# The process id of the running guest. A pid file that a crash left behind names no such guest: the
# process must be one that was started with this very folder.
machine_pid() {
  local pid
  pid=$(cat "$guest/pid" 2>/dev/null) || return 1
  [ -n "$pid" ] && tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF "$guest/pid" || return 1
  echo "$pid"
}

machine_is_kept() { [ -e "$guest/kept" ]; }

# What the guest was started with. A guest of other settings cannot be used again, nor one that holds a
# folder that has been removed and made anew since.
machine_settings() {
  printf '%s\n' "timing=$timing" "image=$image"
  stat -c '%n %i' "$top" "$build"
}

machine_ensure() {
  image_ensure || return 1
  if [ -n "$load" ]; then
    machine_stop
    ! machine_load || return 0
    echo "vm: the guest cannot be loaded from $load; it is started" >&2
    load=''
  fi
  if [ -z "$save" ] && machine_pid >/dev/null && machine_is_kept; then
    if [ "$(cat "$guest/settings")" = "$(machine_settings)" ]; then
      machine_resume
      return 0
    fi
    echo "vm: the kept guest has other settings; it is started anew" >&2
  fi
  machine_stop
  machine_start
}

machine_channels() { # one for commands, one for their status, one for their output, one for QEMU itself
  local channel
  mkdir -p "$guest/share"
  for channel in control status monitor; do mkfifo "$guest/$channel.in" "$guest/$channel.out"; done
  : >"$guest/output"
  : >"$guest/console"
  { echo "top $top"; case $build/ in "$top"/*) ;; *) echo "build $build" ;; esac; } >"$guest/share/mounts"
}

# `norandmaps`: QEMU keeps translated code by its address; with the same addresses in each process, what
# one has run is not translated anew for the next.
# The disk is the image's, and what is written to it is forgotten; but for a guest that is to be saved.
# Without AES-NI: with it, a hub that uses AES-GCM (the plain one) may leave devices that cannot be deleted;
# see esp_proposals() in core/desired_tunnels.cpp.
machine_qemu() {
  local -a pin=(taskset -c "$((${number:-0} % $(nproc)))")
  # Its two threads take turns: on one processor neither waits for another processor to wake.
  if [ -z "$number" ] || ! "${pin[@]}" true 2>/dev/null; then pin=(); fi
  local disk=$image/root.ext4,snapshot=on
  [ -z "$save" ] || disk=$save/disk
  [ -z "$load" ] || disk=$load/disk,snapshot=on
  # shellcheck disable=SC2054
  local -a options=(
    -nodefaults -no-user-config -display none -monitor none -no-reboot
    -cpu max,la57=off,-aes,-pclmulqdq -m 3072 -rtc clock=vm
    -kernel "$image/vmlinuz" -initrd "$image/initrd" -pidfile "$guest/pid"
    -append "console=ttyS0 quiet panic=-1 oops=panic mitigations=off audit=0 apparmor=0 \
random.trust_cpu=on systemd.show_status=0 tsc=reliable nokaslr norandmaps"
    -serial "file:$guest/console"
    -drive "file=$disk,if=none,id=root,format=raw,cache=unsafe"
    -device virtio-blk-pci,drive=root -device virtio-rng-pci -device virtio-serial-pci
    -chardev "pipe,id=monitor,path=$guest/monitor" -mon chardev=monitor,mode=control
    -chardev "pipe,id=control,path=$guest/control"
    -device virtserialport,chardev=control,name=lab.control
    -chardev "pipe,id=status,path=$guest/status"
    -device virtserialport,chardev=status,name=lab.status
    -chardev "file,id=output,path=$guest/output"
    -device virtserialport,chardev=output,name=lab.output
    -virtfs "local,path=$guest/share,mount_tag=share,security_model=none,multidevs=remap"
    -virtfs "local,path=$top,mount_tag=top,security_model=none,multidevs=remap"
    -virtfs "local,path=$build,mount_tag=build,security_model=none,multidevs=remap"
  )
  # shellcheck disable=SC2054
  case $timing in
    exact) options+=(-accel tcg,thread=single,tb-size=1024 -icount "shift=0,sleep=off" -smp 1) ;;
    fast) options+=(-accel tcg,thread=multi,tb-size=1024 -smp 2) ;;
  esac
  [ -z "$load" ] || options+=(-incoming defer)
  setsid "${pin[@]}" qemu-system-x86_64 "${options[@]}" </dev/null >"$guest/qemu.log" 2>&1 9>&- &
  disown
}

machine_prepare() {
  rm -rf "$guest"/{pid,kept,paused,settings,share,output,console,{control,status,monitor}.{in,out}}
  machine_channels
  machine_settings >"$guest/settings"
}

machine_start() {
  machine_prepare
  if [ -n "$save" ]; then
    rm -rf "$save"
    { mkdir -p "$save" && cp "$image/root.ext4" "$save/disk"; } || return 1
  fi
  machine_qemu
  if ! command_await ready 600; then # (a guest that ends is noticed at once)
    echo "vm: the guest did not come up" >&2
    machine_tail
    machine_stop
    return 1
  fi
  [ "$keep" = no ] || : >"$guest/kept"
}

# QEMU's own way of moving a guest from one process to another, by a file. The guest stands still: it would run
# ahead meanwhile.
machine_move() { # migrate|migrate-incoming COMMAND
  local line
  command_await '{"QMP": ' 60 monitor || return # what is said before QEMU listens is lost
  for line in '{"execute": "qmp_capabilities"}' '{"execute": "stop"}' \
    '{"execute": "migrate-set-capabilities", "arguments": {"capabilities": [{"capability": "events", "state": true}]}}' \
    '{"execute": "migrate-set-parameters", "arguments": {"max-bandwidth": 1000000000000}}' \
    "$(jq -nc --arg execute "$1" --arg uri "exec:$2" '{execute: $execute, arguments: {uri: $uri}}')"; do
    command_send "$line" monitor
  done
  reply=''
  until [[ $reply = completed* ]]; do
    command_await '"data": {"status": "' 120 monitor || return
    [[ $reply != failed* ]] || return 1
  done
}

# A folder of the machine that is mounted in the guest holds it back; the agent mounts it again when it needs it.
machine_save() {
  local free _
  free=$(df --output=avail -B 1M "$save" | tail -n 1)
  if [ "$free" -lt 4000 ]; then
    echo "vm: the guest is not saved: $free MB are free for it" >&2
  elif ! command_run sh -c 'cd / && umount -a -t 9p'; then
    echo "vm: the guest is not saved: something in it holds a folder of the machine" >&2
  elif machine_move migrate "cat >$(printf %q "$save/state.part") && mv $(printf '%q ' "$save"/state{.part,})"; then
    for _ in $(seq 100); do [ ! -e "$save/state" ] || break; sleep 0.1; done
    mv "$guest/settings" "$save/settings"
    [ ! -e "$save/state" ] || return 0
  else
    echo "vm: QEMU could not save the guest" >&2
  fi
  rm -rf "$save"
  return 1
}

machine_load() { # it stands still until it has a command
  [ -e "$load/state" ] && [ "$(cat "$load/settings")" = "$(machine_settings)" ] || return 1
  machine_prepare
  machine_qemu
  machine_move migrate-incoming "cat $(printf %q "$load/state")" || { machine_tail; machine_stop; return 1; }
  [ "$keep" = no ] || : >"$guest/kept"
}

machine_tail() {
  echo "--- console of the guest:" >&2
  tail -n 30 "$guest/console" >&2
  tail -n 5 "$guest/qemu.log" >&2
}

# With the exact clock an idle guest would run ahead at full speed, so it is stopped between commands.
machine_pause() {
  local pid
  [ "$timing" = exact ] && pid=$(machine_pid) || return 0
  kill -STOP "$pid"
  date +%s%3N >"$guest/paused"
}

machine_resume() { kill -CONT "$(machine_pid)"; }

# Milliseconds of the machine's time that passed while the guest was stopped (half a minute at most).
machine_paused_ms() {
  local since elapsed
  since=$(cat "$guest/paused" 2>/dev/null) || { echo 0; return; }
  rm -f "$guest/paused"
  elapsed=$(($(date +%s%3N) - since))
  echo $((elapsed < 0 ? 0 : elapsed > 30000 ? 30000 : elapsed))
}

machine_stop() {
  local pid _
  if pid=$(machine_pid); then
    kill -KILL "$pid"
    for _ in $(seq 100); do machine_pid >/dev/null || break; sleep 0.05; done
  fi
  rm -f "$guest/pid" "$guest/kept" "$guest/paused"
}
