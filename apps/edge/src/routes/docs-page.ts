import { PROBLEM_STATUS } from '@midplane/api';
import {
  EXAMPLE_QUERIES,
  EXAMPLES,
  ROUTES,
  type Route,
  type RouteName,
  type RouteParameter,
} from '@midplane/api/openapi';
import { LIMITS, type LimitName, type Limits } from '../settings.ts';

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--code:#8881}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem 1.5rem 4rem}
h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}h3{margin-top:2.5rem}
code,pre{font:14px/1.45 ui-monospace,monospace}h3 code{font-size:17px;font-weight:600}pre{background:var(--code);padding:.75rem;overflow-x:auto;border-radius:4px}
table{border-collapse:collapse;display:block;overflow-x:auto}th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
nav ul{columns:2;padding-left:1.2rem}`;

/** The documentation as one page that loads nothing and runs nothing: made from the routes themselves. */
export function docsPage(limits: Limits): string {
  const routes = Object.entries(ROUTES) as [RouteName, Route][];
  const names = Object.keys(LIMITS) as LimitName[];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>midplane: the endpoint</title><style>${STYLE}</style></head>
<body>
<h1>midplane: the endpoint</h1>
<p>Which services processing unit (SPU) of an SRX5000 chassis gets each flow of a capture, and how even that is. It is a model
built from public documentation, not a product of the vendor of the modelled machine.
The same as data: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav><h2>Routes</h2><ul>
${routes.map(([name, route]) => `<li><a href="#${name}"><code>${methodOf(route)} ${text(route.path)}</code></a></li>`).join('\n')}
</ul></nav>
${routes.map(([name, route]) => section(name, route)).join('\n')}
<h2 id="problems">Problems</h2>
<p>An error is <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code>, the same as the command's, one
sentence in <code>detail</code>, and its place: <code>pointer</code> into the body, <code>parameter</code> of the query,
<code>line</code> and <code>column</code> of a scenario, <code>offset</code> in a capture. With <code>parameter</code>, a
<code>pointer</code> is into the scenario that stands there; of a form, into the scenario in its part.</p>
<p>What is written wrongly in a command line (<code>usage-...</code> of the command) is here
<code>request-unknown-key</code>, <code>request-missing-key</code> or <code>request-bad-value</code> of the query or the body, and
<code>scenario-...</code> of a chassis or a traffic in it, which are checked as those of a scenario file. The status is 400, but
for these:</p>
<table><tr><th>code</th><th>status</th></tr>
${Object.entries(PROBLEM_STATUS)
  .map(([code, status]) => `<tr><td><code>${text(code)}</code></td><td>${status}</td></tr>`)
  .join('\n')}
</table>
<h2 id="limits">Limits of this endpoint</h2>
<table><tr><th>limit</th><th>value</th><th>of</th></tr>
${names
  .map((name) => {
    const { unit, meaning } = LIMITS[name];
    return `<tr><td>${name}</td><td>${limits[name].toLocaleString('en')} ${text(unit)}</td><td>${text(meaning)}</td></tr>`;
  })
  .join('\n')}
</table>
</body></html>
`;
}

function section(name: RouteName, route: Route): string {
  const { 200: ok, ...problems } = route.responses;
  const types = Object.keys(ok.content);
  const headers = Object.keys(ok.headers ?? {});
  const rows = (route.parameters ?? []).map(
    (each) =>
      `<tr><td><code>${text(each.name)}</code></td><td>${each.in}${each.required ? ', required' : ''}</td><td>${text(each.description ?? '')}</td><td>${valuesOf(each)}</td></tr>`,
  );
  return `<h3 id="${name}"><code>${methodOf(route)} ${text(route.path)}</code></h3>
<p>${text(route.summary)}.${route.description === undefined ? '' : ` ${text(route.description)}`}</p>
${rows.length === 0 ? '' : `<table><tr><th>parameter</th><th>in</th><th>what</th><th>as</th></tr>\n${rows.join('\n')}\n</table>`}
<pre>${text(example(name, route))}</pre>
<p>Answers ${codes(types)}${headers.length === 0 ? '' : `, with the header ${codes(headers)} where there is something to say`}.
Other statuses: ${Object.keys(problems).join(', ')}.</p>`;
}

/** The words that a parameter may be, or an example. */
function valuesOf({ schema, example }: RouteParameter): string {
  const { enum: words } = schema as { enum?: readonly string[] };
  return codes(words ?? [String(example)]);
}

function codes(names: readonly string[]): string {
  return names.map((name) => `<code>${text(name)}</code>`).join(', ');
}

/** A command line that asks for it. */
function example(name: RouteName, route: Route): string {
  const required = (route.parameters ?? []).filter((each) => each.in === 'query' && each.required);
  const query = required.map((each) => `${each.name}=${encodeURIComponent(each.example)}`).join('&');
  const inPath = route.parameters?.find((each) => each.in === 'path');
  const path = inPath === undefined ? route.path : route.path.replace(`{${inPath.name}}`, String(inPath.example));
  const url = `"$MIDPLANE${path}${query === '' ? '' : `?${query}`}"`;
  if (route.method === 'get') return `curl ${url}`;
  const isUpload = route.request !== undefined && 'application/octet-stream' in route.request.body.content;
  const wanted = EXAMPLE_QUERIES[name];
  const question = wanted === undefined ? url : url.replace(/"$/, `?${wanted}"`);
  const lines = [`curl ${question} --json '${JSON.stringify(EXAMPLES[name])}'`];
  if (isUpload) lines.unshift(`curl -T capture.pcap ${question}`);
  return lines.join('\n');
}

function methodOf(route: Route): string {
  return route.takesPut ? 'POST, PUT' : route.method.toUpperCase();
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
