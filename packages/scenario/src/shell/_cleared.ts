import type { SessionView } from '@midplane/junos';
import type { SessionCounts } from '@midplane/pipeline';

interface SpuCleared {
  readonly ids: Set<string>;
  valid: number;
  pending: number;
  multicast: number;
}

/** Sessions that a person has ended: they count as invalidated from then on. */
export class ClearedSessions {
  private readonly spus = new Map<number, SpuCleared>();

  /** Ends a session that is valid or pending; whether it was. */
  add(spuId: number, session: SessionView): boolean {
    if (session.state !== 'valid' && session.state !== 'pending') return false;
    let spu = this.spus.get(spuId);
    if (spu === undefined) {
      spu = { ids: new Set(), valid: 0, pending: 0, multicast: 0 };
      this.spus.set(spuId, spu);
    }
    if (spu.ids.has(session.sessionId)) return false;
    spu.ids.add(session.sessionId);
    spu[session.state]++;
    if (session.state === 'valid' && isMulticast(session.in.destination)) spu.multicast++;
    return true;
  }

  /** The session as it is now. */
  look(spuId: number, session: SessionView): SessionView {
    const isCleared = this.spus.get(spuId)?.ids.has(session.sessionId) ?? false;
    return isCleared ? { ...session, state: 'invalidated' } : session;
  }

  /** The counts as they are now. */
  count(counts: SessionCounts): SessionCounts {
    const spu = this.spus.get(counts.spuId);
    if (spu === undefined) return counts;
    return {
      ...counts,
      valid: counts.valid - spu.valid,
      pending: counts.pending - spu.pending,
      invalidated: counts.invalidated + spu.valid + spu.pending,
      multicast: counts.multicast - spu.multicast,
    };
  }
}

function isMulticast(address: string): boolean {
  if (address.includes(':')) return /^ff/i.test(address);
  const first = Number(address.split('.')[0]);
  return first >= 224 && first <= 239;
}
