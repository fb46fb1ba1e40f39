// The kernels of kernels.bench.ts in C, by the same steps over the same columns: cc -O3 -o kernels kernels.c
// kernels <input> <rounds> prints ns per packet of each, best of the rounds, and sums of what they computed.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROWS 1024
#define NOINLINE __attribute__((noinline))

static int32_t total;
static uint8_t *bytes;
static int32_t *offset, *captured;
static uint32_t *length;

static uint8_t kind[ROWS], fragment[ROWS], tcp_flags[ROWS];
static uint16_t protocol[ROWS], ether_type[ROWS], icmp[ROWS], fragment_offset[ROWS];
static uint32_t flags[ROWS], hashes[ROWS];
static int32_t key[ROWS * 10], l3_offset[ROWS], l4_offset[ROWS], fragment_id[ROWS], wings[ROWS];

static inline uint32_t u32(int32_t at) {
  uint32_t value;
  memcpy(&value, bytes + at, 4);
  return __builtin_bswap32(value);
}
static inline uint32_t u16(int32_t at) { return (uint32_t)(bytes[at] << 8 | bytes[at + 1]); }

/** The upper layer of a row: TCP, UDP, and echoes of ICMP. */
static inline void decode_upper(int32_t row, uint32_t proto, int32_t l4, int32_t limit) {
  int32_t *words = key + row * 10;
  protocol[row] = (uint16_t)proto;
  words[9] |= (int32_t)proto;
  l4_offset[row] = l4;
  if (proto == 6 || proto == 17) {
    if (l4 + (proto == 6 ? 14 : 4) > limit) return;
    words[8] = (int32_t)u32(l4);
    flags[row] |= 1;
    if (proto == 6) tcp_flags[row] = bytes[l4 + 13];
  } else if ((proto == 1 || proto == 58) && l4 + 6 <= limit) {
    uint32_t identifier = u16(l4 + 4);
    words[8] = (int32_t)(identifier << 16 | identifier);
    icmp[row] = (uint16_t)u16(l4);
    flags[row] |= 1 | 1 << 10 | 1 << 13;
  }
}

NOINLINE static void decode(int32_t from, int32_t count) {
  memset(fragment, 0, (size_t)count);
  memset(protocol, 0, (size_t)count * 2);
  memset(tcp_flags, 0, (size_t)count);
  memset(icmp, 0, (size_t)count * 2);
  memset(fragment_id, 0, (size_t)count * 4);
  memset(fragment_offset, 0, (size_t)count * 2);
  memset(key, 0, (size_t)count * 40);
  for (int32_t row = 0; row < count; row++) {
    int32_t start = offset[from + row], end = start + captured[from + row];
    int32_t *words = key + row * 10;
    kind[row] = 0;
    flags[row] = (uint32_t)captured[from + row] < length[from + row] ? 1 << 11 : 0;
    l3_offset[row] = l4_offset[row] = -1;
    if (end - start < 34) continue;
    uint32_t type = u16(start + 12);
    int32_t l3 = start + 14;
    ether_type[row] = (uint16_t)type;
    if (type == 0x0800) {
      uint32_t head = bytes[l3];
      int32_t l4 = l3 + (int32_t)(head & 15) * 4, limit = l3 + (int32_t)u16(l3 + 2);
      if (head >> 4 != 4 || (head & 15) < 5 || l4 > end) continue;
      if (limit > end) limit = end;
      kind[row] = 2;
      l3_offset[row] = l3;
      words[0] = (int32_t)u32(l3 + 12);
      words[4] = (int32_t)u32(l3 + 16);
      words[9] = 0x400;
      if ((u16(l3 + 6) & 0x3fff) != 0) fragment[row] = 1;
      decode_upper(row, bytes[l3 + 9], l4, limit);
    } else if (type == 0x86dd && end - start >= 54) {
      int32_t l4 = l3 + 40, limit = l4 + (int32_t)u16(l3 + 4);
      if (limit > end) limit = end;
      kind[row] = 3;
      l3_offset[row] = l3;
      for (int32_t word = 0; word < 8; word++) words[word] = (int32_t)u32(l3 + 8 + word * 4);
      words[9] = 0x600;
      decode_upper(row, bytes[l3 + 6], l4, limit);
    }
  }
}

