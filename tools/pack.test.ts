import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanEnvironment, removeStale, thirdPartyFolders } from './pack.ts';
import { readMembers } from './workspace.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pack-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text = ''): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const manifest = (name: string, more: object = {}) => JSON.stringify({ name, version: '0.1.0', ...more });

describe('thirdPartyFolders()', () => {
  it('follows dependencies of dependencies, without ours and without missing optional ones', () => {
    write('packages/a/package.json', manifest('@midplane/a', { dependencies: { '@midplane/b': '^0.1.0', x: '1' } }));
    write('packages/b/package.json', manifest('@midplane/b'));
    write('packages/a/node_modules/x/package.json', manifest('x', { dependencies: { '@s/y': '1' } }));
    write('node_modules/@s/y/package.json', manifest('@s/y', { optionalDependencies: { z: '1' } }));
    const found = thirdPartyFolders(readMembers(root)).map((folder) => folder.slice(root.length + 1));
    expect(found).toEqual(['packages/a/node_modules/x', 'node_modules/@s/y']);
  });

  it('throws when a dependency is not installed', () => {
    write('packages/a/package.json', manifest('@midplane/a', { dependencies: { 'not-there': '1' } }));
    expect(() => thirdPartyFolders(readMembers(root))).toThrow('Cannot pack not-there: it must be installed');
  });
});

describe('removeStale()', () => {
  it('removes what was compiled from a source that is gone', () => {
    write('packages/a/package.json', manifest('@midplane/a'));
    for (const name of ['kept', 'gone'])
      for (const end of ['js', 'js.map', 'd.ts', 'd.ts.map']) write(`packages/a/dist/${name}.${end}`);
    write('packages/a/src/kept.ts');
    expect(removeStale(readMembers(root)[0]!)).toHaveLength(4);
    expect(existsSync(join(root, 'packages/a/dist/kept.d.ts'))).toBe(true);
    expect(existsSync(join(root, 'packages/a/dist/gone.d.ts'))).toBe(false);
  });
});

describe('cleanEnvironment()', () => {
  it('leaves out what npm and the workspace put into it', () => {
    const before = { ...process.env };
    Object.assign(process.env, { npm_config_x: '1', INIT_CWD: '/', PATH: `/repo/node_modules/.bin:${before['PATH']}` });
    const env = cleanEnvironment('/only');
    process.env['PATH'] = before['PATH'];
    expect(env['npm_config_x']).toBeUndefined();
    expect(env['INIT_CWD']).toBeUndefined();
    expect(env['PATH']).toMatch(/^\/only:/);
    expect(env['PATH']).not.toContain('node_modules/.bin');
  });
});
