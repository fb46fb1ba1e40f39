/** Upper bounds of the duration's buckets, seconds. */
const BOUNDS: readonly number[] = [0.001, 0.01, 0.1, 1, 10, 100];

/** What was answered on a route. */
export class RouteCounts {
  readonly byStatus: Map<number, number> = new Map();
  /** Answers by the first bound that they are within; the last place is of those above all. */
  readonly buckets: number[] = new Array<number>(BOUNDS.length + 1).fill(0);
  seconds = 0;
  count = 0;

  /** Counts an answer. */
  answered(status: number, seconds: number): void {
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) bucket++;
    this.buckets[bucket]++;
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    this.seconds += seconds;
    this.count++;
  }
}

/** Counts of the endpoint since it began. Every number is read when it is asked for. */
export class Metrics {
  private readonly routes = new Map<string, RouteCounts>();
  private readonly refusals = new Map<string, number>();
  running = 0;
  runs = 0;
  packets = 0;
  uploadedBytes = 0;

  /** Where the answers of a route are counted. */
  route(name: string): RouteCounts {
    const known = this.routes.get(name);
    if (known !== undefined) return known;
    const made = new RouteCounts();
    this.routes.set(name, made);
    return made;
  }

  /** Counts a problem by its code. */
  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  /** The text format of Prometheus, version 0.0.4. Labels are names of routes, statuses and codes of ours only. */
  render(limit: number): string {
    const lines: string[] = [];
    const add = (name: string, type: string, help: string, samples: readonly (readonly [string, number])[]): void => {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const [labels, value] of samples) lines.push(`${name}${labels} ${value}`);
    };
    const asked = [...this.routes].filter(([, { count }]) => count > 0);
    const routes = asked.sort(([a], [b]) => (a < b ? -1 : 1));
    add(
      'midplane_http_requests_total',
      'counter',
      'Answers by route and status.',
      routes.flatMap(([route, { byStatus }]) =>
        [...byStatus]
          .sort(([a], [b]) => a - b)
          .map(([status, n]) => [`{route="${route}",status="${status}"}`, n] as const),
      ),
    );
    lines.push(
      '# HELP midplane_http_request_duration_seconds Time to the answer, of a stream to its begin.',
      '# TYPE midplane_http_request_duration_seconds histogram',
    );
    for (const [route, { buckets, seconds, count }] of routes) {
      const label = `route="${route}"`;
      let within = 0;
      BOUNDS.forEach((bound, i) => {
        within += buckets[i];
        lines.push(`midplane_http_request_duration_seconds_bucket{${label},le="${bound}"} ${within}`);
      });
      lines.push(
        `midplane_http_request_duration_seconds_bucket{${label},le="+Inf"} ${count}`,
        `midplane_http_request_duration_seconds_sum{${label}} ${seconds}`,
        `midplane_http_request_duration_seconds_count{${label}} ${count}`,
      );
    }
    add(
      'midplane_problems_total',
      'counter',
      'Problems by code.',
      [...this.refusals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, n]) => [`{code="${code}"}`, n] as const),
    );
    add('midplane_runs_running', 'gauge', 'Runs now.', [['', this.running]]);
    add('midplane_runs_limit', 'gauge', 'Runs at a time, at most.', [['', limit]]);
    add('midplane_runs_total', 'counter', 'Runs that began.', [['', this.runs]]);
    add('midplane_packets_total', 'counter', 'Packets sent down the path.', [['', this.packets]]);
    add('midplane_uploaded_bytes_total', 'counter', 'Bytes of bodies of runs.', [['', this.uploadedBytes]]);
    return `${lines.join('\n')}\n`;
  }
}
