import { PlatformError } from '@perennial/contract';
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync } from 'node:fs';
import { totalmem } from 'node:os';
import { backoff } from '../backoff.js';
import type { Endpoint, EndpointSource } from '../endpoint.js';
import { WAREHOUSE } from '../warehouse.errors.js';
import { ENGINE_USER, type FromChild, type ToChild } from './child.messages.js';
import { openOutput, plainEnvironment } from './child.surroundings.js';
import { childScript } from './child.script.js';

export interface EmbeddedOptions {
  /** Owned by one engine at a time; made when absent. */
  directory: string;
  /** Bound of the engine's memory in bytes; default half of the machine's. */
  memoryBytes?: number;
  /** The child's program; default the built one. */
  script?: string;
  /** Told of each unexpected end of the child, with its reason. */
  onDown?: (reason: string) => void;
}

/** Queries run on libuv's threads, 4 by default; the client opens at most 10 connections. */
const ENGINE_THREADS = '12';
/** Native heap is the engine's; JavaScript only passes bytes on. */
const NODE_FLAGS = ['--max-semi-space-size=4'];
const STOP_WAIT_MS = 6_000;
/** A child that lived this long was healthy: its end begins a new series of attempts. */
const HEALTHY_MS = 10_000;

interface Waiter {
  resolve: (endpoint: Endpoint) => void;
  reject: (error: unknown) => void;
}

/** Keeps one engine process alive on the directory: starts it, restarts it with growing waits, stops it. */
export class EngineSupervisor implements EndpointSource {
  private child: ChildProcess | undefined;
  private endpoint: Endpoint | undefined;
  private absent: PlatformError | undefined;
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private life = 0;
  private isStopped = false;
  private reason = 'it has not started yet';
  /** What the child said of its own end. */
  private failure: string | undefined;

  constructor(private readonly options: EmbeddedOptions) {}

  /** Process id of the running engine, for operators and fault tests. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  async current(waitMs: number): Promise<Endpoint> {
    if (this.absent) throw this.absent;
    if (this.endpoint) return this.endpoint;
    if (this.isStopped) throw this.unavailable('it was stopped');
    if (!this.child && !this.timer) this.start();
    return this.wait(waitMs);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    const { child } = this;
    this.settle((waiter) => waiter.reject(this.unavailable('it was stopped')));
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
    if (child.connected) child.send({ kind: 'stop' } satisfies ToChild);
    await gone;
    clearTimeout(late);
  }

  private start(): void {
    this.timer = undefined;
    const password = randomBytes(24).toString('base64url');
    const output = openOutput(`${this.options.directory}.log`);
    const child = fork(this.options.script ?? childScript(), [], {
      execArgv: NODE_FLAGS,
      env: { ...plainEnvironment(process.env), UV_THREADPOOL_SIZE: ENGINE_THREADS },
      // The engine's own output may quote data of people: it goes to a file that only its owner may read, never to the log.
      stdio: ['ignore', output, output, 'ipc'],
    });
    closeSync(output);
    this.child = child;
    const startedAt = performance.now();
    child.on('message', (message: FromChild) => this.hear(message, password));
    child.once('error', (error) => (this.failure = error.message));
    child.once('close', (code, signal) => this.down(child, code ?? signal, performance.now() - startedAt));
    child.send(this.order(password), (error) => (error ? child.kill('SIGKILL') : undefined));
  }

  private order(password: string): ToChild {
    const { directory, memoryBytes = Math.floor(totalmem() / 2) } = this.options;
    return { kind: 'start', directory, password, memoryBytes };
  }

  private hear(message: FromChild, password: string): void {
    if (message.kind === 'absent') this.giveUp(message.reason);
    if (message.kind === 'failed') this.failure = message.reason;
    if (message.kind !== 'ready') return;
    const url = `http://127.0.0.1:${message.port}`;
    const endpoint = { url, username: ENGINE_USER, password, database: 'perennial', life: ++this.life };
    this.endpoint = endpoint;
    this.settle((waiter) => waiter.resolve(endpoint));
  }

  private down(child: ChildProcess, how: number | string | null, livedMs: number): void {
    if (this.child !== child) return;
    const wasReady = this.endpoint !== undefined;
    this.child = undefined;
    this.endpoint = undefined;
    if (this.isStopped || this.absent) return;
    this.reason = this.failure ?? `its process ended (${how}) ${wasReady ? 'at work' : 'before it was ready'}`;
    this.failure = undefined;
    if (livedMs > HEALTHY_MS) this.failures = 0;
    this.options.onDown?.(this.reason);
    this.timer = setTimeout(() => this.start(), backoff(this.failures++));
  }

  private giveUp(reason: string): void {
    this.absent = new PlatformError(
      WAREHOUSE.ENGINE_ABSENT,
      'The embedded ClickHouse engine cannot be loaded here. It needs Linux with glibc or macOS (x64 or arm64) and the ' +
        'optional package "chdb". Install it with "npm install --include=optional", or set PERENNIAL_CLICKHOUSE_URL to ' +
        `a ClickHouse server, such as http://user:password@host:8123/perennial. (${reason.split('\n', 1)[0]})`,
      { kind: 'absent' },
    );
    this.child?.kill('SIGKILL');
    this.settle((waiter) => waiter.reject(this.absent));
  }

  private wait(waitMs: number): Promise<Endpoint> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve: (endpoint) => (clearTimeout(timer), resolve(endpoint)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      };
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        reject(this.unavailable(this.reason));
      }, waitMs);
      this.waiters.add(waiter);
    });
  }

  private settle(tell: (waiter: Waiter) => void): void {
    const waiters = [...this.waiters];
    this.waiters.clear();
    waiters.forEach(tell);
  }

  private unavailable(reason: string): PlatformError {
    return new PlatformError(WAREHOUSE.ENGINE_UNAVAILABLE, `The embedded ClickHouse engine is not running: ${reason}`, {
      kind: 'transient',
    });
  }
}
