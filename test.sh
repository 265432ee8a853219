#!/bin/bash
# test.sh [PART [ARGUMENT…]]…: sets up all it needs (Debian 12, as root) and runs every test, or a part:
#   unit       unit tests, with address and undefined-behaviour sanitizers; those that start a thread
#              with the thread sanitizer, too
#   contract   the adapters and their fakes against the same tests, on real charon and nftables here
#              and on the lab's kernel for the rest
#   fuzz       each fuzzer, a minute (KAIDO_FUZZ_SECONDS)
#   lab [SCENARIO…] [--runs N]     the scenarios, in a QEMU guest with Debian's kernel; first_install, the README's
#              first configuration on two machines with systemd, only when it is named
#   bench      the figures, as ratios within one run
#   tidy       clang-tidy over all of the program, and its format
#   sim        the core of failover in a simulated network: each trouble by itself, then random worlds
#              beside models of other detectors (by hand: build/release/tests/sim/sim --help)
#   mutants [FILE…]    small mistakes in the code that can admit anybody, each caught by the tests or not; half an
#              hour, and only when it is named
#   web        the portal's pages in a real Chromium with client certificates; screenshots of each
# The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$(realpath "$0")")" || exit
. tests/setup.sh

passed=0 failed=0
count() { # PASSED FAILED
  passed=$((passed + $1)) failed=$((failed + $2))
}
one() { # DESCRIPTION STATUS
  if [ "$2" -eq 0 ]; then count 1 0; else count 0 1; echo "FAILED: $1"; fi
}

# A GoogleTest program: its own count, or one failure when it ends without one.
run_gtest() { # NAME COMMAND…
  local log=build/logs/$1.log status good bad
  mkdir -p build/logs
  "${@:2}" >"$log" 2>&1
  status=$?
  good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -n 1)
  bad=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -n 1)
  if [ $status -ne 0 ] && [ -z "$bad" ]; then bad=1; fi
  printf '  %-28s %4s passed %4s failed\n' "$1" "${good:-0}" "${bad:-0}"
  [ $status -eq 0 ] || grep -E 'Failure|FAILED|ERROR|SUMMARY|^.*runtime error' -A6 "$log" | head -n 60
  count "${good:-0}" "${bad:-0}"
}

programs() { # KIND: the test programs of a kind, built with sanitizers
  find "build/asan/tests/$1" -type f -executable -name "$1-*" | sort
}

part_unit() {
  say 'Unit tests (address and undefined-behaviour sanitizers)'
  build asan all-unit
  local program
  for program in $(programs unit); do run_gtest "$(basename "$program")" "$program"; done
  tests/unit/systemd/exposure
  one "the units' exposure is at most 2.5 of 10, the portal's 1.5" $?
  # The D-Bus link starts a thread, and the workers are threads.
  say 'Unit tests (thread sanitizer)'
  build tsan unit-api contract-workers
  run_gtest unit-api-tsan build/tsan/tests/unit/api/unit-api
  run_gtest contract-workers-tsan build/tsan/tests/contract/workers/contract-workers
}

part_contract() {
  say 'Contract tests: fakes and real parts on this machine'
  build asan all-contract
  local program name
  for program in $(programs contract); do run_gtest "$(basename "$program")" "$program"; done
  say "Contract tests on the lab's kernel"
  for program in $(programs contract); do
    name=$(basename "$program")
    case $name in contract-network* | contract-wireguard) ;; *) continue ;; esac
    run_gtest "$name-real" env KAIDO_BUILD="$PWD/build/asan" tests/lab/vm --keep --timing fast -- \
      env KAIDO_CONTRACT=real "$PWD/$program"
  done
  KAIDO_BUILD="$PWD/build/asan" tests/lab/vm --stop
}

part_fuzz() {
  local seconds=${KAIDO_FUZZ_SECONDS:-60} program name
  say "Fuzzers, $seconds s each"
  build asan all-fuzz
  export seconds
  # Two at a time; each starts from its corpus and keeps what it finds beside its program.
  while read -r name status runs; do
    printf '  %-28s %s runs\n' "$name" "$runs"
    one "$name (see build/logs/$name.log)" "$status"
  done < <(find build/asan/tests/fuzz -type f -executable -name 'fuzz-*' | sort |
    xargs -P 2 -I{} tests/fuzz/run {})
}

