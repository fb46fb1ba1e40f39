import { halves } from './_checksum.ts';
import {
  ADDRESS_SUM,
  CLIENT,
  CLIENT_SEQUENCE,
  FLOW_IPV6,
  FLOW_SERVER_CLOSES,
  FLOW_UPLOAD,
  KIND,
  LABEL,
  NEXT,
  PIECES,
  PORTS,
  QUOTA,
  SENT,
  SERVER,
  SERVER_SEQUENCE,
} from './_live-flows.ts';
import { mix32 } from './_random.ts';
import type { Tuple } from './_tuple.ts';

/** Returns further random bits of a flow from those of its tuple. */
export function moreBits(bits: number): number {
  return mix32(bits ^ 0x1b873593);
}

/** Fills the slot at word `at` with a flow before its first packet; its gap is left to the caller. */
export function fillFlow(words: Int32Array, at: number, tuple: Tuple, quota: number, prefixSum: number): void {
  // hot: called once per flow, no allocation
  const { ipv6, client, server, bits } = tuple;
  const more = moreBits(bits);
  // one in four hosts starts at 128, the others at 64
  const clientTtl = ((more & 3) === 0 ? 128 : 64) - 1 - ((more >>> 2) & 7);
  const serverTtl = ((more & 0x60) === 0 ? 128 : 64) - 1 - ((more >>> 7) & 15);
  const upload = (more & 0x7000) === 0 ? FLOW_UPLOAD : 0;
  const serverCloses = (more & 0x8000) === 0 ? FLOW_SERVER_CLOSES : 0;
  words[at + NEXT] = -1;
  words[at + KIND] =
    tuple.transport | (ipv6 ? FLOW_IPV6 : 0) | upload | serverCloses | (clientTtl << 8) | (serverTtl << 16);
  words[at + SENT] = 0;
  words[at + QUOTA] = quota;
  words[at + CLIENT] = client;
  words[at + SERVER] = server;
  words[at + PORTS] = (tuple.clientPort << 16) | tuple.serverPort;
  words[at + CLIENT_SEQUENCE] = mix32(bits ^ 0x165667b1);
  words[at + SERVER_SEQUENCE] = mix32(bits ^ 0x27d4eb2f);
  words[at + ADDRESS_SUM] = halves(client) + halves(server) + (ipv6 ? prefixSum : 0);
  words[at + LABEL] = more >>> 12;
  words[at + PIECES] = 0;
}
