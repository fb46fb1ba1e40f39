/**
 * Lays rows out so that every owner comes at an even pace.
 *
 * Turn k of an owner with c of n rows is due in the window from row floor(k n / c) to before row ceil((k + 1) n / c).
 * At each row the owner whose window closes first takes it (ties to the lower position), which meets every window
 * (earliest deadline first; the windows are those of proportionate-fair scheduling, Baruah et al. 1996). One exception:
 * an owner that can wait for another row does not follow itself while another one is in its window.
 *
 * A binary heap of owners that are in their window, and a list per row of owners whose window opens there: O(n log owners).
 *
 * @param owners Values to write, in the order that settles ties.
 * @param counts Rows per owner, each at least 1; their sum is `length`.
 * @param length Rows, at most 2^24, so that k n stays exact.
 * @returns The owner of every row.
 */
export function interleaveRows(owners: readonly number[], counts: readonly number[], length: number): Uint16Array {
  const table = new Uint16Array(length);
  const n = owners.length;
  const taken = new Int32Array(n);
  const opensAt = new Int32Array(length).fill(-1); // first owner of the list of a row
  const nextInList = new Int32Array(n);
  // heap[i] = deadline * n + owner: one number orders by deadline, then by position; at most 2^24 * 2^16
  const heap = (length + 1) * n < 2 ** 31 ? new Int32Array(n + 1) : new Float64Array(n + 1);
  let size = 0;

  const push = (key: number): void => {
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent] <= key) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = key;
  };
  const pop = (): number => {
    const top = heap[0];
    const key = heap[--size];
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= key) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = key;
    return top;
  };
  const keyOf = (owner: number): number => Math.ceil(((taken[owner] + 1) * length) / counts[owner]) * n + owner;

  for (let owner = 0; owner < n; owner++) push(keyOf(owner));
  let previous = -1;
  for (let row = 0; row < length; row++) {
    for (let owner = opensAt[row]; owner >= 0; owner = nextInList[owner]) push(keyOf(owner));
    let key = pop();
    // repeats itself and is not urgent: the next one goes first
    if (key % n === previous && size > 0 && (key - previous) / n > row + 1) {
      const second = pop();
      push(key);
      key = second;
    }
    const owner = key % n;
    table[row] = owners[owner];
    previous = owner;
    taken[owner]++;
    if (taken[owner] === counts[owner]) continue;
    const opens = Math.floor((taken[owner] * length) / counts[owner]);
    // a turn taken late in its window can leave the next window open already: it is due from the next row
    const from = opens > row ? opens : row + 1;
    nextInList[owner] = opensAt[from];
    opensAt[from] = owner;
  }
  return table;
}
