#!/usr/bin/env bash
# Prints the counts of a capture as tshark sees it, as JSON. No reassembly; outermost headers; flows without time-outs.
# Good for captures whose packets all have a time stamp and no tags, labels, tunnels, source routes, nor IPv6 extension
# headers but Hop-by-Hop and Fragment.
#
# Flows: tcp, udp, sctp by unordered pair of (address, port); icmp by unordered pair where the type has a counterpart (echo,
# router and neighbour discovery), else by direction, type and code (as Community ID does); icmp_echo_sessions by unordered
# pair of addresses and identifier; other by unordered pair of addresses and protocol. Later fragments belong to no flow.
#
# Usage: testdata/counts.sh CAPTURE
set -euo pipefail
tshark -r "$1" -n -o ip.defragment:FALSE -o ipv6.defragment:FALSE -o tcp.desegment_tcp_streams:FALSE \
  -T fields -E occurrence=f -E separator='|' \
  -e frame.interface_id -e frame.cap_len -e frame.len -e frame.time_epoch \
  -e ip.version -e ip.src -e ip.dst -e ip.proto -e ip.flags.mf -e ip.frag_offset \
  -e ipv6.version -e ipv6.src -e ipv6.dst -e ipv6.nxt -e ipv6.hopopts.nxt -e ipv6.fraghdr.nxt -e ipv6.fraghdr.offset \
  -e ipv6.fraghdr.more -e tcp.srcport -e tcp.dstport -e udp.srcport -e udp.dstport \
  -e icmp.type -e icmp.code -e icmp.ident -e icmpv6.type -e icmpv6.code -e icmpv6.echo.identifier \
  -e sctp.srcport -e sctp.dstport \
  2> /dev/null | awk -F'|' '
function pair(a, b) { return a < b ? a " " b : b " " a }
function flow(kind, key) { if (!((kind, key) in seen)) { seen[kind, key] = 1; flows[kind]++ } }
function number(text) { return text == "True" ? 1 : text == "False" ? 0 : text + 0 }
BEGIN {
  reply4[8] = 0; reply4[0] = 8; reply4[13] = 14; reply4[14] = 13; reply4[10] = 9; reply4[9] = 10
  reply6[128] = 129; reply6[129] = 128; reply6[133] = 134; reply6[134] = 133; reply6[135] = 136; reply6[136] = 135
}
{
  total++; side[$1]++; captured += $2; wire += $3; if ($2 < $3) truncated++
  if (NR > 1 && $4 < last) backwards++
  last = $4; later = 0
  if ($5 == 4) {
    v4++; source = $6; destination = $7; protocol = $8
    mf = number($9); offset = number($10)
    if (offset > 0) { later4++; later = 1 } else if (mf) first4++
  } else if ($11 == 6) {
    v6++; source = $12; destination = $13; protocol = $14
    if (protocol == 0) { hop++; protocol = $15 }
    if (protocol == 44) {
      fragment++; protocol = $16; mf = number($18); offset = number($17)
      if (offset > 0) { later6++; later = 1 } else if (mf) first6++; else atomic++
    }
  } else { other++; next }
  l4[protocol]++
  if (later) next
  if (protocol == 6) flow("tcp", pair(source " " $19, destination " " $20))
  else if (protocol == 17) flow("udp", pair(source " " $21, destination " " $22))
  else if (protocol == 132) flow("sctp", pair(source " " $29, destination " " $30))
  else if (protocol == 1) {
    if ($23 in reply4) flow("icmp", pair(source " " $23, destination " " reply4[$23]))
    else flow("icmp", source " " destination " " $23 " " $24)
    if ($23 == 8 || $23 == 0) flow("echo", pair(source, destination) " " $25)
  } else if (protocol == 58) {
    if ($26 in reply6) flow("icmpv6", pair(source " " $26, destination " " reply6[$26]))
    else flow("icmpv6", source " " destination " " $26 " " $27)
    if ($26 == 128 || $26 == 129) flow("echo", pair(source, destination) " " $28)
  } else flow("other", pair(source, destination) " " protocol)
}
END {
  printf "{\n  \"counts\": {\n"
  printf "    \"packets_total\": %d,\n    \"ipv4\": %d,\n    \"ipv6\": %d,\n    \"non_ip\": %d,\n    \"ip_malformed\": 0,\n", total, v4, v6, other
  printf "    \"ipv4_fragments\": { \"total\": %d, \"first\": %d, \"later\": %d },\n", first4 + later4, first4, later4
  printf "    \"ipv6_fragments\": { \"total\": %d, \"first\": %d, \"later\": %d, \"atomic\": %d },\n", first6 + later6, first6, later6, atomic
  printf "    \"l4\": {"
  for (p = 0; p < 256; p++) if (p in l4) { printf "%s \"%d\": %d", comma, p, l4[p]; comma = "," }
  printf " },\n    \"ipv6_extension_headers\": { \"hopopts\": %d, \"routing\": 0, \"fragment\": %d, \"dstopts\": 0 },\n", hop, fragment
  printf "    \"vlan_single\": 0,\n    \"vlan_stacked\": 0,\n    \"mpls\": 0,\n"
  printf "    \"truncated_by_snaplen\": %d,\n    \"timestamps_backwards\": %d,\n    \"no_timestamp\": 0,\n", truncated, backwards
  printf "    \"bytes_captured\": %d,\n    \"bytes_wire\": %d\n  },\n", captured, wire
  printf "  \"interfaces\": [%d, %d],\n", side[0], side[1]
  sum = flows["tcp"] + flows["udp"] + flows["sctp"] + flows["icmp"] + flows["icmpv6"] + flows["other"]
  printf "  \"flows\": {\n    \"tcp\": %d,\n    \"udp\": %d,\n    \"sctp\": %d,\n    \"icmp\": %d,\n    \"icmpv6\": %d,\n    \"other\": %d,\n    \"total\": %d,\n    \"icmp_echo_sessions\": %d\n  }\n}\n", \
    flows["tcp"], flows["udp"], flows["sctp"], flows["icmp"], flows["icmpv6"], flows["other"], sum, flows["echo"]
}'