part_lab() {
  say 'Scenarios in the lab'
  build release all-lab
  KAIDO_BUILD=$PWD/build/release tests/lab/vm-check
  one 'the guest tells how a command ended' $?
  local log=build/logs/lab.log line
  mkdir -p build/logs
  KAIDO_BUILD=$PWD/build/release tests/lab/run "$@" 2>&1 | tee "$log" | sed -u 's/^/  /'
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
  if [ -z "$line" ]; then one 'the lab ran to its end' 1; return; fi
  # shellcheck disable=SC2086
  set -- ${line//[!0-9 ]/}
  count "$1" "$2"
}

part_bench() {
  say 'Figures'
  install_packages tests/bench/packages.txt
  build release all-lab all-bench
  local log=build/logs/bench.log line name
  mkdir -p build/logs
  tests/bench/run 2>&1 | tee "$log" | sed -u 's/^/  /'
  # A figure that was measured counts as passed, whatever it is: these machines are shared. What misses
  # its mark is said.
  while read -r line; do
    one "$line" 0
    [ "$(jq .passed <<<"$line")" = true ] || echo "  MISSED its mark: $line"
  done < <(grep '^{"bench"' "$log")
  for name in config vici_load_1000 wg_peer_add wg_peer_remove wg_full_load wg_one_changed one_changed_site \
    branch_up idle_pss_kb idle_wakeups_per_s reflector_pps busy nexthop_switch_ms \
    nexthop_switch_compat_ms nexthop_times_faster_than_ip_batch probing_100_paths_20_hz probing_error_p99 \
    probing_error_p99_busy claim_to_nexthop_p99_ms tunnel_change_ms logins_per_processor sessions_listed_10000_ms \
    admission_1000_ms first_packet_10000_ms; do
    grep -q "\"bench\":\"$name\"" "$log" || one "the benchmark $name ran" 1
  done
}

part_tidy() {
  say 'clang-tidy and clang-format'
  build asan all
  tests/tidy/run build/asan "$(nproc)"
  one 'clang-tidy' $?
  git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 --dry-run -Werror
  one 'clang-format' $?
}

part_sim() {
  say 'Simulator'
  build release all-sim
  local log=build/logs/sim.log line
  run_gtest sim-cases build/release/tests/sim/sim-cases
  build/release/tests/sim/sim --ci 2>&1 | tee "$log" | sed -u 's/^/  /'
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
  if [ -z "$line" ]; then one 'the simulator ran to its end' 1; return; fi
  # shellcheck disable=SC2086
  set -- ${line//[!0-9 ]/}
  count "$1" "$2"
}
part_mutants() {
  say 'Mutants of the code that can admit anybody'
  local log=build/logs/mutants.log
  mkdir -p build/logs
  tests/mutation/run "$@" 2>&1 | tee "$log" | sed -u 's/^/  /'
  one 'nine of ten mutants are caught' "${PIPESTATUS[0]}"
}

part_web() {
  say "The portal's pages in a real browser"
  install_packages tests/web/packages.txt
  command -v npm >/dev/null || install_packages tests/web/packages-npm.txt # others' nodejs brings it
  build asan test-hub kaido-portal
  local log=build/logs/web.log status good bad
  mkdir -p build/logs
  (cd tests/web && npm ci --ignore-scripts --no-audit --no-fund) >build/logs/npm.log 2>&1
  one 'what tests/web/package-lock.json names is there (see build/logs/npm.log)' $?
  KAIDO_BUILD=$PWD/build/asan node --test --test-reporter=tap tests/web/*.test.js >"$log" 2>&1
  status=$?
  good=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$log" | tail -n 1)
  bad=$(sed -n 's/^# fail \([0-9]*\)$/\1/p' "$log" | tail -n 1)
  if [ $status -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then bad=1; fi
  printf '  %-28s %4s passed %4s failed\n' web "${good:-0}" "${bad:-0}"
  [ $status -eq 0 ] || grep -E '^ *not ok' -A12 "$log" | head -n 60
  count "${good:-0}" "${bad:-0}"
}

case ${1:-} in -h | --help) sed -n '2,/^set -uo/s/^# \{0,1\}//p' "$0"; exit ;; esac
[ $# -gt 0 ] || set -- unit contract fuzz sim lab web tidy bench
install_packages tests/packages-build.txt tests/packages-test.txt tests/lab/packages-host.txt
while [ $# -gt 0 ]; do
  part=$1
  shift
  arguments=()
  if [ "$part" = lab ] || [ "$part" = mutants ]; then # all that follows, up to the next part
    while [ $# -gt 0 ] && ! declare -F "part_$1" >/dev/null; do arguments+=("$1"); shift; done
  fi
  declare -F "part_$part" >/dev/null || die "test.sh: no such part: $part (see ./test.sh --help)"
  started=$SECONDS
  "part_$part" "${arguments[@]}"
  echo "  ($part: $((SECONDS - started)) s)"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
