#!/bin/sh
# usage: start_unit.sh BINARY UNIT
# Where systemd runs the machine: starts the unit as after an installation, but under a name, in folders and on ports of
# its own, and sees that it records, comes back when it is killed, has kept what it acknowledged, and ends. Elsewhere it
# is looked at by systemd-analyze alone. script/guest runs it in a virtual machine, where systemd is. Exit status 77:
# neither can be done here.
set -eu
binary=$1 unit=$2
most_exposed=16  # in tenths, of 10: what the network, its address families and ports below 1024 amount to

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
name=inquest-test-$$
# Where a service may look that sees neither /home nor /root nor /tmp.
program=/usr/local/lib/$name
off='--graphite none --influx-udp none --journal none --netconsole none --syslog none'

# named PROGRAM: the unit under the test's name.
named() {
  sed -e "s|^ExecStart=.*|ExecStart=$1 record --http 127.0.0.1:0 $off|" -e "s|^StateDirectory=.*|StateDirectory=$name|" \
    -e "s|^ConfigurationDirectory=.*|ConfigurationDirectory=$name|" "$unit"
}

command -v systemd-analyze >/dev/null || { echo 'skipped: there is no systemd-analyze'; exit 77; }
named "$binary" >"$scratch/$name.service"
# It succeeds also where it ignores a line; what it says tells.
systemd-analyze verify --man=no "$scratch/$name.service" >"$scratch/said" 2>&1 || true
if grep "$name" "$scratch/said"; then echo 'FAILED: systemd-analyze verify'; exit 1; fi
systemd-analyze security --offline=true --no-pager --threshold=$most_exposed "$scratch/$name.service" >"$scratch/said" 2>&1 ||
  { cat "$scratch/said"; echo "FAILED: systemd-analyze security: more exposed than $most_exposed"; exit 1; }
tail -n 1 "$scratch/said"

if ! [ -d /run/systemd/system ] || [ "$(cat /proc/1/comm)" != systemd ]; then
  echo 'checked, not started: systemd does not run this machine'
  exit 0
fi
[ "$(id -u)" = 0 ] || { echo 'checked, not started: only root may start a unit'; exit 0; }
echo 'systemd runs this machine: the unit is started'

file=/run/systemd/system/$name.service
remove() {
  systemctl stop "$name" || true
  rm -rf "$scratch" "$program" "$file" "/var/lib/private/$name" "/var/lib/$name" "/etc/$name"
  systemctl daemon-reload
}
trap remove EXIT
install -m 755 "$binary" "$program"
named "$program" >"$file"
systemctl daemon-reload
fail() { echo "FAILED: $*"; systemctl status --no-pager --full "$name" || true; journalctl --no-pager -n 50 -u "$name" || true; exit 1; }

property() { systemctl show -P "$1" "$name"; }
# Each start has a port of its own, which its greeting names.
url() { journalctl -o cat --no-pager -u "$name" | sed -n 's|^ *http  *\(127.*\)|http://\1|p' | tail -n 1; }
# eventually WHAT COMMAND...
eventually() {
  what=$1
  shift
  for _ in $(seq 60); do
    if "$@"; then return; fi
    sleep 1
  done
  fail "$what"
}
restarted() { [ "$(property NRestarts)" -gt 0 ] && systemctl is-active --quiet "$name"; }
kept() {
  curl -s "$(url)/api/v2/query?org=x" -H 'Content-Type: application/vnd.flux' \
    --data 'from(bucket: "db") |> range(start: 0) |> filter(fn: (r) => r.host =~ /^h1$/)' | grep -q ',7,usage,cpu,h1'
}

systemctl start "$name" || fail 'it does not start'  # returns when it has said that it is ready
systemctl is-active --quiet "$name" || fail 'it does not run'
[ -e "/var/lib/$name/recorder.db" ] || fail 'it stores nothing in its folder'
eventually 'its greeting is not in the journal' test -n "$(url)"
curl -sf "$(url)/write?db=db&precision=s" --data-binary 'cpu,host=h1 usage=7 1000000000' || fail 'it takes nothing'
kept || fail 'it does not answer'
systemctl kill -s KILL --kill-who=main "$name"
eventually 'it does not come back' restarted
eventually 'it lost what it acknowledged' kept
systemctl reload "$name" || fail 'it does not reload'
systemctl is-active --quiet "$name" || fail 'it does not run on when told to reload'
systemctl stop "$name" || fail 'it does not stop'
[ "$(property Result)" = success ] || fail 'it did not end well'
echo "$name: started, recorded, came back, stopped"
