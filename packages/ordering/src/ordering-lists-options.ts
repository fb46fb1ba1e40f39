/** A list is chosen by the upper 16 bits of a key. */
const MAX_LISTS = 2 ** 16;

/** How ordering lists are made. */
export interface OrderingListsOptions {
  /** Packets in all lists together, 1 to 1,048,576. */
  readonly capacity: number;
  /**
   * Number of lists, 1 to 65,536; a key (the hash of a flow, 32 bits) belongs to the list of its range. Without it
   * every key (the number of a session) has a list of its own for as long as packets of it are in.
   */
  readonly lists?: number;
  /** Packets in one list, at most; default the capacity. */
  readonly listCapacity?: number;
  /** Nanoseconds after which a list goes on without a packet that is not finished; default Infinity: it waits. */
  readonly timeoutNs?: number;
}

/** Checks and completes the options. */
export function readOrderingListsOptions(
  options: OrderingListsOptions,
  maxCapacity: number,
): Required<Omit<OrderingListsOptions, 'lists'>> & { lists: number | undefined } {
  const { capacity, lists, listCapacity = capacity, timeoutNs = Number.POSITIVE_INFINITY } = options;
  check('capacity', capacity, maxCapacity);
  if (lists !== undefined) check('lists', lists, MAX_LISTS);
  check('listCapacity', listCapacity, capacity);
  if (!(timeoutNs > 0)) {
    throw new RangeError(`Cannot create ordering lists: timeoutNs must be above 0: got ${String(timeoutNs)}`);
  }
  return { capacity, lists, listCapacity, timeoutNs };
}

function check(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new RangeError(
    `Cannot create ordering lists: ${name} must be an integer from 1 to ${max}: got ${String(value)}`,
  );
}
