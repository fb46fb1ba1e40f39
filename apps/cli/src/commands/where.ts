import { parseFlow } from '@midplane/flow';
import { findFlowHash } from '@midplane/hash';
import { type Where, where } from '@midplane/pipeline';
import type { Command } from 'commander';
import { addChassisOptions, addHashOption, type ChassisArguments, chassisOf } from '../chassis-options.ts';
import type { Output } from '../output.ts';

interface WhereArguments extends ChassisArguments {
  readonly hash: string;
  readonly fragment?: boolean;
  readonly json?: boolean;
}

/** `midplane where`: the steps from a flow to its SPU. */
export function addWhereCommand(program: Command, output: Output): void {
  const command = program
    .command('where')
    .description('show, step by step, which SPU a flow lands on, and what would change it')
    .argument('<flow>', 'for example "192.0.2.1:1234 > 198.51.100.2:443/tcp" or "192.0.2.1 > 192.0.2.2/icmp id=7"');
  addHashOption(addChassisOptions(command))
    .option('--fragment', 'the packet is a fragment')
    .option('--json', 'print the steps as JSON')
    .addHelpText(
      'after',
      `
Examples:
  midplane where '192.0.2.1:1234 > 198.51.100.2:443/tcp'
  midplane where '[2001:db8::1]:53 > [2001:db8::2]:53/udp' --hash toeplitz
  midplane where '192.0.2.1 > 198.51.100.2/esp spi=0x1234' --cards 0=SPC3,1=SPC3,2=IOC3 --release 18.2R1`,
    )
    .action((flow: string, options: WhereArguments) => {
      const { hash, fragment = false, json } = options;
      const answer = where(parseFlow(flow), 0, {
        chassis: chassisOf(options),
        hash: findFlowHash(hash),
        fragment,
      });
      output.write(json ? `${JSON.stringify(answer, null, 2)}\n` : render(answer, output));
    });
}

const MARKS = { D: 'documented', O: 'observed', I: 'inferred', A: 'assumed' };

function render(answer: Where, output: Output): string {
  const { hashKey, hash, hashIndex, changes } = answer;
  const heading = output.style?.heading ?? ((text: string) => text);
  const fields = hashKey.fields.map(({ field, text }) => `${field} ${text}`).join(', ');
  const lines = [
    answer.honest,
    '',
    heading(`Flow ${answer.flow}`),
    `1. key        ${hashKey.packets}: ${hashKey.layer.toUpperCase()} fields (${MARKS[hashKey.mark]}: ${hashKey.why})`,
    `              ${fields}${hashKey.swapped ? ' (endpoints exchanged: both directions hash alike)' : ''}`,
    `2. hash       ${hash.name} = 0x${hash.value.toString(16).padStart(8, '0')} (assumed)`,
    `3. hash index ${hashIndex.value} of ${hashIndex.tableLength}`,
    `4. SPU        ${answer.spuId} = FPC ${answer.fpc} x 4 + PIC ${answer.pic}: ${answer.spu} on ${answer.card}, which has ${answer.rows} rows of the table`,
    `   reply      SPU ${answer.replySpuId}`,
    '',
    heading('What would change it'),
    ...changes.map(
      ({ change, spuId, spu, moves }) => `  ${change}: ${moves ? `SPU ${spuId} (${spu})` : 'the same SPU'}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
