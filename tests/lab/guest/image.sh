# shellcheck shell=bash
# The guest's image: built once for each version of its recipe, shared by all checkouts.
# Sourced by ../vm, which sets: lab, cache.

# A hash of everything that goes into the image.
image_key() {
  (cd "$lab" && find guest/build-image guest/make-initrd guest/initrd-init guest/masked-units.txt \
    guest/rootfs packages-guest.txt -type f -print0 | sort -z | xargs -0 sha256sum) |
    sha256sum | cut -c1-16
}

# Sets `image` to a folder with root.ext4, vmlinuz and initrd; builds it when it is not there.
image_ensure() {
  local key work
  key=$(image_key)
  image=$cache/image-$key
  [ ! -e "$image/initrd" ] || return 0
  exec 8>"$cache/image.lock"
  flock 8 # another checkout may be building the same image
  if [ ! -e "$image/initrd" ]; then
    echo "vm: building the guest's image (once; about a minute)" >&2
    work=$(mktemp -d "$cache/building.XXXXXX")
    if ! "$lab/guest/build-image" "$work" >"$cache/build-image.log" 2>&1 8>&- 9>&-; then
      rm -rf "$work"
      echo "vm: the image could not be built; end of $cache/build-image.log:" >&2
      tail -n 20 "$cache/build-image.log" >&2
      return 1
    fi
    rm -rf "$image"
    mv "$work" "$image"
  fi
  exec 8>&-
}
