# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of tools/packages.txt. Sourced by ./dev.

# wanted_packages GROUP...: the names that the list has for these groups.
wanted_packages() {
  local groups=" $* " name group
  while read -r name group _; do
    if [[ -n $name && $name != \#* && $groups == *" $group "* ]]; then echo "$name"; fi
  done < tools/packages.txt
}

# missing_packages NAME...: those that are not installed.
missing_packages() {
  local name
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || echo "$name"
  done
}

# as_root COMMAND...: runs it as root, or says why that is not possible.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    show "$@"
  elif command -v sudo > /dev/null; then
    show sudo "$@"
  else
    fail "installing packages needs root or sudo; as root, run: apt-get install ${missing[*]}"
  fi
}

# install_packages GROUP...: installs what is missing of these groups.
install_packages() {
  if [[ ${DURABLE_NO_INSTALL:-} == 1 ]]; then return; fi
  if ! command -v dpkg-query > /dev/null; then
    fail "this is no Debian system: install what tools/packages.txt lists by other means," \
      "then run DURABLE_NO_INSTALL=1 ./dev …"
  fi
  local missing
  mapfile -t missing < <(missing_packages $(wanted_packages "$@"))
  if [[ ${#missing[@]} == 0 ]]; then return; fi
  echo "dev: installing from Debian: ${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120)
  # A source that does not answer is no reason to stop: the packages may come from another one.
  as_root "${apt[@]}" update || echo "dev: 'apt-get update' had errors (above); trying to install all the same"
  as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install ${missing[*]}; its reason is above: check the network and" \
      "the sources in /etc/apt, then run the same command again"
}