static uint32_t toeplitz[40][256];

static void build_toeplitz(void) {
  static const uint8_t secret[40] = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
                                     0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
                                     0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};
  for (int row = 0; row < 40; row++)
    for (int byte = 0; byte < 256; byte++)
      for (int bit = 0; bit < 8; bit++) {
        uint64_t window = 0;
        if (!(byte & 128 >> bit)) continue;
        for (int i = 0; i < 5; i++) window = window << 8 | secret[(row + i) % 40];
        toeplitz[row][byte] ^= (uint32_t)(window >> (8 - bit));
      }
}

static inline uint32_t word_sum(int row, uint32_t word) {
  return toeplitz[row][word >> 24] ^ toeplitz[row + 1][word >> 16 & 255] ^ toeplitz[row + 2][word >> 8 & 255] ^
         toeplitz[row + 3][word & 255];
}

/** The endpoints in order first, so that both directions have one value. */
NOINLINE static void hash(int32_t count) {
  for (int32_t row = 0; row < count; row++) {
    const uint32_t *words = (const uint32_t *)key + row * 10;
    uint32_t selector = words[8], reversed = selector << 16 | selector >> 16;
    if (words[9] >> 8 == 4) {
      uint32_t source = words[0], destination = words[4], swap = source > destination ? ~0u : 0;
      selector ^= (selector ^ reversed) & swap;
      if (source == destination && selector > reversed) selector = reversed;
      uint32_t exchange = (source ^ destination) & swap;
      hashes[row] = word_sum(0, source ^ exchange) ^ word_sum(4, destination ^ exchange) ^ word_sum(8, selector) ^
                    toeplitz[15][words[9] & 255];
    } else if (words[9] >> 8 == 6) {
      int word = 0;
      while (word < 3 && words[word] == words[word + 4]) word++;
      int first = words[word] > words[word + 4] ? 4 : 0;
      if (first == 4 || (words[word] == words[word + 4] && selector > reversed)) selector = reversed;
      uint32_t sum = word_sum(32, selector) ^ toeplitz[39][words[9] & 255];
      for (int i = 0; i < 4; i++) sum ^= word_sum(i * 4, words[first + i]) ^ word_sum(16 + i * 4, words[(first ^ 4) + i]);
      hashes[row] = sum;
    } else {
      hashes[row] = 0;
    }
  }
}

static inline uint32_t mix6(const uint32_t *w) {
  uint32_t value = w[0] * 0x2c1b3c6du ^ w[1] * 0x297a2d39u;
  value = (value ^ value >> 16) * 0x1b56c4e9u ^ w[2] * 0x3d4d51cbu;
  return (value ^ value >> 15) * 0x165667b1u ^ w[3] * 0x27d4eb2fu;
}

static inline uint32_t endpoint(uint32_t address, uint32_t port) {
  uint32_t a = address * 0x9e3779b1u + port * 0x85ebca6bu;
  a = (a ^ a >> 15) * 0x7feb352du;
  return a ^ a >> 13;
}

NOINLINE static void hash_wings(int32_t count) {
  for (int32_t row = 0; row < count; row++) {
    const uint32_t *words = (const uint32_t *)key + row * 10;
    int is4 = words[9] >> 8 == 4;
    uint32_t a = endpoint(is4 ? words[0] : mix6(words), words[8] >> 16);
    uint32_t b = endpoint(is4 ? words[4] : mix6(words + 4), words[8] & 0xffff);
    uint32_t h = a + b + (a ^ b) * 0x45d9f3au + words[9] * 0xc2b2ae35u;
    h = (h ^ h >> 16) * 0x846ca68bu;
    h = (h ^ h >> 15) * 0x2545f491u;
    wings[row] = (int32_t)(h ^ h >> 16);
  }
}

