#!/usr/bin/env bash
# Fetches a Vulkan driver in software (SwiftShader) and its loader into a folder: three files out of Debian's package
# chromium-common, 31 MB. Nothing is installed, so no root is needed. test/webgpu.test.ts looks for the folder in
# ANYGIVEN_VULKAN, or for an installed chromium.
# Usage: scripts/software-vulkan.sh FOLDER
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download -q chromium-common >/dev/null 2>&1 ||
  { apt-get update -q >/dev/null && apt-get download -q chromium-common >/dev/null; }
chromium=./usr/lib/chromium
dpkg-deb --fsys-tarfile chromium-common_*.deb |
  tar -x -C "$folder" --strip-components=4 \
    "$chromium/libvk_swiftshader.so" "$chromium/vk_swiftshader_icd.json" "$chromium/libvulkan.so.1"
