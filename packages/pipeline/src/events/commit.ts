import type { DistributionMode } from '@midplane/chassis';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import type { ParameterName } from '../parameters.ts';

/**
 * What a commit changes in a path that runs. Plain data; what is left out stays as it is.
 *
 * Sessions that the new policies do not permit end; so do those with another address or port, if NAT is another one, and
 * multicast sessions whose interfaces out are others. The others go on, under the policy that matches them now.
 *
 * Fidelity: documented, what waits for the reboot. What becomes of sessions is assumed.
 */
export interface PipelineCommit {
  /** What the report calls it, such as `set security flow aging early-ageout 5`. */
  readonly name: string;
  /** Zones, policies, NAT and the rest, whole, in place of what was there; `forwarding` counts from the next reboot on. */
  readonly configuration?: DeviceConfiguration;
  /** Parameters that change; see `LIVE_PARAMETERS`. */
  readonly parameters?: Readonly<Partial<Record<ParameterName, number>>>;
  /** Mode of packet ordering from the next reboot on. */
  readonly ordering?: 'hardware' | 'software';
  /** Distribution mode from the next reboot on; `null`: as release and cards have it. */
  readonly distributionMode?: DistributionMode | null;
}
