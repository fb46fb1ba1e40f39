import { fpcPicOf, PICS_PER_FPC, SESSION_ID_STRIDE, SESSION_ID_STRIDE_SPC3 } from '@midplane/spu-id';
import type {
  CardReading,
  Misfit,
  OutputReading,
  ReadCommand,
  SessionReading,
  SpuReading,
  UnreadLine,
  WingReading,
} from './output-reading.ts';

/** Figures of an SPU. */
export type SpuField = Exclude<keyof SpuReading, 'node' | 'fpc' | 'pic'>;

const MOST_TEXT = 100;

/** SPUs of a chassis, by their numbers: twelve slots. */
const MOST_SPUS = 12 * PICS_PER_FPC;

/** Gathers what is read, whatever the form. */
export class Collector {
  readonly commands: Set<ReadCommand> = new Set();
  readonly sessions: SessionReading[] = [];
  readonly cards: CardReading[] = [];
  readonly rates: Map<string, number> = new Map();
  readonly changed: Set<string> = new Set();
  readonly unread: UnreadLine[] = [];
  readonly misfits: Misfit[] = [];
  node: string | null = null;
  /** SPU that figures are about now. */
  fpc: number | null = null;
  pic: number | null = null;
  private readonly spus = new Map<string, SpuReading>();

  /** Figures are about another SPU from now on. */
  at(fpc: number | null, pic: number | null): void {
    this.fpc = fpc;
    this.pic = pic;
  }

  /** Sets a figure of the SPU that it is about; `false` if there is none. */
  set<F extends SpuField>(field: F, value: NonNullable<SpuReading[F]>): boolean {
    const { fpc, pic, node } = this;
    if (fpc === null || pic === null) return false;
    if (typeof value === 'number' && !Number.isSafeInteger(value)) return false;
    const key = `${node ?? ''}/${fpc}/${pic}`;
    let spu = this.spus.get(key);
    if (spu === undefined) {
      spu = { node, fpc, pic };
      this.spus.set(key, spu);
    }
    const before = spu[field];
    if (before !== undefined && typeof before !== 'object' && before !== value) {
      this.changed.add(`${field} of ${node === null ? '' : `${node} `}FPC${fpc} PIC${pic}`);
    }
    (spu as { [K in F]?: SpuReading[K] })[field] = value;
    return true;
  }

  /** A sum was printed: notes it if it does not fit. */
  sum(kind: Misfit['kind'], what: string, printed: number, counted: number): void {
    if (printed === counted) return;
    const isAll = kind === 'table';
    this.misfits.push({
      node: this.node,
      fpc: isAll ? null : this.fpc,
      pic: isAll ? null : this.pic,
      kind,
      what,
      printed,
      counted,
    });
  }

  /** A session begins. */
  session(sessionId: string): SessionReading {
    const session: SessionReading = { node: this.node, fpc: this.fpc, pic: this.pic, sessionId, wings: [] };
    this.sessions.push(session);
    return session;
  }

  /** The wing that is read now. */
  get wing(): WingReading | undefined {
    return this.sessions.at(-1)?.wings.at(-1);
  }

  /** A card begins. */
  card(slot: number, state: string, description: string): CardReading {
    const card: CardReading = { node: this.node, slot, state, description, pics: [] };
    const known = this.cards.findIndex((each) => each.node === this.node && each.slot === slot);
    if (known >= 0) this.cards[known] = card;
    else this.cards.push(card);
    return card;
  }

  /** A PIC of the card that is read now. */
  picOf(card: CardReading, pic: number, state: string, description: string): void {
    card.pics.push({ pic, state, description });
    const role = /^SPU (Cp-Flow|Cp|Flow)\b/i.exec(description)?.[1].toLowerCase();
    if (role === undefined) return;
    this.at(card.slot, pic);
    this.set('role', role as 'cp' | 'cp-flow' | 'flow');
    this.set('state', state);
    this.at(null, null);
  }

  /** A line that says nothing that is known. */
  skip(line: number, text: string): void {
    this.unread.push({ line, text: text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}...` : text });
  }

  /** Sessions, those without a heading with the SPU of their ID. */
  private withOwners(): SessionReading[] {
    const { sessions, cards } = this;
    const isWide =
      cards.some(({ description }) => /\bSPC ?3\b/i.test(description)) ||
      sessions.some(({ fpc, sessionId }) => {
        const id = Number(sessionId);
        // larger ones are of another scheme
        return fpc === null && id >= MOST_SPUS * SESSION_ID_STRIDE && id < MOST_SPUS * SESSION_ID_STRIDE_SPC3;
      });
    const stride = isWide ? SESSION_ID_STRIDE_SPC3 : SESSION_ID_STRIDE;
    return sessions.map((session) => {
      const spuId = Math.floor(Number(session.sessionId) / stride);
      if (session.fpc !== null || spuId >= MOST_SPUS) return session;
      return { ...session, ...fpcPicOf(spuId), isOwnerById: true };
    });
  }

  finish(): OutputReading {
    const { commands, cards, rates, changed, unread, misfits } = this;
    const sessions = this.withOwners();
    const spus = [...this.spus.values()].sort((a, b) => compareNodes(a.node, b.node) || a.fpc - b.fpc || a.pic - b.pic);
    return { commands, spus, sessions, cards, sessionsPerSecond: rates, misfits, changed: [...changed], unread };
  }
}

function compareNodes(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;
}

/** A count that was printed; what is none counts as 0, what is too large for a number as the largest. */
export function countOf(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0
    ? Math.min(Math.floor(value), Number.MAX_SAFE_INTEGER)
    : value > 0
      ? Number.MAX_SAFE_INTEGER
      : 0;
}
