/** @file What the server has done, in Prometheus's text format (version 0.0.4). */

/** Upper ends of the classes of answers' times, in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Upper ends of the classes of how many questions a run answers. */
const QUESTIONS = [1, 2, 4, 8, 16, 32, 64, 128];

export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #times = new Map<string, Histogram>();
  readonly #runs = new Histogram(QUESTIONS);
  #reloads = 0;
  readonly #inside: () => number;

  /** @param inside how many questions are being answered. */
  constructor(inside: () => number) {
    this.#inside = inside;
  }

  /** @param route the path with names in place of what is asked for, so that there are few. */
  countRequest(route: string, status: number, seconds: number): void {
    const key = `route="${route}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const times = this.#times.get(route) ?? new Histogram(SECONDS);
    this.#times.set(route, times);
    times.add(seconds);
  }

  countRun(questions: number): void {
    this.#runs.add(questions);
  }

  countReload(): void {
    this.#reloads++;
  }

  text(): string {
    const { rss, heapUsed } = process.memoryUsage();
    const lines = [
      ...family("anygiven_requests_total", "counter", "Requests that were answered."),
      ...[...this.#requests].map(([labels, count]) => `anygiven_requests_total{${labels}} ${count}`),
      ...family("anygiven_request_seconds", "histogram", "How long answers took."),
      ...[...this.#times].flatMap(([route, times]) =>
        times.lines("anygiven_request_seconds", `route="${route}"`),
      ),
      ...family(
        "anygiven_run_questions",
        "histogram",
        "Questions that were answered by one run of the model.",
      ),
      ...this.#runs.lines("anygiven_run_questions"),
      ...family("anygiven_questions_inside", "gauge", "Questions that are being answered."),
      `anygiven_questions_inside ${this.#inside()}`,
      ...family("anygiven_reloads_total", "counter", "Models that were loaded anew."),
      `anygiven_reloads_total ${this.#reloads}`,
      ...family("process_resident_memory_bytes", "gauge", "Memory of the process."),
      `process_resident_memory_bytes ${rss}`,
      ...family("nodejs_heap_size_used_bytes", "gauge", "Memory of JavaScript's objects."),
      `nodejs_heap_size_used_bytes ${heapUsed}`,
    ];
    return `${lines.join("\n")}\n`;
  }
}

const family = (name: string, type: string, help: string) => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

class Histogram {
  readonly #ends: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(ends: readonly number[]) {
    this.#ends = ends;
    this.#counts = ends.map(() => 0);
  }

  add(value: number): void {
    this.#sum += value;
    this.#count++;
    for (const [i, end] of this.#ends.entries()) if (value <= end) this.#counts[i]++;
  }

  lines(name: string, labels = ""): string[] {
    const [before, own] = labels === "" ? ["", ""] : [`${labels},`, `{${labels}}`];
    return [
      ...this.#ends.map((end, i) => `${name}_bucket{${before}le="${end}"} ${this.#counts[i]}`),
      `${name}_bucket{${before}le="+Inf"} ${this.#count}`,
      `${name}_sum${own} ${this.#sum}`,
      `${name}_count${own} ${this.#count}`,
    ];
  }
}
