/** Whether an ICMP message carries an identifier at byte 4: queries and replies (IANA ICMP Type Numbers, RFC 8335). */
export function isIcmpQuery(family: 4 | 6, type: number): boolean {
  if (family === 6) return type === 128 || type === 129 || type === 160 || type === 161;
  return type === 8 || type === 0 || (type >= 13 && type <= 18) || type === 42 || type === 43;
}

/** Whether an ICMP message is an error or redirect that carries the offending packet at byte 8 (RFC 792, RFC 4443). */
export function isIcmpError(family: 4 | 6, type: number): boolean {
  if (family === 6) return type < 128;
  return type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
}
