# on the receiver
nc -u -l 6666
# on the host that panics
modprobe netconsole [email protected]/eth0,[email protected]/
