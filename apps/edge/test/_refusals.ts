// Runs command lines one after the other, in one process; prints the code of each refusal, `none` where there is none.
import { readFileSync } from 'node:fs';

const [program, file] = process.argv.slice(2);
const { runCommandLine } = await import(program);
const codes: string[] = [];
for (const args of JSON.parse(readFileSync(file, 'utf8')) as string[][]) {
  let said = '';
  const output = {
    write: () => {},
    error: (text: string) => {
      said += text;
    },
    style: undefined,
    exitCode: 0,
    flush: async () => {},
  };
  await runCommandLine([...args, '--json'], output);
  codes.push(/\{"error":\{"code":"([\w-]+)"/.exec(said)?.[1] ?? 'none');
}
console.log(JSON.stringify(codes));
