import type { Seen } from './_see.suite.ts';

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

/** Says what is wrong with the life of a TCP flow, or ''; `resets` allows a reset after the data phase. */
export function tcpFault(packets: readonly Seen[], resets = false): string {
  const first = packets[0]!;
  const next: [number, number] = [-1, -1];
  for (const [index, packet] of packets.entries()) {
    const server = packet.source === first.source ? 0 : 1;
    const { flags } = packet;
    const last = index === packets.length - 1;
    if (index === 0 && flags !== SYN) return 'does not start with SYN';
    if (index > 0 && (flags & SYN) !== 0 && (index !== 1 || server === 0 || flags !== (SYN | ACK))) return 'SYN inside';
    if ((flags & RST) !== 0 && !last) return 'RST before the end';
    if ((flags & FIN) !== 0 && index < packets.length - 3) return 'FIN before the end';
    if (packet.payload > 0 && (index < 3 || (flags & (SYN | FIN | RST)) !== 0)) return 'data outside of the data phase';
    const refused = index === 1 && (flags & RST) !== 0;
    if (next[server] !== -1 && packet.sequence !== next[server]) return `gap in the sequence numbers at ${index}`;
    if ((flags & ACK) !== 0 && packet.acknowledgment !== next[1 - server])
      return `acknowledges what was not sent at ${index}`;
    if (!refused) next[server] = (packet.sequence + packet.payload + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) % 2 ** 32;
  }
  const tail = packets.slice(-3).map(({ flags }) => flags & (FIN | RST));
  if (resets && tail.join() === `0,0,${RST}`) return '';
  if (packets.length >= 6) return tail.join() === `${FIN},${FIN},0` ? '' : `ends with ${tail}`;
  return packets.length === 1 || tail.at(-1) === RST ? '' : `ends with ${tail}`;
}