// Sessions: entries of 64 bytes in chunks of 8,192; an index of hash and reference, linear probing, at most half full.
static int32_t *slots, mask, sessions, pairs;
static int32_t *chunks[1024], *pair_chunks[1024];

static inline int32_t *entry_of(int32_t session) { return chunks[session >> 13] + ((session & 8191) << 4); }
static inline int32_t *pair_of(int32_t row) { return pair_chunks[row >> 13] + ((row & 8191) << 3); }

static void reset(void) {
  for (int i = 0; i < 1024; i++) {
    free(chunks[i]);
    free(pair_chunks[i]);
    chunks[i] = pair_chunks[i] = NULL;
  }
  free(slots);
  mask = 2047;
  slots = calloc((size_t)mask + 1, 4);
  sessions = pairs = 0;
}

static void place(int32_t *into, int32_t into_mask, int32_t h, int32_t reference) {
  int32_t slot = (int32_t)((uint32_t)h << 1) & into_mask;
  while (into[slot + 1] != 0) slot = (slot + 2) & into_mask;
  into[slot] = h;
  into[slot + 1] = reference;
}

static int is_pair(const int32_t *pair, const int32_t *words, int turn) {
  for (int i = 0; i < 8; i++)
    if (pair[i ^ turn] != words[i]) return 0;
  return 1;
}

static inline int32_t flow_of(int32_t session, const int32_t *words) {
  const int32_t *entry = entry_of(session);
  if ((entry[3] & 0xffff) != words[9]) return -1;
  uint32_t selector = (uint32_t)entry[2];
  int32_t reversed = (int32_t)(selector << 16 | selector >> 16);
  if (words[9] >> 8 == 4) {
    if (entry[0] == words[0] && entry[1] == words[4] && entry[2] == words[8]) return session << 1;
    return entry[0] == words[4] && entry[1] == words[0] && reversed == words[8] ? session << 1 | 1 : -1;
  }
  const int32_t *pair = pair_of(entry[0]);
  if (entry[2] == words[8] && is_pair(pair, words, 0)) return session << 1;
  return reversed == words[8] && is_pair(pair, words, 4) ? session << 1 | 1 : -1;
}

static inline int32_t find(const int32_t *words, int32_t h) {
  for (int32_t slot = (int32_t)((uint32_t)h << 1) & mask; slots[slot + 1] != 0; slot = (slot + 2) & mask) {
    if (slots[slot] != h) continue;
    int32_t flow = flow_of(slots[slot + 1] - 1, words);
    if (flow >= 0) return flow;
  }
  return -1;
}

static int32_t *allocate(int32_t **list, int32_t row, int32_t words) {
  if (list[row >> 13] == NULL) list[row >> 13] = aligned_alloc(64, (size_t)words * 4 * 8192);
  return list[row >> 13] + (row & 8191) * words;
}

NOINLINE static int32_t insert(const int32_t *words, int32_t h) {
  if (sessions >= (mask + 1) >> 2) {
    int32_t *old = slots, old_mask = mask;
    mask = mask * 2 + 1;
    slots = calloc((size_t)mask + 1, 4);
    for (int32_t slot = 0; slot < old_mask; slot += 2)
      if (old[slot + 1] != 0) place(slots, mask, old[slot], old[slot + 1]);
    free(old);
  }
  int32_t session = sessions++, *entry = allocate(chunks, session, 16);
  memset(entry, 0, 64);
  if (words[9] >> 8 == 4) {
    entry[0] = words[0];
    entry[1] = words[4];
  } else {
    memcpy(allocate(pair_chunks, pairs, 8), words, 32);
    entry[0] = pairs++;
  }
  entry[2] = words[8];
  entry[3] = words[9] | 1 << 16;
  entry[8] = 1800;
  place(slots, mask, h, session + 1);
  return session << 1;
}

