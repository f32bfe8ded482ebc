#!/bin/sh
# usage: check_deb.sh BUILD_FOLDER VERSION
# Packs a .deb in a temporary folder, unpacks it, and looks at what a person would get. Installs nothing.
set -eu
build=$1 version=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "FAILED: $*"; exit 1; }

(cd "$work" && cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/out") >"$work/log" 2>&1 ||
  { cat "$work/log"; fail "cpack"; }
set -- "$work"/out/*.deb
[ $# -eq 1 ] && [ -f "$1" ] || fail "expected one .deb, got: $*"
deb=$1

field() { dpkg-deb -f "$deb" "$1"; }
[ "$(field Package)" = inquest ] || fail "Package: $(field Package)"
[ "$(field Version)" = "$version" ] || fail "Version: $(field Version)"
[ "$(field Section)" = admin ] || fail "Section: $(field Section)"
for library in libc6 libstdc++6 tzdata libarchive13; do
  field Depends | grep -q "\b$library\b" || fail "does not depend on $library: $(field Depends)"
done
[ "$(field Recommends)" = libcurl4 ] || fail "Recommends: $(field Recommends)"

# The unit's group is made when the package is installed.
for script in postinst prerm; do
  dpkg-deb --info "$deb" "$script" | sh -n || fail "$script"
done
group=$(dpkg-deb --fsys-tarfile "$deb" | tar -xO ./usr/lib/systemd/system/inquest-record.service | sed -n 's/^Group=//p')
dpkg-deb --fsys-tarfile "$deb" | tar -xO ./usr/lib/sysusers.d/inquest.conf | grep -q "^g $group " || fail "nobody makes the group $group"

# Everything belongs to root, and nobody else may write it.
dpkg-deb -c "$deb" | awk '$2 != "root/root" || substr($1, 6, 1) == "w" || substr($1, 9, 1) == "w"' >"$work/odd"
[ ! -s "$work/odd" ] || { cat "$work/odd"; fail "owner or mode"; }

dpkg-deb -x "$deb" "$work/root"
usr=$work/root/usr
said=$("$usr/bin/inquest" --version) || fail "inquest --version: exit status $?"
case $said in
  *"$version"*) ;;
  *) fail "inquest --version says: $said" ;;
esac
gzip -dc "$usr/share/man/man1/inquest.1.gz" | grep -q '^\.TH' || fail "no manual page"
gzip -dc "$usr/share/doc/inquest/changelog.gz" | grep -q Changelog || fail "no changelog"
grep -q 'Apache-2.0' "$usr/share/doc/inquest/copyright" || fail "no copyright file"
echo "$(basename "$deb"): as expected"
