import { resolveChassis } from '@midplane/chassis';
import {
  CommandSession,
  Configuration,
  type DeviceView,
  deviceViewOf,
  matchesSessionFilter,
  type SessionView,
  Shell,
  type ShellDevice,
} from '../index.ts';
import { session, wing } from '../test-data.suite.ts';
import { widthOf } from './_screen-line.ts';

/** A device of one SPC2 and an IOC2 with some sessions, without a simulation behind it. */
export class TestDevice implements ShellDevice {
  readonly configuration: Configuration;
  readonly hostName = 'host';
  nowNs = 200e9;
  bootedNs = 0;
  readonly said: string[] = [];
  sessions: readonly SessionView[];

  constructor(options: { active?: string; sessions?: number } = {}) {
    const { active = '', sessions = 3 } = options;
    this.configuration = new Configuration({ active });
    this.sessions = Array.from({ length: sessions }, (_, i) =>
      session({
        sessionId: String(10_000_001 + i),
        in: wing({ source: `192.0.2.${i % 250}`, sourcePort: 1024 + i, protocol: i % 2 === 0 ? 'tcp' : 'udp' }),
      }),
    );
  }

  view(): DeviceView {
    const { configuration, nowNs, bootedNs } = this;
    const { running, afterReboot } = configuration;
    return deviceViewOf(resolveChassis({ model: 'srx5600', cards: '0=SPC2,2=IOC2' }), {
      hostName: this.hostName,
      nowNs,
      bootedNs,
      configuredNs: configuration.history[0].committedNs,
      flowStatus: {
        forwarding: { inet: 'flow based', inet6: 'drop', mpls: 'drop', iso: 'drop' },
        tracing: false,
        distribution: running.distributionMode ?? 'hash-based',
        ordering: { running: running.orderingMode, configured: afterReboot.orderingMode },
      },
      spu: ({ spuId }) =>
        spuId === 1
          ? { sessions: this.sessions, flow: { valid: this.sessions.length, unicast: this.sessions.length } }
          : {},
    });
  }

  clearSessions(filter: Parameters<ShellDevice['clearSessions']>[0]): number {
    const kept = this.sessions.filter((each) => !matchesSessionFilter(filter, each));
    const cleared = this.sessions.length - kept.length;
    this.sessions = kept;
    return cleared;
  }

  reboot(): string {
    this.configuration.reboot();
    this.sessions = [];
    return 'Shutdown NOW!\n';
  }

  changeFpc(slot: number, change: string): string {
    if (slot > 5) throw new RangeError(`Cannot change card: slot must be from 0 to 5: got ${slot}`);
    return `FPC ${slot} ${change}\n`;
  }

  committed(): void {
    this.said.push('committed');
  }
}

/** What a line prints, errors with the caret's offset. */
export async function say(commands: CommandSession, line: string, ...answers: string[]): Promise<string> {
  let done = await commands.run(line);
  let text = [...done.output].join('');
  while (done.question !== null) {
    text += done.question.prompt;
    if (answers.length === 0) break;
    done = await done.question.answer(answers.shift()!);
    text += [...done.output].join('');
  }
  const { error } = done;
  return error === null ? text : `${text}${error.offset ?? ''}^${error.message}\n${error.help}`;
}

/** A session on a device. */
export function commandsOn(device: ShellDevice = new TestDevice()): CommandSession {
  return new CommandSession(device);
}

/** A terminal with a shell: what is on its screen, row by row. */
export class TestTerminal {
  readonly shell: Shell;
  isOver = false;
  private readonly columns: number;
  private rows: string[][] = [[]];
  private row = 0;
  private column = 0;
  private readonly decoder = new TextDecoder();

  constructor(device: ShellDevice = new TestDevice(), columns = 80, rows = 24) {
    this.columns = columns;
    this.shell = new Shell(device, {
      columns,
      rows,
      write: (bytes) => this.show(this.decoder.decode(bytes, { stream: true })),
      onExit: () => {
        this.isOver = true;
      },
    });
    this.shell.start();
  }

  /** Types text; `\r` is the key Enter. */
  async type(text: string): Promise<void> {
    this.shell.input(new TextEncoder().encode(text));
    await this.shell.settled;
  }

  /** Everything that was ever shown, without blanks at ends of rows. */
  get text(): string {
    return this.rows
      .map((row) =>
        Array.from(row, (cell) => cell ?? ' ')
          .join('')
          .trimEnd(),
      )
      .join('\n');
  }

  /** The row of the cursor, and its column. */
  get cursor(): readonly [string, number] {
    return [this.text.split('\n')[this.row] ?? '', this.column];
  }

  private show(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences of terminals begin so
    for (const [part] of text.matchAll(/\x1b\[(\d*)([A-Z])|\x1b\[2J|\x1b\[H|[\s\S]/gu)) {
      if (part.startsWith('\x1b')) this.control(part);
      else if (part === '\r') this.column = 0;
      else if (part === '\n') this.down();
      else {
        const width = widthOf(part);
        if (this.column + width > this.columns) {
          this.column = 0;
          this.down();
        }
        this.rows[this.row][this.column] = part;
        this.column += width;
      }
    }
  }

  private down(): void {
    this.row++;
    this.rows[this.row] ??= [];
  }

  private control(sequence: string): void {
    const count = Number(sequence.slice(2, -1) || 1);
    const kind = sequence.at(-1);
    if (kind === 'A') this.row -= count;
    else if (kind === 'B') for (let i = 0; i < count; i++) this.down();
    else if (kind === 'C') this.column += count;
    else if (kind === 'H') [this.row, this.column] = [0, 0];
    else if (kind === 'J' && sequence === '\x1b[2J') this.rows = [[]];
    else if (kind === 'J') {
      this.rows.length = this.row + 1;
      this.rows[this.row].length = Math.min(this.rows[this.row].length, this.column);
    } else throw new Error(`unknown sequence ${JSON.stringify(sequence)}`);
    if (this.row < 0) throw new Error('cursor above the screen');
  }
}
