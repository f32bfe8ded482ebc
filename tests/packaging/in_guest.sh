#!/bin/sh
# usage: in_guest.sh, by script/guest, in a virtual machine that systemd runs
# Installs the package that lies beside it and uses the recorder's unit as its administrator would. A line "proof: ..." for
# each thing that was tried; the last one is "proof: all is well" if all of them went well.
cd "$(dirname "$0")" || exit 1
name=inquest-record
unit=/usr/lib/systemd/system/$name.service
failed=0

# proves WHAT COMMAND...
proves() {
  what=$1
  shift
  if "$@"; then echo "proof: ok: $what"; return; fi
  failed=1
  echo "proof: FAILED: $what"
  systemctl status --no-pager --full $name
  journalctl --no-pager -o short-monotonic -n 20 -u $name
}
# within SECONDS COMMAND...
within() {
  for _ in $(seq "$1"); do
    if (shift && "$@"); then return 0; fi
    sleep 1
  done
  return 1
}
active() { systemctl is-active --quiet $name; }
main_pid() { systemctl show -P MainPID $name; }
restarts() { systemctl show -P NRestarts $name; }
said() { journalctl -o cat --no-pager -u $name | grep -q -- "$1"; }
query() { curl -s 'http://127.0.0.1:8086/api/v2/query?org=x' -H 'Content-Type: application/vnd.flux' --data "$1"; }
kept() { query 'from(bucket: "db") |> range(start: 0) |> filter(fn: (r) => r.host == "alpha")' | grep -q ',7,usage,cpu,alpha'; }
taken() { curl -s http://127.0.0.1:8086/metrics | grep -q "^inquest_listener_messages_total{listener=\"$1\"} [1-9]"; }
as_nobody() { runuser -u nobody -- inquest "$@"; }
heard() { as_nobody hosts | grep -q alpha; }
certificate() { openssl s_client -connect 127.0.0.1:8443 </dev/null 2>/dev/null | grep -q "subject=CN = $1"; }
make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" -keyout /etc/inquest/key.pem \
    -out /etc/inquest/cert.pem 2>/dev/null
}
killed_often() {
  for _ in 1 2 3 4 5 6 7; do
    kill -9 "$(main_pid)"
    within 30 active || return 1
  done
}
not_active() { ! active; }
crash() {
  number=$1
  while IFS= read -r line; do
    bash -c 'printf "6,%d,%d,-;%s\n" "$1" "$((9000000 + $1))" "$2" >/dev/udp/127.0.0.1/6666' - "$number" "$line"
    number=$((number + 1))
  done <crash.txt
}

if [ -e /root/second-boot ]; then
  proves 'an enabled recorder is there after a boot' within 60 active
  proves 'what it acknowledged is there after a boot' within 30 kept
  dpkg -r inquest
  proves 'a removed package leaves nothing that runs' not_active
  [ -s /root/failed ] || [ $failed = 1 ] || echo 'proof: all is well'
  exit
fi

