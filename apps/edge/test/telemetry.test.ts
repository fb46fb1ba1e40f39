import { type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { afterAll, expect, it } from 'vitest';
import { createApp } from '../src/index.ts';

afterAll(() => trace.disable());

it('spans go to the provider that the process has registered, if the endpoint is told to make them', async () => {
  const ended: { name: string; attributes: Record<string, unknown> }[] = [];
  const startSpan = (name: string) => {
    const span = { name, attributes: {} as Record<string, unknown> };
    const made = {
      setAttribute: (key: string, value: unknown) => {
        span.attributes[key] = value;
      },
      updateName: (given: string) => {
        span.name = given;
      },
      setStatus: () => {},
      recordException: () => {},
      isRecording: () => true,
      end: () => void ended.push(span),
    };
    return made;
  };
  const tracer = {
    startSpan,
    startActiveSpan: (name: string, ...rest: unknown[]) =>
      (rest.at(-1) as (span: ReturnType<typeof startSpan>) => unknown)(startSpan(name)),
  } as unknown as Tracer;
  trace.setGlobalTracerProvider({ getTracer: () => tracer } as TracerProvider);
  await createApp({ telemetry: false }).request('/v1/spu-id?spu=5');
  expect(ended).toEqual([]);
  await createApp({ telemetry: true }).request('/v1/spu-id?spu=5');
  expect(ended).toMatchObject([{ name: 'GET /v1/spu-id', attributes: { 'http.response.status_code': 200 } }]);
});
