#!/usr/bin/env bash
# Makes a bare Debian 12 ready: system packages, then a virtual environment from the hashed requirements.
# usage: scripts/bootstrap.sh run|test     Idempotent; a second call takes a fraction of a second.
set -euo pipefail
cd "$(dirname "$0")/.."
kind="${1:-run}"
log() { printf '[setup] %s\n' "$*" >&2; }

packages=(python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 fontconfig ca-certificates)
[ "$kind" = test ] && packages+=(postgresql redis-server chromium chromium-headless-shell poppler-utils git)

missing_packages() {
  local each
  for each in "${packages[@]}"; do
    dpkg-query -W -f='${Status}\n' "$each" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$each"
  done
}

install_packages() {
  local sudo=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { log "as root: apt-get install ${missing[*]}"; exit 1; }
    sudo=sudo
  fi
  log "installing ${missing[*]}"
  # No cluster and no service of their own: the suite starts its own servers on its own sockets.
  if [ "$kind" = test ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $sudo mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  local made_policy=""
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee /usr/sbin/policy-rc.d >/dev/null
    $sudo chmod +x /usr/sbin/policy-rc.d
    made_policy=1
  fi
  local options=(-o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold -qq)
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" update
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
  [ -z "$made_policy" ] || $sudo rm -f /usr/sbin/policy-rc.d
}

if command -v dpkg-query >/dev/null; then
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -eq 0 ] || install_packages
else
  log "not a Debian system: Python 3.11 with venv, Pango and the HarfBuzz subset library must be there already"
fi

python=""
for candidate in python3.13 python3.12 python3.11 python3; do
  if command -v "$candidate" >/dev/null &&
     "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || { log "Python 3.11 or newer with venv was not found"; exit 1; }

exec 9>.setup.lock
command -v flock >/dev/null && flock 9 # two calls at once wait for each other

requirements=requirements.txt
[ "$kind" = test ] && requirements=requirements-dev.txt
stamp=".venv/.stamp-$kind-$(cksum <"$requirements" | cut -d' ' -f1)"
if [ ! -e "$stamp" ]; then
  .venv/bin/python -c '' 2>/dev/null || { rm -rf .venv; "$python" -m venv .venv; }
  for pause in 2 8 20 0; do
    if .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$requirements"; then
      rm -f .venv/.stamp-"$kind"-*
      touch "$stamp"
      break
    fi
    [ "$pause" != 0 ] || { log "the packages could not be installed"; exit 1; }
    sleep "$pause"
  done
fi

words="$(cat app/translations/fragments/*.po | cksum | cut -d' ' -f1)"
if [ "$(cat .venv/.words 2>/dev/null || true)" != "$words" ] || [ ! -e app/translations/vi/LC_MESSAGES/messages.mo ]; then
  .venv/bin/python scripts/translations.py
  printf '%s' "$words" >.venv/.words
fi
