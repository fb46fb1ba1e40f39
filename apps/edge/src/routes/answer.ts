import type { Context } from 'hono';
import type { Env } from '../context.ts';

/** Answers with JSON in the form that the command prints it. */
export function answerJson(c: Context<Env>, value: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return answerText(c, jsonText(value), 'application/json', headers);
}

/** JSON in the form that the command prints it. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Answers with text of a type. */
export function answerText(
  c: Context<Env>,
  text: string,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return c.body(text, 200, { 'Content-Type': `${type}; charset=UTF-8`, ...headers });
}
