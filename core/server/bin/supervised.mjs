import { fork } from 'node:child_process';

const QUICK_DEATH_MS = 5_000;
const MAX_QUICK_DEATHS = 3;
const GRACE_MS = 10_000;

/** One process that is started again when it dies, until it was told to stop or cannot stay up. */
export class Supervised {
  #child;
  #stopping = false;
  #quickDeaths = 0;
  onGivenUp = () => {};

  constructor(name, script) {
    this.name = name;
    this.script = script;
  }

  /** Resolves with the first `ready` message. A process that dies before it was ever ready has said why: give up. */
  start() {
    return new Promise((resolve) => this.#spawn(resolve));
  }

  async stop() {
    this.#stopping = true;
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
    let wasReady = false;
    // A session of its own, so that Ctrl-C reaches only the starter, which stops its processes in the right order.
    this.#child = fork(this.script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
    this.#child.on('message', (message) => {
      if (!message?.ready) return;
      wasReady = true;
      onReady?.(message);
    });
    this.#child.on('exit', (code, signal) =>
      this.#died({ wasReady, lived: Date.now() - began, code, signal, onReady }),
    );
  }

  #died({ wasReady, lived, code, signal, onReady }) {
    if (this.#stopping) return;
    if (!wasReady && code !== null) return this.onGivenUp();
    this.#quickDeaths = lived < QUICK_DEATH_MS ? this.#quickDeaths + 1 : 0;
    if (this.#quickDeaths >= MAX_QUICK_DEATHS) {
      console.error(`${this.name} died ${MAX_QUICK_DEATHS} times within seconds; giving up.`);
      return this.onGivenUp();
    }
    console.error(`${this.name} ended unexpectedly (${signal ?? `code ${code}`}); starting it again.`);
    setTimeout(() => this.#spawn(wasReady ? undefined : onReady), 500 * 2 ** this.#quickDeaths);
  }
}
