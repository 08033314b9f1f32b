#!/usr/bin/env bash
# Fetches packages from a newer Debian suite without touching the system: private package lists,
# nothing installed, no root. The mirror and its key are taken from this machine's own apt sources,
# so a site mirror or proxy keeps working; apt checks the signature and the hashes as always.
#
#   debian-packages.sh <directory> <package>...      the directory must be absolute; it receives what is in the packages
#
# Works on Debian itself only (another distribution's key does not sign Debian's suites).
set -euo pipefail

directory=${1:?usage: debian-packages.sh <absolute directory> <package>...}
shift
# The oldest suite that carries nats-server 2.12 and TA-Lib 0.7. It becomes the next stable release.
suite=${QMTL_DEBIAN_SUITE:-forky}
default_key=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf '%s\n' "$*" >&2; }

[[ $directory == /* ]] || { say "not an absolute path: $directory"; exit 1; }
command -v apt-get >/dev/null || { say 'apt-get is not on this machine'; exit 1; }
command -v dpkg >/dev/null || { say 'dpkg is not on this machine'; exit 1; }
grep -qx 'ID=debian' /etc/os-release 2>/dev/null || { say 'this is not Debian'; exit 1; }

# Prints "uri key" of the machine's main Debian archive. Both formats of apt are read: stanzas of
# *.sources (URIs may hold several addresses, comments and other stanzas may come first) and one-line *.list.
# The security and backports archives are passed over: they do not carry the newer suite.
main_archive() {
  local files=()
  shopt -s nullglob
  files=(/etc/apt/sources.list.d/*.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list)
  shopt -u nullglob
  for file in "${files[@]}"; do
    [[ -r $file ]] || continue
    awk '
      function flush() {
        if (uri != "") { print uri, key; found = 1; exit }
        uri = ""; key = ""
      }
      function usable(address) { return address ~ /\/debian(\.list|\/)?$/ } # cloud images name a mirror list
      /^[[:space:]]*#/ { next }
      /^[[:space:]]*$/ { flush(); key = ""; next }
      /^URIs:/ { for (i = 2; i <= NF; i++) if (uri == "" && usable($i)) uri = $i; next }
      /^Signed-By:/ { key = $2; next }
      /^deb[[:space:]]/ {
        line = $0; option = ""
        if (match(line, /signed-by=[^] ]+/)) option = substr(line, RSTART + 10, RLENGTH - 10)
        sub(/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?/, "", line)
        split(line, word, /[[:space:]]+/)
        if (usable(word[1])) { uri = word[1]; key = option; flush() }
      }
      END { if (!found && uri != "") print uri, key }
    ' "$file"
  done | head -n 1
}

read -r uri key < <(main_archive) || true
[[ -n ${uri:-} ]] || { say 'the apt sources of this machine name no Debian archive (…/debian)'; exit 1; }
[[ -r ${key:-} ]] || key=$default_key
[[ -r $key ]] || { say "the archive key is missing: $key (install debian-archive-keyring)"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,parts,state,download}
: >"$work/state/status"
printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$uri" "$suite" "$key" >"$work/parts/newer.sources"

options=(
  -qq
  -oDir::Etc::sourcelist=/dev/null
  -oDir::Etc::sourceparts="$work/parts"
  -oDir::State="$work/state"
  -oDir::State::Lists="$work/lists"
  -oDir::State::status="$work/state/status"
  -oDir::Cache="$work/cache"
  # A site that pins its suites does not pin this one.
  -oDir::Etc::preferences=/dev/null
  -oDir::Etc::preferencesparts=/dev/null
  # The download directory belongs to the caller, not to apt's own user.
  -oAPT::Sandbox::User=
  -oAcquire::Languages=none
  -oAcquire::Retries=1
  # A machine without network must say so in seconds, not minutes.
  -oAcquire::http::Timeout=10
  -oAcquire::https::Timeout=10
  -oDebug::NoLocking=1
)

# apt-get update ends with 0 when an archive cannot be reached unless it is told otherwise.
apt-get "${options[@]}" -oAPT::Update::Error-Mode=any update
cd "$work/download"
apt-get "${options[@]}" download "$@"
mkdir -p "$directory"
for package in *.deb; do dpkg -x "$package" "$directory"; done
