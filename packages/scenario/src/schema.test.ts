import {
  PARAMETERS,
  type ParameterName,
  parameterRange,
  resolveParameters,
  resolveSpuSpeeds,
} from '@midplane/pipeline';
import { planTraffic, planWorkload } from '@midplane/traffic';
import { describe, expect, it } from 'vitest';
import { scenarioJsonSchema, scenarioSchema } from './schema.ts';

interface Node {
  type?: string;
  properties?: Record<string, Node>;
  items?: Node;
  anyOf?: Node[];
  minimum?: number;
  maximum?: number;
  additionalProperties?: unknown;
  enum?: unknown[];
}

const root = scenarioJsonSchema() as Node;
const [, workload, shape] = root.properties!['traffic'].items!.anyOf!;

/** Every number of a schema with its path, as text, and its bounds. */
function* numbers(node: Node, path: string[] = []): Generator<{ path: string[]; minimum: number; maximum: number }> {
  if (node.minimum !== undefined && node.maximum !== undefined) {
    yield { path, minimum: node.minimum, maximum: node.maximum };
  }
  for (const [key, inner] of Object.entries(node.properties ?? {})) yield* numbers(inner, [...path, key]);
}

const HOSTS = { ipv4: '10.0.0.0/8', ipv6: '2001:db8::/32' };
/** What must stand beside a number so that it can be as large or as small as it may. */
const BESIDE: Readonly<Record<string, object>> = {
  elephants: { count: 1, share: 0.5 },
  clients: HOSTS,
  servers: HOSTS,
};

/** A description with one number in it. */
function describing([first, ...rest]: readonly string[], value: number): object {
  return { [first]: rest.length === 0 ? value : { ...BESIDE[first], ...describing(rest, value) } };
}

/** What a check says against a value itself, not against how it fits to others. */
function complaint(check: () => unknown, name: string): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return new RegExp(`${name} must be an? (number|integer) from`).test(message) ? message : undefined;
  }
}

function passes(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

describe('the schema says of numbers what the packages say', () => {
  const rows = (node: Node) => [...numbers(node)].map((each) => [each.path.join('.'), each] as const);

  it.each(rows(workload.properties!['workload']))('workload %s', (_, { path, minimum, maximum }) => {
    const name = path.at(-1)!;
    const said = (value: number) => complaint(() => planWorkload(describing(path, value) as never), name);
    expect([said(minimum), said(maximum)]).toEqual([undefined, undefined]);
    expect(said(minimum - 1), 'below').toBeDefined();
    expect(said(maximum * 2 + 1), 'above').toBeDefined();
  });

  it.each(rows(shape))('shape %s', (_, { path, minimum, maximum }) => {
    const said = (value: number) => {
      try {
        planTraffic({ ...(path[0] === 'flows' && { packets: 1e11 }), ...describing(path, value) });
        return undefined;
      } catch (error) {
        return new RegExp(`${path[0]} must be (an? (number|integer) from|1 or 2)`).exec((error as Error).message)?.[0];
      }
    };
    expect([said(minimum), said(maximum)]).toEqual([undefined, undefined]);
    expect(said(minimum - 1), 'below').toBeDefined();
    expect(said(maximum * 2 + 1), 'above').toBeDefined();
  });
});

describe('the schema says of settings what the path says', () => {
  const at = (...path: string[]): Node => path.reduce((node, key) => node.properties![key], root);

  it.each(Object.keys(PARAMETERS) as ParameterName[])('parameter %s', (name) => {
    const node = at('parameters', name);
    const { minimum, maximum } = node.anyOf?.[0] ?? node;
    expect({ least: minimum, most: maximum }).toEqual(parameterRange(name));
    const read = (value: unknown): boolean =>
      scenarioSchema.safeParse({
        schema: 'midplane-scenario/1',
        traffic: [{ capture: 'x' }],
        parameters: { [name]: value },
      }).success;
    const { unit } = PARAMETERS[name];
    for (const value of [minimum! - 1, minimum!, maximum!, maximum! + 1]) {
      const isIn = value >= minimum! && value <= maximum!;
      expect([read(value), passes(() => resolveParameters({ [name]: value }))], `${value}`).toEqual([isIn, isIn]);
      // in text as well; it has no sign, and at most 15 digits
      if (node.anyOf !== undefined && value >= 0 && value < 1e15) expect(read(`${value} ${unit}`), 'text').toBe(isIn);
    }
  });

  it('threads of an SPU', () => {
    const { enum: powers = [] } = at('spuSpeeds', 'SPC2', 'threads');
    const accepted = Array.from({ length: 130 }, (_, n) => n).filter((threads) =>
      passes(() => resolveSpuSpeeds({ SPC2: { threads } })),
    );
    expect(powers).toEqual(accepted);
  });
});

describe('scenarioJsonSchema()', () => {
  it('knows every parameter, with its meaning and unit', () => {
    const { properties } = root.properties!['parameters'] as { properties: Record<string, { description: string }> };
    expect(Object.keys(properties)).toEqual(Object.keys(PARAMETERS));
    expect(properties['udpTimeoutS'].description).toBe('UDP session, s');
  });

  it('refuses unknown keys in every object', () => {
    const open: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      if (
        (node as Node).type === 'object' &&
        (node as Node).properties &&
        (node as Node).additionalProperties !== false
      ) {
        open.push(path);
      }
      for (const [key, inner] of Object.entries(node)) visit(inner, `${path}/${key}`);
    };
    visit(root, '');
    expect(open).toEqual([]);
  });

  it('is plain data of draft 2020-12', () => {
    expect(JSON.parse(JSON.stringify(root))).toEqual(root);
    expect((root as { $schema?: string }).$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(scenarioSchema.safeParse({ schema: 'midplane-scenario/1', traffic: [{ capture: 'x' }] }).success).toBe(true);
  });
});
