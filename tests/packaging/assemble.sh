#!/usr/bin/env bash
# Puts together what the jobs of a release have built: archives of Windows' and macOS' programs (one for both of
# Apple's processors), checksums, and the other systems' packages with all that they need filled in.
# Usage: assemble.sh BUILT OUT, on macOS. $GITHUB_REPOSITORY names the repository.
set -euo pipefail
built=$1 out=$2
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
repository=https://github.com/${GITHUB_REPOSITORY:?}
mkdir -p "$out"
cp "$built"/linux/* "$out/"

pack() { # TARGET PROGRAM
  local name=authctl-$version-$1
  mkdir -p "$name"
  cp "$2" README.md LICENSE CHANGELOG.md "$name/"
  cp -r man completions "$name/"
  case $1 in
    *windows*) zip -qr "$out/$name.zip" "$name" ;;
    *) tar -czf "$out/$name.tgz" "$name" ;;
  esac
}

pack x86_64-pc-windows-msvc "$built/x86_64-pc-windows-msvc/authctl.exe"
lipo -create -output authctl.universal "$built/aarch64-apple-darwin/authctl" "$built/x86_64-apple-darwin/authctl"
chmod +x authctl.universal
mv authctl.universal authctl
pack universal-apple-darwin authctl
git archive --format=tar.gz --prefix="authctl-$version/" -o "$out/authctl-$version.tar.gz" HEAD

sum() { shasum -a 256 "$1" | cut -d' ' -f1; }
for template in .github/packaging/{PKGBUILD,authctl.rb,authctl.winget.yaml,flake.nix}; do
  sed -e "s|@VERSION@|$version|g" -e "s|@REPOSITORY@|$repository|g" \
    -e "s|@SHA256_SOURCE@|$(sum "$out/authctl-$version.tar.gz")|g" \
    -e "s|@SHA256_X86_64_PC_WINDOWS_MSVC@|$(sum "$out/authctl-$version-x86_64-pc-windows-msvc.zip")|g" \
    "$template" >"$out/$(basename "$template")"
done
(cd "$out" && shasum -a 256 ./* >SHA256SUMS)