proves 'the package can be installed' dpkg -i ./*.deb
proves 'the package makes the group' getent group inquest
proves 'the unit under a name of its own' sh ./start_unit.sh /usr/bin/inquest $unit
proves 'it is not started unasked' not_active
proves 'it can be enabled' systemctl enable --now $name
proves 'it runs' active

curl -sf 'http://127.0.0.1:8086/write?db=db' --data-binary 'cpu,host=alpha usage=7'
bash -c 'printf "cpu,host=alpha usage=2\n" >/dev/udp/127.0.0.1/8089; printf "a.b.c 1 %s\n" "$(date +%s)" >/dev/tcp/127.0.0.1/2003
  printf "6,100,5000000,-;a line of the kernel\n" >/dev/udp/127.0.0.1/6666'
logger -n 127.0.0.1 -P 5514 -d --rfc3164 -t app 'over UDP'
logger -n 127.0.0.1 -P 5514 -T --rfc5424 -t app 'over TCP'
for listener in http influx-udp graphite netconsole syslog; do
  proves "$listener takes what is sent" within 20 taken $listener
done
proves 'what it took can be asked for' kept
proves 'another user sees the hosts' within 20 heard
proves 'another user sees that there are no incidents' as_nobody incidents
proves 'it says that the kernel keeps little' said 'net.core.rmem_max='

proves 'it comes back each time that it is killed' killed_often
proves 'a kill lost nothing' within 30 kept
before=$(restarts)
hung() { [ "$(restarts)" -gt "$before" ] && active; }
kill -STOP "$(main_pid)"
proves 'the watchdog ends one that hangs' within 90 hung

make_certificate one
chgrp inquest /etc/inquest/key.pem
chmod 640 /etc/inquest/key.pem
cat >/usr/local/bin/hook <<'HOOK'
#!/bin/sh
cat >"$STATE_DIRECTORY/told.json"
for folder in /etc /usr /var /home /root; do
  if touch "$folder/escaped"; then echo "$folder" >>"$STATE_DIRECTORY/escaped"; fi
done
HOOK
chmod 755 /usr/local/bin/hook
cat >/etc/inquest/record.toml <<'TOML'
tls-certificate = "/etc/inquest/cert.pem"
tls-key = "/etc/inquest/key.pem"
[http]
listen = ["127.0.0.1:8086", "tls:127.0.0.1:8443"]
[syslog]
listen = ["*:514"]
[notify]
command = "/usr/local/bin/hook"
TOML
chgrp inquest /etc/inquest/record.toml
chmod 640 /etc/inquest/record.toml
proves 'it starts with a configuration that only its group may read' systemctl restart $name
proves 'a key that only its group may read' certificate one
proves 'a port below 1024' sh -c 'ss -lnu | grep -q ":514 "'
make_certificate two
proves 'a new certificate without a restart' within 60 certificate two

crash 200
proves 'a crash opens an incident' within 60 sh -c 'runuser -u nobody -- inquest incidents | grep -q "kernel panic"'
proves 'a command is told of it' within 60 test -s /var/lib/private/inquest/told.json
proves 'the command writes nowhere else' test ! -e /var/lib/private/inquest/escaped

sed -i 's|^\[notify\]|[graphite]\nlisten = ["127.0.0.1:2004"]\n&|' /etc/inquest/record.toml
systemctl reload $name
proves 'a reload opens what changed' within 30 sh -c 'ss -lnt | grep -q ":2004 "'
cp -p /etc/inquest/record.toml /root/good.toml
echo 'wrong =' >>/etc/inquest/record.toml
systemctl reload $name
proves 'a reload of a wrong configuration is refused' within 30 said 'the configuration stays as it was'
proves 'and it runs on' active
proves 'a start with a wrong configuration fails' sh -c "! systemctl restart $name"
proves 'and is not tried again and again' test "$(restarts)" = 0
cp -p /root/good.toml /etc/inquest/record.toml

mkdir -m 2770 /srv/flight
chgrp inquest /srv/flight
sed -i '1i data = "/srv/flight"' /etc/inquest/record.toml
mkdir -p /etc/systemd/system/$name.service.d
printf '[Service]\nReadWritePaths=/srv/flight\n' >/etc/systemd/system/$name.service.d/data.conf
systemctl daemon-reload
proves 'another folder, given to the unit' systemctl restart $name
proves 'which it stores in' test -e /srv/flight/recorder.db
cp -p /root/good.toml /etc/inquest/record.toml
rm -r /etc/systemd/system/$name.service.d
systemctl daemon-reload

sysctl -q net.core.rmem_max=33554432
proves 'it starts again' systemctl restart $name
buffer() { curl -s http://127.0.0.1:8086/metrics | grep -q '^inquest_listener_receive_buffer_bytes{listener="netconsole"} 67108864'; }
proves 'it has the buffers that the kernel allows' within 20 buffer
proves 'it stops' systemctl stop $name
proves 'it ended well' test "$(systemctl show -P Result $name)" = success
[ $failed = 0 ] || echo failed >/root/failed
touch /root/second-boot
systemctl reboot
sleep 600
