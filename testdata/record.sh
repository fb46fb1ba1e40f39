#!/usr/bin/env bash
# Records office.pcapng: real programs between three network namespaces on this machine, nothing leaves it.
#
#   clients 192.0.2.0/24, 2001:db8:1::/64 --- inside [router] outside --- servers 198.51.100.0/24, 203.0.113.0/24,
#                                                                         2001:db8:2::/64, 2001:db8:3::/64
#
# dumpcap listens on both sides of the router and keeps what arrives there (never what the router sends), so every packet
# is in the file once, with the side it entered by as its interface.
#
# Usage, as root: testdata/record.sh [OUTPUT]        (default: office.pcapng beside this script)
# Wants Debian's: iproute2 ethtool tshark nginx dnsmasq-base bind9-dnsutils openssh-server openssh-client iperf3 socat curl
# iputils-ping openssl, and node.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here/office.pcapng}
snaplen=128
clients=60
work=$(mktemp -d /tmp/midplane-record.XXXXXX)
chmod 755 "$work"
daemons=()

say() { printf '%s\n' "record: $*"; }
in_clients() { ip netns exec mp-clients "$@"; }
in_router() { ip netns exec mp-router "$@"; }
in_servers() { ip netns exec mp-servers "$@"; }

[ "$(id -u)" = 0 ] || { say "must run as root (network namespaces)" >&2; exit 1; }
for tool in ip ethtool dumpcap reordercap nginx dnsmasq dig sshd ssh ssh-keygen iperf3 socat curl ping openssl node; do
  command -v "$tool" > /dev/null || { say "needs $tool, which is not installed" >&2; exit 1; }
done

clean_up() {
  for pid in "${daemons[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait 2> /dev/null || true
  for name in clients router servers; do ip netns del "mp-$name" 2> /dev/null || true; done
  rm -rf "$work"
}
trap clean_up EXIT

# --- the network ------------------------------------------------------------------------------------------------------
say "namespaces mp-clients, mp-router, mp-servers"
for name in clients router servers; do
  ip netns add "mp-$name"
  ip netns exec "mp-$name" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
    net.ipv6.conf.default.accept_ra=0
  ip -n "mp-$name" link set lo up
done
in_router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
# 1,000 a second would hide some of the errors that we want to see
in_servers sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0

link() { # link NAMESPACE MAC ROUTER-SIDE ROUTER-MAC
  ip -n "mp-$1" link add eth0 address "$2" type veth peer name "$3" address "$4" netns mp-router
  # packets as they would be on a wire: no segments above the MTU, checksums filled in
  ip netns exec "mp-$1" ethtool -K eth0 tx off tso off gso off gro off > /dev/null
  in_router ethtool -K "$3" tx off tso off gso off gro off > /dev/null
  ip -n "mp-$1" link set eth0 up
  ip -n mp-router link set "$3" up
}
link clients 02:00:00:00:01:02 inside 02:00:00:00:01:01
link servers 02:00:00:00:02:02 outside 02:00:00:00:02:01

ip -n mp-router addr add 192.0.2.1/24 dev inside
ip -n mp-router addr add 2001:db8:1::1/64 dev inside nodad
for address in 198.51.100.1/24 203.0.113.1/24; do ip -n mp-router addr add "$address" dev outside; done
for address in 2001:db8:2::1/64 2001:db8:3::1/64; do ip -n mp-router addr add "$address" dev outside nodad; done
for i in $(seq 1 "$clients"); do
  ip -n mp-clients addr add "192.0.2.$((9 + i))/24" dev eth0
  ip -n mp-clients addr add "2001:db8:1::$((9 + i))/64" dev eth0 nodad
done
for address in 198.51.100.{10,11,12,20,99}/24 203.0.113.{22,53}/24; do ip -n mp-servers addr add "$address" dev eth0; done
for address in 2001:db8:2::{10,11,12,20}/64 2001:db8:3::{22,53}/64; do ip -n mp-servers addr add "$address" dev eth0 nodad; done
ip -n mp-clients route add default via 192.0.2.1
ip -n mp-clients -6 route add default via 2001:db8:1::1
ip -n mp-servers route add default via 198.51.100.1
ip -n mp-servers -6 route add default via 2001:db8:2::1
# 198.51.100.200: a neighbour that the router knows and that never answers
ip -n mp-router neigh add 198.51.100.200 lladdr 02:00:00:00:02:02 dev outside

