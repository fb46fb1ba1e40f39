import type { CompiledConfiguration, ForwardingModes } from '../configuration/compile-configuration.ts';
import { compileConfiguration } from '../configuration/compile-configuration.ts';
import type { DeviceConfiguration } from '../configuration/device-configuration.ts';
import { NpCache } from '../npu/np-cache.ts';
import type { Npu } from '../npu/npu.ts';
import type { ParameterValues } from '../parameters.ts';
import { POLICY_PERMIT } from '../policy/policy-table.ts';
import { Admission } from '../spu/admission.ts';
import type { Spu } from '../spu/spu.ts';
import type { SpuStage } from '../spu/spu-stage.ts';

/** The configuration that a path goes by: one object, whose tables a commit exchanges. */
export type ActiveConfiguration = { -readonly [K in keyof CompiledConfiguration]: CompiledConfiguration[K] };

/** What a commit works on. */
export interface ConfigurationParts {
  /** What is in force. */
  readonly active: ActiveConfiguration;
  /** What that was made of. */
  readonly source: DeviceConfiguration;
  readonly spus: readonly Spu[];
  readonly npus: readonly Npu[];
  readonly values: ParameterValues;
  readonly spuStage: SpuStage;
  /** Interface by which the packets of a flow come in; -1 = the configuration does not say. */
  readonly ingressOf: (key: Int32Array) => number;
  /** Told that the tables are others, before any session ends by them. */
  readonly onChange: (before: CompiledConfiguration) => void;
  /** Told that the packets to come go by them. */
  readonly aimAgain: () => void;
}

/** Exchanges the configuration of a path while it runs. */
export class ConfigurationControl {
  private readonly parts: ConfigurationParts;
  private source: DeviceConfiguration;
  private afterReboot: ForwardingModes;

  constructor(parts: ConfigurationParts) {
    this.parts = parts;
    this.source = parts.source;
    this.afterReboot = parts.active.forwarding;
  }

  /** Takes another configuration; returns how many sessions that ends, and what waits for the reboot. */
  take(source: DeviceConfiguration, nowNs: number): { readonly ended: number; readonly waits: readonly string[] } {
    const { active, npus, values, spuStage, onChange, aimAgain } = this.parts;
    const next = compileConfiguration(source);
    const before = { ...active };
    const isOtherNat = natOf(source) !== natOf(this.source);
    let ended = 0;
    if (isOtherNat) ended += this.endTranslated(nowNs);
    this.source = source;
    this.afterReboot = next.forwarding;
    Object.assign(active, next, { forwarding: active.forwarding });
    if (isOtherNat) for (const spu of this.parts.spus) spu.renewNat();
    for (const npu of npus) {
      if (!next.npCache.includes(npu.slot)) npu.cache = undefined;
      else npu.cache ??= new NpCache(values.fragmentTimeoutS);
    }
    spuStage.configure();
    onChange(before);
    ended += this.endRerouted(before, nowNs) + this.endDenied(nowNs);
    aimAgain(); // last: who began a session is not learnt from what comes later
    const { inet6 } = next.forwarding;
    return { ended, waits: inet6 === active.forwarding.inet6 ? [] : [`inet6 ${inet6}`] };
  }

  /** The chassis reboots: what waited for it counts. */
  reboot(): void {
    this.parts.active.forwarding = this.afterReboot;
    this.parts.spuStage.configure();
  }

  private endTranslated(nowNs: number): number {
    return this.end(nowNs, (spu, session) => spu.table!.hasOwnOutWing(session));
  }

  private endDenied(nowNs: number): number {
    const { active, ingressOf } = this.parts;
    const admission = new Admission(active);
    const key = new Int32Array(10);
    return this.end(nowNs, (spu, session) => {
      spu.table!.keyInto(session << 1, key);
      return admission.admit(key, 0, ingressOf(key)) !== POLICY_PERMIT;
    });
  }

  /** Multicast: leaves are made with their template, so that has to end where its interfaces are others. */
  private endRerouted(before: CompiledConfiguration, nowNs: number): number {
    const { active } = this.parts;
    const key = new Int32Array(10);
    return this.end(nowNs, (spu, session) => {
      if (!spu.leaves.has(session)) return false;
      spu.table!.keyInto(session << 1, key);
      return interfacesOf(before, key) !== interfacesOf(active, key);
    });
  }

  private end(nowNs: number, isOver: (spu: Spu, session: number) => boolean): number {
    const { spus, spuStage } = this.parts;
    let ended = 0;
    for (const [position, spu] of spus.entries()) {
      ended += spuStage.clear(position, nowNs, (session) => isOver(spu, session));
    }
    return ended;
  }
}

/** Names of the interfaces out of a group. */
function interfacesOf({ multicast, interfaces }: CompiledConfiguration, key: Int32Array): string {
  return Array.from(multicast.interfaces[multicast.find(key, 0)] ?? [], (index) => interfaces.names[index]).join(' ');
}

function natOf({ sourceNat, destinationNat, interfaces }: DeviceConfiguration): string {
  return JSON.stringify([sourceNat, destinationNat, interfaces]);
}
