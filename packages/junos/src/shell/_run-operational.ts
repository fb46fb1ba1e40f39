import { DEFAULT_EPOCH_SECONDS, dateOf } from '../commands/_time.ts';
import { compareConfigurations } from '../configuration/compare-configurations.ts';
import { Configuration } from '../configuration/configuration.ts';
import type { DeviceView } from '../device-view.ts';
import { parseSessionFilter } from '../session-filter.ts';
import { renderShow } from '../show.ts';
import { type Answer, isChanged, outcome, problem, type Surroundings } from './command-outcome.ts';

/** Runs a command of operational mode, its words written out. */
export function runOperational(words: readonly string[], surroundings: Surroundings): Answer | Promise<Answer> {
  const { device, format } = surroundings;
  switch (words[0]) {
    case 'show':
      if (words[1] === 'configuration') return showConfiguration(words.slice(2), surroundings);
      return { output: renderShow(device.view(), words.join(' '), format === 'set' ? 'text' : format) };
    case 'clear':
      return clear(words.slice(4), surroundings);
    case 'configure':
      return configure(words, surroundings);
    case 'request':
      return request(words.slice(1), surroundings);
    default:
      return { isOver: true };
  }
}

function showConfiguration(words: readonly string[], { device, format, compare }: Surroundings): Answer {
  const { active, history } = device.configuration;
  if (compare !== null) {
    const number = Number(compare[2] ?? 0);
    if (number >= history.length) {
      const rule = `number must be from 0 to ${history.length - 1}`;
      throw new RangeError(`Cannot compare configurations: ${rule}: got ${number}`);
    }
    return { output: [compareConfigurations(active, history[number].root)] };
  }
  // what is active, looked at as a candidate is
  const text = new Configuration({ active }).show(words, format);
  if (format !== 'text' || words.length > 0) return { output: [text] };
  const view = firstOf(device.view());
  const date = dateOf(view.epochSeconds ?? DEFAULT_EPOCH_SECONDS, history[0].committedNs);
  return { output: [`## Last commit: ${date} by user\n`, text] };
}

function firstOf(views: DeviceView | readonly DeviceView[]): DeviceView {
  return Array.isArray(views) ? views[0] : (views as DeviceView);
}

/**
 * `clear security flow session`.
 *
 * Fidelity: documented for `n active sessions cleared` (Junos "clear security flow session"); that it is one number for all
 * SPUs is assumed, and the node of a cluster makes no difference.
 */
function clear(words: readonly string[], { device }: Surroundings): Answer {
  const filter = [...words];
  const node = filter.indexOf('node');
  if (node >= 0) filter.splice(node, 2);
  const all = filter.indexOf('all');
  if (all >= 0) filter.splice(all, 1);
  return { output: [`${device.clearSessions(parseSessionFilter(filter))} active sessions cleared\n`] };
}

function configure([, how]: readonly string[], { device, enter }: Surroundings): Answer {
  if (how === 'private' || how === 'exclusive') {
    // one person is at the device
    if (how === 'private' && isChanged(device.configuration)) {
      return problem('error: shared configuration database modified');
    }
  }
  enter('configuration');
  const note = isChanged(device.configuration) ? 'The configuration has been changed but not committed\n' : '';
  return { output: [`Entering configuration mode\n${note}`], isPaged: false };
}

function request(words: readonly string[], { device }: Surroundings): Answer | Promise<Answer> {
  if (words[0] === 'system') return askForReboot(() => device.reboot());
  if (words[0] === 'chassis') {
    const [, , , slot, change] = words;
    return { output: [device.changeFpc(Number(slot), change as 'offline' | 'online' | 'restart')] };
  }
  const { simulation } = device;
  if (simulation === undefined) return problem('error: this device plays no traffic');
  if (words[1] === 'status') return { output: [simulation.status()] };
  if (words[1] === 'stop') return { output: [simulation.stop()] };
  const options: { speed?: number; capture?: string } = {};
  for (let i = 2; i < words.length; i += 2) {
    if (words[i] === 'speed') options.speed = Number(words[i + 1]);
    else options.capture = words[i + 1];
  }
  const said = simulation.start(options);
  return typeof said === 'string' ? { output: [said] } : said.then((text) => ({ output: [text] }));
}

/** Fidelity: observed. The question is that of published sessions. */
function askForReboot(reboot: () => string): Answer {
  return {
    question: {
      kind: 'line',
      prompt: 'Reboot the system ? [yes,no] (no) ',
      answer: (text) => outcome(/^y(es?)?$/i.test(text.trim()) ? { output: [reboot()] } : {}),
    },
  };
}
