import { FLOW_HASHES } from '@midplane/hash';
import { RequestError } from '../request-error.ts';

/**
 * Refuses the name of a hash function that there is not.
 *
 * @param place Where in the request it stands.
 * @throws {RequestError} `unknown-hash`.
 */
export function checkHash(name: string, place: { readonly pointer: string } | { readonly parameter: string }): void {
  if (FLOW_HASHES.has(name)) return;
  const subject = 'parameter' in place ? place.parameter : place.pointer.slice(1);
  const rule = `${subject} must be one of ${[...FLOW_HASHES.keys()].join(', ')}`;
  const got = JSON.stringify(name.slice(0, 60));
  throw new RequestError('unknown-hash', `Cannot find hash function: ${rule}: got ${got}`, place);
}
