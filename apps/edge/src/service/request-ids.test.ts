import { expect, it } from 'vitest';
import { RequestIds } from './request-ids.ts';

it('RequestIds gives UUIDs that are never the same, also of two processes', () => {
  const ids = [new RequestIds(), new RequestIds()].flatMap((source) =>
    Array.from({ length: 66_000 }, () => source.next()),
  );
  expect(new Set(ids).size).toBe(132_000);
  expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toEqual(
    [],
  );
});
