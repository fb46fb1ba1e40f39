/** Upper bounds of the duration's buckets, seconds. */
const BOUNDS: readonly number[] = [0.001, 0.01, 0.1, 1, 10, 100];

interface RouteCounts {
  readonly byStatus: Map<number, number>;
  readonly buckets: number[];
  seconds: number;
  count: number;
}

/** Counts of the endpoint since it began. Every number is read when it is asked for. */
export class Metrics {
  private readonly routes = new Map<string, RouteCounts>();
  private readonly refusals = new Map<string, number>();
  running = 0;
  runs = 0;
  packets = 0;
  uploadedBytes = 0;

  /** Counts an answer. */
  answered(route: string, status: number, seconds: number): void {
    let counts = this.routes.get(route);
    if (counts === undefined) {
      counts = { byStatus: new Map(), buckets: BOUNDS.map(() => 0), seconds: 0, count: 0 };
      this.routes.set(route, counts);
    }
    counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + 1);
    counts.count++;
    counts.seconds += seconds;
    for (let i = 0; i < BOUNDS.length; i++) if (seconds <= BOUNDS[i]) counts.buckets[i]++;
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
    const routes = [...this.routes].sort(([a], [b]) => (a < b ? -1 : 1));
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
      BOUNDS.forEach((bound, i) => {
        lines.push(`midplane_http_request_duration_seconds_bucket{${label},le="${bound}"} ${buckets[i]}`);
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
