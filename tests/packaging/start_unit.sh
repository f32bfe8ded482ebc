#!/bin/sh
# usage: start_unit.sh BINARY UNIT
# Starts the unit as systemd would after an installation, but under a name, in folders and on ports of its own, and looks
# whether it records. Exit status 77: this machine is not run by systemd, or this is not root.
set -eu
binary=$1 unit=$2
[ -d /run/systemd/system ] && [ "$(cat /proc/1/comm)" = systemd ] || { echo 'skipped: systemd does not run this machine'; exit 77; }
[ "$(id -u)" = 0 ] || { echo 'skipped: only root may start a unit'; exit 77; }

name=inquest-test-$$
# Where a service may look that sees neither /home nor /root nor /tmp.
program=/usr/local/lib/$name
file=/run/systemd/system/$name.service
remove() {
  systemctl stop "$name" || true
  rm -rf "$program" "$file" "/var/lib/private/$name" "/var/lib/$name" "/etc/$name"
  systemctl daemon-reload
}
trap remove EXIT
install -m 755 "$binary" "$program"
off='--graphite none --influx-udp none --journal none --netconsole none --syslog none'
sed -e "s|^ExecStart=.*|ExecStart=$program record --http 127.0.0.1:0 $off|" \
  -e "s|^StateDirectory=.*|StateDirectory=$name|" -e "s|^ConfigurationDirectory=.*|ConfigurationDirectory=$name|" \
  "$unit" >"$file"
systemctl daemon-reload
fail() { echo "FAILED: $*"; systemctl status --no-pager --full "$name" || true; journalctl --no-pager -n 50 -u "$name" || true; exit 1; }

systemctl start "$name" || fail "it does not start"  # returns when it has said that it is ready
systemctl is-active --quiet "$name" || fail "it does not run"
[ -e "/var/lib/$name/recorder.db" ] || fail "it stores nothing in its folder"
systemctl stop "$name" || fail "it does not stop"
[ "$(systemctl show -P Result "$name")" = success ] || fail "it did not end well"
echo "$name: started, recorded, stopped"
