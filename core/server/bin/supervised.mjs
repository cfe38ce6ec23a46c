import { fork } from 'node:child_process';

const HEALTHY_MS = 10_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const GRACE_MS = 10_000;

/** Wait before start number `deaths` + 1 in a row. */
export const waitAfter = (deaths) => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(deaths, 10));

/**
 * One process that is started again when it dies, for ever and with growing waits, until it was told to stop. Only one that
 * ends by itself before it has ever come as far as to work, or to wait for a store, is given up: its settings are wrong, and it
 * has said so.
 */
export class Supervised {
  #child;
  #timer;
  #stopping = false;
  #hasWorked = false;
  #deaths = 0;
  /** It ended for good, without ever having worked. */
  onGivenUp = () => {};
  /** It waits for a store, and says for which; it is not ready yet. */
  onWaiting = () => {};
  /** Settings for it that stand elsewhere than in the environment, which wins. */
  env = {};

  constructor(name, script) {
    this.name = name;
    this.script = script;
  }

  /** Resolves with the first `ready` message. */
  start() {
    return new Promise((resolve) => this.#spawn(resolve));
  }

  async stop() {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(timer);
  }

  #spawn(onReady) {
    const began = Date.now();
    // A session of its own, so that Ctrl-C reaches only the starter, which stops its processes in the right order.
    this.#child = fork(this.script, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
      env: { ...this.env, ...process.env },
    });
    this.#child.on('message', (message) => {
      if (!message?.ready && !message?.waiting) return;
      this.#hasWorked = true;
      if (message.ready) onReady(message);
      else this.onWaiting(message);
    });
    this.#child.on('exit', (code, signal) => this.#died({ lived: Date.now() - began, code, signal, onReady }));
  }

  #died({ lived, code, signal, onReady }) {
    if (this.#stopping) return;
    if (!this.#hasWorked && code !== null) return this.onGivenUp();
    if (lived > HEALTHY_MS) this.#deaths = 0;
    const wait = waitAfter(this.#deaths++);
    console.error(
      `${this.name} ended unexpectedly (${signal ?? `code ${code}`}); starting it again in ${wait / 1000} s.`,
    );
    this.#timer = setTimeout(() => this.#spawn(onReady), wait);
  }
}