static volatile int32_t sink;

NOINLINE static void touch(int32_t count) {
  static int32_t candidates[ROWS];
  int32_t sum = 0, found = 0;
  for (int32_t row = 0; row < count; row++) sum ^= slots[(int32_t)((uint32_t)wings[row] << 1) & mask];
  for (int32_t row = 0; row < count; row++) {
    int32_t slot = (int32_t)((uint32_t)wings[row] << 1) & mask;
    while (slots[slot] != wings[row] && slots[slot + 1] != 0) slot = (slot + 2) & mask;
    candidates[found] = slots[slot + 1] - 1;
    found += slots[slot + 1] > 0;
  }
  for (int32_t i = 0; i < found; i++) sum ^= entry_of(candidates[i])[0] ^ entry_of(candidates[i])[15];
  sink = sum;
}

NOINLINE static void look_up(int32_t from, int32_t count) {
  for (int32_t row = 0; row < count; row++) {
    int32_t flow = find(key + row * 10, wings[row]);
    if (flow < 0) flow = insert(key + row * 10, wings[row]);
    int32_t *entry = entry_of(flow >> 1), wing = flow & 1;
    uint64_t sum = (uint64_t)(uint32_t)entry[11 + wing] + length[from + row];
    entry[4] = 0;
    entry[9 + wing]++;
    entry[11 + wing] = (int32_t)(uint32_t)sum;
    if (sum > 0xffffffffu) entry[13] += wing == 0 ? 0x10000 : 1;
  }
}

static double run(int depth) {
  struct timespec before, after;
  if (depth > 1) reset();
  clock_gettime(CLOCK_MONOTONIC, &before);
  for (int32_t from = 0; from < total; from += ROWS) {
    int32_t count = total - from < ROWS ? total - from : ROWS;
    decode(from, count);
    if (depth > 0) hash(count);
    if (depth > 1) {
      hash_wings(count);
      touch(count);
      look_up(from, count);
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &after);
  return ((double)(after.tv_sec - before.tv_sec) * 1e9 + (double)(after.tv_nsec - before.tv_nsec)) / total;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  FILE *file = fopen(argv[1], "rb");
  int32_t head[2];
  if (file == NULL || fread(head, 4, 2, file) != 2) return 2;
  total = head[0];
  offset = malloc((size_t)total * 4);
  captured = malloc((size_t)total * 4);
  length = malloc((size_t)total * 4);
  bytes = malloc((size_t)head[1]);
  size_t rows = (size_t)total;
  if (fread(offset, 4, rows, file) != rows || fread(captured, 4, rows, file) != rows ||
      fread(length, 4, rows, file) != rows || fread(bytes, 1, (size_t)head[1], file) != (size_t)head[1])
    return 2;
  build_toeplitz();
  double best[3] = {1e9, 1e9, 1e9};
  for (int round = atoi(argv[2]); round > 0; round--)
    for (int depth = 0; depth < 3; depth++) {
      double ns = run(depth);
      if (ns < best[depth]) best[depth] = ns;
    }
  uint32_t keys = 0, values = 0;
  for (int32_t from = 0; from < total; from += ROWS) {
    int32_t count = total - from < ROWS ? total - from : ROWS;
    decode(from, count);
    hash(count);
    for (int32_t row = 0; row < count; row++) {
      for (int i = 0; i < 10; i++) keys = keys * 31 + (uint32_t)key[row * 10 + i];
      keys = keys * 31 + tcp_flags[row];
      values = values * 31 + hashes[row];
    }
  }
  printf("{\"ns\":[%.3f,%.3f,%.3f],\"sums\":[%u,%u,%d]}\n", best[0], best[1], best[2], keys, values, sessions);
  return 0;
}
