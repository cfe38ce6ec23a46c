import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script, type Context } from 'node:vm';
import type { Phone } from './phone.js';
import { Requests } from './requests.js';
import { alipayApi, douyinApi, wechatApi, type Listeners } from './wechat.js';

export type Definition = Record<string, unknown>;
export type Instance = Record<string, unknown> & { route: string; options: Record<string, string> };

export interface ProgramOptions {
  phone: Phone;
  /** The folder with `app.js` and `app.json`, or the text of an `app.js` alone. */
  folder?: string;
  app?: string;
  /** Files of `miniprogram_npm`, by the package's name. */
  npm: Record<string, string>;
  /** The name of the vendor's global object. */
  global?: 'wx' | 'tt' | 'my' | 'swan' | 'ks' | 'xhs';
  launch?: object;
}

const API: Record<string, typeof wechatApi | typeof douyinApi | typeof alipayApi> = { tt: douyinApi, my: alipayApi };

const OPENED = { path: 'pages/index/index', query: {}, scene: 1001, referrerInfo: {} };

/**
 * One run of a mini program: its own global names, nothing of Node or the web beside timers. Files are functions of
 * `require`, `module` and `exports`, as the vendors load them.
 */
export class Program {
  readonly listeners: Listeners = new Map();
  readonly requests: Requests;
  readonly pages: Instance[] = [];
  /** The page definitions, by path. */
  readonly defined = new Map<string, Definition>();
  readonly components: Definition[] = [];
  app: Definition = {};
  readonly context: Context;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly modules = new Map<string, { exports: unknown }>();
  private loading = '';

  constructor(private readonly options: ProgramOptions) {
    const { phone, global = 'wx' } = options;
    this.requests = new Requests(phone);
    const runtime = { phone, requests: this.requests, listeners: this.listeners, launch: () => this.launch };
    const api = (API[global] ?? wechatApi)(runtime);
    this.context = createContext({
      [global]: api,
      App: (definition: Definition) => void (this.app = definition),
      Page: (definition: Definition) => void this.defined.set(this.loading, definition),
      Component: (definition: Definition) => void this.components.push(definition),
      getApp: () => this.app,
      getCurrentPages: () => this.pages.slice(),
      setTimeout: (work: () => void, ms: number) => this.later(work, ms),
      clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
    });
    if (options.folder) this.load('app');
    else this.run('app', options.app ?? 'App({})');
  }

  /** What the program was opened with; a later show may say something else. */
  get launch(): object {
    return { ...OPENED, ...this.options.launch };
  }

  /** Whether a tracker of ours has something to send, or a request is on its way. */
  get isBusy(): boolean {
    const { kept } = this.options.phone;
    return this.requests.count > 0 || [...kept.keys()].some((key) => key.startsWith('perennial.q.'));
  }

  /** The visitor opens it: launched, shown, and the first page before her. */
  start(path = 'pages/index/index', query: Record<string, string> = {}): this {
    this.hook(this.app, 'onLaunch', this.launch);
    this.show();
    this.open(path, query);
    return this;
  }

  show(options: object = this.launch): void {
    this.requests.back();
    this.tell('AppShow', options);
    this.hook(this.app, 'onShow', options);
    if (this.top) this.hook(this.top, 'onShow');
  }

  hide(): void {
    if (this.top) this.hook(this.top, 'onHide');
    this.tell('AppHide');
    this.hook(this.app, 'onHide');
    this.requests.away();
  }

  /** The vendor ends a program in the background without a word. */
  kill(): void {
    this.requests.kill();
    for (const timer of this.timers) clearTimeout(timer);
  }

  open(path: string, query: Record<string, string> = {}): Instance {
    if (this.top) this.hook(this.top, 'onHide');
    if (this.options.folder && !this.defined.has(path)) this.load(path);
    const definition = this.defined.get(path) ?? {};
    const page = Object.create(definition) as Instance;
    const data = { ...(definition['data'] as object) };
    Object.assign(page, { route: path, options: query, data, setData: (more: object) => Object.assign(data, more) });
    this.pages.push(page);
    this.hook(page, 'onLoad', query);
    this.hook(page, 'onShow');
    return page;
  }

  back(): void {
    const left = this.pages.pop();
    if (left) this.hook(left, 'onUnload');
    if (this.top) this.hook(this.top, 'onShow');
  }

  get top(): Instance | undefined {
    return this.pages.at(-1);
  }

  /** A tap on an element whose handler the page names. */
  tap(handler: string, dataset: object = {}, type = 'tap'): unknown {
    return this.hook(this.top!, handler, { type, timeStamp: 1, currentTarget: { id: '', dataset }, detail: {} });
  }

  share(from = 'menu'): { path?: string } | undefined {
    return this.hook(this.top!, 'onShareAppMessage', { from }) as { path?: string } | undefined;
  }

  online(isOnline: boolean): void {
    this.options.phone.isOnline = isOnline;
    this.tell('NetworkStatusChange', { isConnected: isOnline, networkType: isOnline ? 'wifi' : 'none' });
  }

  tell(name: string, value?: unknown): void {
    for (const listener of this.listeners.get(name) ?? []) listener(value);
  }

  hook(owner: Record<string, unknown>, name: string, value?: unknown): unknown {
    const own = owner[name];
    return typeof own === 'function' ? (own as (value: unknown) => unknown).call(owner, value) : undefined;
  }

  /** Text run where the program's files run. */
  evaluate(text: string): unknown {
    return new Script(text).runInContext(this.context);
  }

  /** A file that the folder does not have: a page whose text a test writes. */
  define(path: string, text: string): void {
    this.run(path, text);
  }

  private load(path: string): unknown {
    const known = this.modules.get(path);
    if (known) return known.exports;
    const npm = this.options.npm[path];
    return this.run(path, npm ?? readFileSync(join(this.options.folder!, `${path.replace(/\.js$/, '')}.js`), 'utf8'));
  }

  private run(path: string, text: string): unknown {
    const module = { exports: {} as unknown };
    this.modules.set(path, module);
    const file = this.evaluate(`(function (require, module, exports) {${text}\n})`) as (...parts: unknown[]) => void;
    const before = this.loading;
    this.loading = path;
    file((name: string) => this.load(resolve(path, name)), module, module.exports);
    this.loading = before;
    return module.exports;
  }

  private later(work: () => void, ms: number): NodeJS.Timeout {
    const timer = setTimeout(work, ms);
    this.timers.add(timer);
    return timer;
  }
}

/** A relative name from the file that asks; anything else is a package. */
function resolve(from: string, name: string): string {
  return name.startsWith('.') ? join(from, '..', name) : name;
}
