// Numbers of the wire formats, each from its registry. Internal: not exported from index.

/** EtherType values (IEEE 802 Numbers, IANA). */
export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_TRILL = 0x22f3;
export const ETHERTYPE_TEB = 0x6558;
export const ETHERTYPE_VLAN = 0x8100;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_MPLS = 0x8847;
export const ETHERTYPE_MPLS_MULTICAST = 0x8848;
export const ETHERTYPE_PPPOE_DISCOVERY = 0x8863;
export const ETHERTYPE_PPPOE_SESSION = 0x8864;
export const ETHERTYPE_MACSEC = 0x88e5;
export const ETHERTYPE_PBB = 0x88e7;
export const ETHERTYPE_FABRICPATH = 0x8903;
export const ETHERTYPE_NSH = 0x894f;
export const ETHERTYPE_VLAN_SERVICE = 0x88a8;
export const ETHERTYPE_VLAN_9100 = 0x9100;
export const ETHERTYPE_VLAN_9200 = 0x9200;
/** Largest value of an Ethernet type/length field that is a length (IEEE 802.3 section 3.2.6). */
export const MAX_8023_LENGTH = 1500;

/** PPP protocol numbers (IANA). */
export const PPP_IPV4 = 0x0021;
export const PPP_BRIDGING = 0x0031;
export const PPP_IPV6 = 0x0057;
export const PPP_MPLS = 0x0281;
export const PPP_MPLS_MULTICAST = 0x0283;

/** IP protocol numbers (IANA). */
export const IP_HOP_BY_HOP = 0;
export const IP_ICMP = 1;
export const IP_TCP = 6;
export const IP_UDP = 17;
export const IP_ROUTING = 43;
export const IP_FRAGMENT = 44;
export const IP_ESP = 50;
export const IP_AH = 51;
export const IP_ICMPV6 = 58;
export const IP_DESTINATION_OPTIONS = 60;
export const IP_SCTP = 132;
/** Protocol of the key word where the chain of extension headers is cut off (255 is reserved by IANA). */
export const KEY_PROTOCOL_UNKNOWN = 255;

/** Bits of the first fragment word of an IPv4 header: more fragments, and offset in units of 8 bytes. */
export const IPV4_MORE_FRAGMENTS = 0x2000;
export const IPV4_FRAGMENT_OFFSET = 0x1fff;
