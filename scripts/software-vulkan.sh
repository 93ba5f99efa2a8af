#!/usr/bin/env bash
# Fetches a Vulkan driver in software (Mesa's lavapipe, 25 or newer: WebGPU refuses older ones) into a folder, for
# test/webgpu.test.ts, which looks for it in ANYGIVEN_VULKAN. On Debian and Ubuntu; nothing is installed and no root is
# needed: the packages that this machine lacks, about 50 MB, are unpacked into the folder.
# Usage: scripts/software-vulkan.sh FOLDER
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch"/lists/partial "$scratch"/archives/partial "$scratch"/root
. /etc/os-release

# Lists and packages in folders of our own, so that apt needs no rights.
apt=(apt-get -q -o Dir::State::lists="$scratch/lists" -o Dir::Cache="$scratch" -o Dir::Cache::archives="$scratch/archives"
  -o Debug::NoLocking=1 -o APT::Sandbox::User="$(id -un)")
if [ "${VERSION_CODENAME:-}" = bookworm ]; then # its own Mesa is too old
  key=/usr/share/keyrings/debian-archive-keyring.gpg
  for suite in bookworm bookworm-backports; do
    echo "deb [signed-by=$key] http://deb.debian.org/debian $suite main"
  done >"$scratch/sources.list"
  apt+=(-o Dir::Etc::sourcelist="$scratch/sources.list" -o Dir::Etc::sourceparts=/dev/null -t bookworm-backports)
fi
"${apt[@]}" update >/dev/null
"${apt[@]}" install -y --download-only --no-install-recommends --reinstall mesa-vulkan-drivers libvulkan1 >/dev/null
for package in "$scratch"/archives/*.deb; do dpkg-deb -x "$package" "$scratch/root"; done
find "$scratch/root" -name 'lib*.so*' -exec cp -P {} "$folder" \;
sed 's#"library_path": ".*"#"library_path": "./libvulkan_lvp.so"#' \
  "$scratch"/root/usr/share/vulkan/icd.d/lvp_icd*.json >"$folder/lvp_icd.json"
