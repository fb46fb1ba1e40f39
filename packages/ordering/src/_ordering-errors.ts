/** The error for a ticket that is none, or no longer. */
export function unknownTicket(ticket: number): RangeError {
  return new RangeError(
    `Cannot find packet: ticket must be one of a packet that is being worked on: got ${String(ticket)}`,
  );
}

/** The error for a buffer that cannot hold what a list may give. */
export function shortOutput(least: number, got: number): RangeError {
  return new RangeError(`Cannot complete packet: out must have room for ${least} items, a whole list: got ${got}`);
}
