/** TCP flag bits. */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;
/** Bit of a step: the server sends it. */
export const FROM_SERVER = 0x100;
/** A step of the data phase; who sends and how much is left to the caller. Its flags are 0. */
export const DATA = 0x200;
/** Bit of a step: the first of the data phase, which the client sends. */
export const REQUEST = 0x400;

/**
 * Returns packet `index` of a TCP flow of `quota` packets: flag bits, and who sends.
 *
 * 6 packets and more open with three, carry data and close with three. Fewer make the short lives that real links show:
 * 1 SYN without answer, 2 refused, 3 reset after SYN-ACK, 4 reset after the handshake, 5 request answered by a reset.
 * A flow that `resets` carries data up to its last packet, a reset of the side that would have closed first.
 */
export function tcpStep(index: number, quota: number, serverCloses: boolean, resets: boolean): number {
  // hot: called per TCP packet
  if (index === 0) return SYN;
  if (index === 1) return FROM_SERVER | (quota === 2 ? RST : SYN) | ACK;
  if (quota >= 6) {
    const left = quota - index;
    if (resets) {
      if (left === 1) return serverCloses ? FROM_SERVER | RST | ACK : RST | ACK;
    } else if (left <= 3) {
      const flags = left === 1 ? ACK : FIN | ACK;
      return (left === 2) === serverCloses ? flags : FROM_SERVER | flags;
    }
    return index === 2 ? ACK : index === 3 ? DATA | REQUEST : DATA;
  }
  if (index === 2) return quota === 3 ? RST : ACK;
  if (index === 3) return quota === 4 ? RST | ACK : DATA | REQUEST;
  return FROM_SERVER | RST | ACK;
}
