# Sourced by scripts/bench and scripts/test: what a fresh Debian or Ubuntu machine with Swift still lacks.
# shellcheck shell=bash

note() { printf '%s\n' "$*" >&2; }
fail() {
  note "Error: $*"
  exit 1
}

# The manifest's tools version.
require_swift() {
  command -v swift >/dev/null || fail "Swift is missing. Install 6.2 or later: https://www.swift.org/install/linux/"
  local version major minor
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p')
  IFS=. read -r major minor _ <<<"$version.0"
  ((${major:-0} > 6 || (${major:-0} == 6 && ${minor:-0} >= 2))) ||
    fail "Swift ${version:-of unknown version} is too old. Install 6.2 or later: https://www.swift.org/install/linux/"
}

# has PACKAGE: whether what we need of a Debian package is there, from whichever source.
has() {
  case $1 in
    libopenblas-dev) pkg-config --exists openblas 2>/dev/null ;;
    libgoogle-perftools-dev) pkg-config --exists libprofiler 2>/dev/null ;;
    libpng-dev) pkg-config --exists libpng 2>/dev/null ;;
    libjpeg-dev) pkg-config --exists libjpeg 2>/dev/null ;;
    libopenmpi-dev) pkg-config --exists mpi-c 2>/dev/null ;;
    openmpi-bin) command -v mpirun >/dev/null ;;
    binutils) command -v objdump >/dev/null ;;
    python3) command -v python3 >/dev/null ;;
    *) false ;;
  esac || [[ $(dpkg-query --show --showformat='${Status}' "$1" 2>/dev/null) == *" installed" ]]
}

# require_packages PACKAGE...: installs those that are missing, and says so. What is there is left alone.
require_packages() {
  local package missing=() as_root=()
  for package in "$@"; do
    has "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null ||
    fail "Missing: ${missing[*]} (Debian's names). There is no apt-get here; install them, then run this again."
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "Missing: ${missing[*]}. As root, run: apt-get update && apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  note "Installing ${missing[*]} ..."
  "${as_root[@]}" apt-get update -qq >&2 || note "apt-get update failed; going on with the package lists at hand."
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
    fail "apt-get could not install ${missing[*]}; its messages are above."
}
