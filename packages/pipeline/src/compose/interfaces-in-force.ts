import type { ActiveConfiguration } from '../control/configuration-control.ts';
import { Sides } from '../ingress/sides.ts';
import type { Npu } from '../npu/npu.ts';
import { npuFinder } from '../npu/npu-of-interface.ts';
import type { Spu } from '../spu/spu.ts';

/** What the configuration in force says of interfaces: on whose NPU they are, and what lies behind them. */
export class InterfacesInForce {
  private readonly configuration: ActiveConfiguration | undefined;
  private readonly npus: readonly Npu[];
  private find: ((interfaceIndex: number) => number) | undefined;
  private current: Sides | undefined;

  /** @throws {RangeError} If an interface is in a slot without an I/O card. */
  constructor(configuration: ActiveConfiguration | undefined, npus: readonly Npu[]) {
    this.configuration = configuration;
    this.npus = npus;
    this.renew([]);
  }

  /** Position of the NPU of an interface; -1 = none. */
  readonly npuOf = (interfaceIndex: number): number => this.find?.(interfaceIndex) ?? -1;

  /** What lies behind the interfaces; undefined: the configuration does not say. */
  readonly sides = (): Sides | undefined => this.current;

  /** The configuration is another one. Who began which conversation stays known, by what was noted and by the sessions. */
  renew(spus: readonly Spu[]): void {
    const { configuration, npus } = this;
    if (configuration === undefined) return;
    const { interfaces } = configuration;
    this.find = npuFinder(interfaces, npus);
    this.current = interfaces.hasSides ? new Sides(interfaces, this.npuOf, this.current) : undefined;
    for (const { table } of spus) if (table !== undefined) this.current?.remember(table);
  }
}
