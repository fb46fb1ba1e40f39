import type { RuleList } from './_rule-list.ts';

/** What {@link MulticastRoutes} are made of; `compileMulticast` makes them. */
export interface MulticastRoutesParts {
  /** What each route matches. */
  readonly rules: RuleList;
  /** Interfaces out of each route. */
  readonly interfaces: readonly Int32Array[];
}

/**
 * Multicast routes in their order: the first that matches group and sender says where copies go.
 *
 * Fidelity: assumed. A static list stands for multicast routing, which is not modelled.
 *
 * @example
 * ```ts
 * import { compileInterfaces, compileMulticast } from '@midplane/pipeline';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const configuration = { multicast: [{ group: '239.1.0.0/16', interfaces: ['xe-7/0/1', 'xe-7/0/2'] }] };
 * const interfaces = compileInterfaces(configuration);
 * const routes = compileMulticast(configuration, interfaces);
 * const route = routes.find(parseFlow('10.0.0.1:5000 > 239.1.2.3:5000/udp'), 0);
 * assert.deepEqual([...routes.interfaces[route]].map((i) => interfaces.names[i]), ['xe-7/0/1.0', 'xe-7/0/2.0']);
 * ```
 */
export class MulticastRoutes {
  /** Indexes of the interfaces out, by route. */
  readonly interfaces: readonly Int32Array[];

  private readonly rules: RuleList;

  /** @param parts What `compileMulticast` read. */
  constructor(parts: MulticastRoutesParts) {
    this.rules = parts.rules;
    this.interfaces = parts.interfaces;
  }

  /**
   * Returns the route of a packet.
   *
   * @param key Array that holds its key.
   * @param at Offset of the first word.
   * @returns Position of the route, -1 if none matches.
   */
  find(key: Int32Array, at: number): number {
    return this.rules.count === 0 ? -1 : this.rules.find(key, at, -1, -1);
  }
}