v4() { echo "192.0.2.$((9 + $1))"; }
v6() { echo "2001:db8:1::$((9 + $1))"; }

# --- the servers ------------------------------------------------------------------------------------------------------
say "servers: nginx, dnsmasq, sshd, iperf3, socat"
mkdir -p "$work/www" "$work/tmp" /run/sshd
for size in 2 20 700; do head -c "${size}000" /dev/urandom > "$work/www/$size.bin"; done
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=office.example -keyout "$work/web.key" -out "$work/web.crt" \
  2> /dev/null
cat > "$work/nginx.conf" << NGINX
daemon off; master_process off; user root; pid $work/nginx.pid; error_log $work/nginx.log;
events { worker_connections 512; }
http {
  access_log off; default_type application/octet-stream; client_body_temp_path $work/tmp; proxy_temp_path $work/tmp;
  fastcgi_temp_path $work/tmp; uwsgi_temp_path $work/tmp; scgi_temp_path $work/tmp;
  server {
    listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl;
    ssl_certificate $work/web.crt; ssl_certificate_key $work/web.key;
    root $work/www;
  }
}
NGINX
in_servers nginx -c "$work/nginx.conf" -e "$work/nginx.log" & daemons+=($!)

in_servers dnsmasq --conf-file=/dev/null --no-daemon --user=root --no-resolv --no-hosts --bind-interfaces --log-facility=- \
  --listen-address=203.0.113.53,2001:db8:3::53 --address=/office.example/198.51.100.10 \
  --address=/office.example/2001:db8:2::10 --txt-record=text.office.example,"recorded for midplane" \
  --local=/example/ 2> "$work/dnsmasq.log" & daemons+=($!)

ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/user"
cat > "$work/sshd.conf" << SSHD
HostKey $work/host
AuthorizedKeysFile $work/user.pub
ListenAddress 203.0.113.22
ListenAddress 2001:db8:3::22
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
MaxStartups 100
SSHD
in_servers "$(command -v sshd)" -D -E "$work/sshd.log" -f "$work/sshd.conf" & daemons+=($!)
in_servers iperf3 -s -B 198.51.100.12 -p 5201 > "$work/iperf.log" & daemons+=($!)
in_servers socat -b 65536 UDP4-RECVFROM:7007,bind=198.51.100.11,fork PIPE & daemons+=($!)
in_servers socat -b 65536 "UDP6-RECVFROM:7007,bind=[2001:db8:2::11],fork" PIPE & daemons+=($!)
sleep 1

# --- the recording ----------------------------------------------------------------------------------------------------
say "dumpcap on inside and outside, $snaplen bytes a packet, arriving packets only"
in_router dumpcap -q -s "$snaplen" \
  -i inside -f 'not ether src 02:00:00:00:01:01' -i outside -f 'not ether src 02:00:00:00:02:01' \
  -w "$work/raw.pcapng" 2> "$work/dumpcap.log" & recorder=$!
for _ in $(seq 50); do [ -s "$work/raw.pcapng" ] && break; sleep 0.1; done
sleep 1

quiet() { "$@" > /dev/null 2>&1 || true; }
fetch() { quiet in_clients curl -sk --no-keepalive --interface "$1" -o /dev/null --max-time 5 "${@:2}"; }
remote() { quiet in_clients ssh -F /dev/null -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o BatchMode=yes \
  -o IdentitiesOnly=yes -i "$work/user" -b "$@"; }

say "web: $clients clients, IPv4 and IPv6, plain and TLS"
for i in $(seq 1 "$clients"); do
  (
    fetch "$(v4 "$i")" "http://198.51.100.$((10 + i % 3))/2.bin"
    fetch "$(v6 "$i")" "http://[2001:db8:2::$((10 + (i + 1) % 3))]/2.bin"
    fetch "$(v4 "$i")" "http://198.51.100.$((10 + (i + 1) % 3))/missing"
    if [ $((i % 3)) = 0 ]; then fetch "$(v4 "$i")" "https://198.51.100.10/2.bin"; fi
    if [ $((i % 5)) = 0 ]; then fetch "$(v6 "$i")" "https://[2001:db8:2::11]/20.bin"; fi
  ) &
  clientJobs[i]=$!
  if [ $((i % 10)) = 0 ]; then wait "${clientJobs[@]}" 2> /dev/null || true; clientJobs=(); fi
done

