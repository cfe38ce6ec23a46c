export interface WorkerSettings {
  coreUrl: string;
  secret: string;
  truncatesIp: boolean;
  proxies: number;
  /** Absent where requests go straight to core. */
  nats: { servers: string[]; user: string | undefined; password: string | undefined } | undefined;
}

type Env = Record<string, unknown>;

/** Settings of the same names as elsewhere. All that is wrong stands in one message; no value is printed. */
export function readSettings(env: Env): WorkerSettings {
  const problems: string[] = [];
  const text = (name: string) => (typeof env[name] === 'string' ? env[name] : '');
  const require = (isRight: boolean, problem: string) => void (isRight || problems.push(problem));
  const coreUrl = text('PERENNIAL_CORE_URL').replace(/\/+$/, '');
  const secret = text('PERENNIAL_COLLECTOR_SECRET');
  const truncate = text('PERENNIAL_TRUNCATE_IP') || 'on';
  const proxies = Number(text('PERENNIAL_TRUSTED_PROXIES') || 0);
  const way = text('PERENNIAL_LOG') || 'http';
  const servers = text('PERENNIAL_NATS_URL')
    .split(',')
    .map((part) => part.trim());
  require(/^https?:\/\//.test(coreUrl), 'PERENNIAL_CORE_URL must be an address that begins with http:// or https://');
  require(secret.length >= 16, 'PERENNIAL_COLLECTOR_SECRET must have at least 16 characters');
  require(['on', 'off'].includes(truncate), 'PERENNIAL_TRUNCATE_IP must be on or off');
  require(Number.isInteger(proxies) &&
    proxies >= 0 &&
    proxies <= 10, 'PERENNIAL_TRUSTED_PROXIES must be a whole number from 0 to 10');
  require(['http', 'nats'].includes(way), 'PERENNIAL_LOG must be http or nats');
  if (way === 'nats')
    require(servers.every((server) =>
      /^wss?:\/\/[^/@]+$/.test(server),
    ), 'PERENNIAL_NATS_URL must be addresses that begin with ws:// or wss:// here, with commas between them');
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const login = {
    user: text('PERENNIAL_NATS_USER') || undefined,
    password: text('PERENNIAL_NATS_PASSWORD') || undefined,
  };
  return {
    coreUrl,
    secret,
    truncatesIp: truncate === 'on',
    proxies,
    nats: way === 'nats' ? { servers, ...login } : undefined,
  };
}
