import { FLOW_KEY_DESTINATION, FLOW_KEY_PROTOCOL, FLOW_KEY_WORDS } from '@midplane/flow';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';

/**
 * What the configuration says about a first packet, in the order of the first path: destination NAT, the interface that
 * the packet leaves by, the policy of the two zones.
 *
 * It depends on the flow key and the interface that the packet came in by.
 *
 * Fidelity: documented for the order. Interfaces come from the sides, for routes are not modelled.
 */
export class Admission {
  /** Key of the packet with its real destination. */
  readonly forward: Int32Array = new Int32Array(FLOW_KEY_WORDS);
  /** Zones that it comes from and goes to; -1 = none. */
  fromZone = -1;
  toZone = -1;
  /** Interface that it leaves by; -1 = the configuration does not say. */
  egress = -1;
  /** Position of its policy. */
  policy = 0;
  private readonly configuration: CompiledConfiguration;

  constructor(configuration: CompiledConfiguration) {
    this.configuration = configuration;
  }

  /**
   * Reads the rules for a key; returns the action of the policy, a POLICY_ value.
   *
   * @param ingress Interface that the packet came in by; -1 = the configuration does not say.
   */
  admit(key: Int32Array, at: number, ingress: number): number {
    const { interfaces, destinationNat, policies } = this.configuration;
    const { forward } = this;
    this.fromZone = interfaces.zoneOf(ingress);
    destinationNat.translate(key, at, this.fromZone, forward, 0);
    const family = forward[FLOW_KEY_PROTOCOL] >>> 8;
    this.egress = interfaces.findEgress(forward, FLOW_KEY_DESTINATION, family, ingress);
    this.toZone = interfaces.zoneOf(this.egress);
    this.policy = policies.find(forward, 0, this.fromZone, this.toZone);
    return policies.actions[this.policy];
  }
}