say "dns: $clients clients, udp and tcp"
for i in $(seq 1 "$clients"); do
  (
    quiet in_clients dig -b "$(v4 "$i")" @203.0.113.53 +tries=1 +time=2 office.example A www.office.example A \
      mail.office.example AAAA text.office.example TXT none.example A office.example AAAA
    quiet in_clients dig -b "$(v6 "$i")" @2001:db8:3::53 +tries=1 +time=2 office.example A www.office.example AAAA \
      ldap.office.example A none.example AAAA
    if [ $((i % 4)) = 0 ]; then quiet in_clients dig -b "$(v4 "$i")" @203.0.113.53 +tcp office.example A; fi
    if [ $((i % 6)) = 0 ]; then quiet in_clients dig -b "$(v6 "$i")" @2001:db8:3::53 +tcp office.example AAAA; fi
  ) &
  clientJobs[i]=$!
  if [ $((i % 15)) = 0 ]; then wait "${clientJobs[@]}" 2> /dev/null || true; clientJobs=(); fi
done

say "ssh, bulk transfers, iperf3, ping, fragments, errors: at the same time"
jobs=()
( for i in $(seq 1 8); do remote "$(v4 "$i")" root@203.0.113.22 'echo hello; sleep 0.2; uptime'; done ) & jobs+=($!)
( for i in $(seq 9 12); do remote "$(v6 "$i")" root@2001:db8:3::22 'seq 2000'; done ) & jobs+=($!)
( fetch "$(v4 13)" http://198.51.100.20/700.bin ) & jobs+=($!)
( remote "$(v6 14)" root@2001:db8:3::22 'cat > /dev/null' < "$work/www/700.bin" ) & jobs+=($!)
( fetch "$(v4 15)" http://198.51.100.20/20.bin http://198.51.100.20/2.bin http://198.51.100.20/20.bin ) & jobs+=($!)
( quiet in_clients iperf3 -c 198.51.100.12 -p 5201 -B "$(v4 16)" -u -b 1M -l 1200 -t 2 ) & jobs+=($!)
(
  for i in $(seq 17 36); do
    quiet in_clients ping -c 3 -i 0.05 -W 1 -I "$(v4 "$i")" 198.51.100.10
    quiet in_clients ping -c 3 -i 0.05 -W 1 -I "$(v6 "$i")" 2001:db8:2::10
  done
) & jobs+=($!)
(
  for i in $(seq 37 42); do # fragments of ICMP echo and of UDP, both ways
    quiet in_clients ping -c 2 -i 0.05 -s 4000 -W 1 -I "$(v4 "$i")" 198.51.100.11
    quiet in_clients ping -c 2 -i 0.05 -s 4000 -W 1 -I "$(v6 "$i")" 2001:db8:2::11
    head -c 7000 /dev/urandom | quiet in_clients socat -b 65536 -t 0.3 - "UDP4:198.51.100.11:7007,bind=$(v4 "$i")"
    head -c 7000 /dev/urandom | quiet in_clients socat -b 65536 -t 0.3 - "UDP6:[2001:db8:2::11]:7007,bind=[$(v6 "$i")]"
  done
) & jobs+=($!)
(
  for i in $(seq 43 52); do # closed ports: ICMP port unreachable for udp, reset for tcp
    quiet in_clients dig -b "$(v4 "$i")" @198.51.100.99 -p 5353 +tries=1 +time=1 office.example
    quiet in_clients dig -b "$(v6 "$i")" @2001:db8:2::12 -p 5353 +tries=1 +time=1 office.example
    fetch "$(v4 "$i")" http://198.51.100.99:8080/
    fetch "$(v6 "$i")" 'http://[2001:db8:2::12]:8080/'
  done
) & jobs+=($!)
for i in $(seq 53 60); do # nobody there: SYN, SYN again, silence
  ( quiet in_clients curl -s --interface "$(v4 "$i")" --max-time 2 http://198.51.100.200/ ) & jobs+=($!)
done
wait "${jobs[@]}"
sleep 1

kill "$recorder"
wait "$recorder" || true
grep -E 'dropped' "$work/dumpcap.log" | sed 's/^/record: /' || true

# --- the file ---------------------------------------------------------------------------------------------------------
say "in order of time, without the description of this machine"
reordercap "$work/raw.pcapng" "$work/ordered.pcapng" | sed 's/^/record: /'
node "$here/strip-host.mjs" "$work/ordered.pcapng" "$output"
"$here/counts.sh" "$output" > "${output%.pcapng}.counts.json"
say "wrote $output ($(stat -c %s "$output") bytes) and ${output%.pcapng}.counts.json"
