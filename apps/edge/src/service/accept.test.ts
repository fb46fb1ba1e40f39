import { expect, it } from 'vitest';
import { RequestError } from '../request-error.ts';
import { chooseType } from './accept.ts';

const offered = ['application/json', 'text/csv', 'text/plain'] as const;

// RFC 9110, section 12.5.1
it.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['text/*', 'text/csv'],
  ['TEXT/PLAIN', 'text/plain'],
  ['text/html, */*;q=0.1', 'application/json'],
  ['text/plain;q=0.5, text/csv;q=0.4', 'text/plain'],
  ['text/*;q=0.9, text/csv;q=0.1', 'text/plain'],
  ['text/plain;format=flowed', 'text/plain'],
  ['application/json;q=0, */*;q=0.5', 'text/csv'],
])('Accept: %s gives %s', (accept, type) => {
  expect(chooseType(accept, offered)).toBe(type);
});

it.each(['image/png', 'application/json;q=0', 'text/plain;q=x', ','])('Accept: %s is refused', (accept) => {
  expect(() => chooseType(accept, offered)).toThrow(RequestError);
  expect(() => chooseType(accept, offered)).toThrow(
    'Accept must name one of application/json, text/csv, text/plain: got',
  );
});
