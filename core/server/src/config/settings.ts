import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { Transform } from 'class-transformer';
import { IsReadableFile } from './readable-file.js';
import 'reflect-metadata';

const toNumber = ({ value }: { value: unknown }) =>
  typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
const toFlag = ({ value }: { value: unknown }) => (value === 'on' ? true : value === 'off' ? false : value);

/** `PORT` -> what the operator writes after `PERENNIAL_`. The class below is the only list of what can be set. */
export const SETTING_NAMES = {
  dataDir: 'DATA_DIR',
  host: 'HOST',
  port: 'PORT',
  collectorPort: 'COLLECTOR_PORT',
  publicUrl: 'PUBLIC_URL',
  collectorUrl: 'COLLECTOR_URL',
  databaseUrl: 'DATABASE_URL',
  clickhouseUrl: 'CLICKHOUSE_URL',
  keys: 'KEYS',
  keysFile: 'KEYS_FILE',
  collectorSecret: 'COLLECTOR_SECRET',
  adminPassword: 'ADMIN_PASSWORD',
  trustedProxies: 'TRUSTED_PROXIES',
  metricsToken: 'METRICS_TOKEN',
  privateDestinations: 'PRIVATE_DESTINATIONS',
  demo: 'DEMO',
  demoPeople: 'DEMO_PEOPLE',
  demoWriteKey: 'DEMO_WRITE_KEY',
  timeZone: 'TIME_ZONE',
  logLevel: 'LOG_LEVEL',
  settleSeconds: 'SETTLE_SECONDS',
  batchEvents: 'BATCH_EVENTS',
  log: 'LOG',
  natsUrl: 'NATS_URL',
  natsCredentials: 'NATS_CREDENTIALS',
  natsUser: 'NATS_USER',
  natsPassword: 'NATS_PASSWORD',
  natsCa: 'NATS_CA',
  natsCert: 'NATS_CERT',
  natsKey: 'NATS_KEY',
  natsReplicas: 'NATS_REPLICAS',
  natsMaxMb: 'NATS_MAX_MB',
  quarantineSourceMb: 'QUARANTINE_SOURCE_MB',
  quarantineMaxMb: 'QUARANTINE_MAX_MB',
  quarantineDays: 'QUARANTINE_DAYS',
  uploadDays: 'UPLOAD_DAYS',
  uploadMaxMb: 'UPLOAD_MAX_MB',
} as const;

/** Names that other processes of the platform read; known here so that they are not taken for mistakes. */
export const FOREIGN_NAMES = [
  'COLLECTOR_HOST',
  'CORE_URL',
  'GEO_FILE',
  'SPOOL_KEEP_MINUTES',
  'SPOOL_MAX_MB',
  'LEAVE_SECONDS',
  'TRUNCATE_IP',
  'CONFIG',
  'FORBID_SKIPS',
  'TOKEN',
  'URL',
];

export const SECRET_SETTINGS = [
  'keys',
  'collectorSecret',
  'adminPassword',
  'metricsToken',
  'demoWriteKey',
  'natsPassword',
] as const;

const ADDRESS = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

const isTimeZone = (name: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
};

/** Everything that can be configured, with its default. */
export class Settings {
  @IsString() @Length(1, 1024) dataDir = './data';
  @IsString() @Length(1, 255) host = '0.0.0.0';
  @Transform(toNumber) @IsInt() @Min(0) @Max(65_535) port = 3000;
  @Transform(toNumber) @IsInt() @Min(0) @Max(65_535) collectorPort = 3001;
  @IsOptional() @IsUrl(ADDRESS) publicUrl?: string;
  /** Where visitors reach the collector; snippets name it. */
  @IsOptional() @IsUrl(ADDRESS) collectorUrl?: string;
  @IsOptional()
  @Matches(/^(sqlite:.+|(mysql|mariadb):\/\/.+)$/, { message: 'databaseUrl must begin with sqlite: or mysql://' })
  databaseUrl?: string;
  @IsOptional() @IsUrl(ADDRESS) clickhouseUrl?: string;
  /** The content of the keys file, for who keeps secrets in the environment. */
  @IsOptional() @IsString() keys?: string;
  @IsOptional() @IsString() keysFile?: string;
  @IsOptional() @Length(16, 256) collectorSecret?: string;
  @IsOptional() @Length(10, 256) adminPassword?: string;
  /** How many proxies stand before core and the collector; each adds whom it heard to `X-Forwarded-For`. */
  @Transform(toNumber) @IsInt() @Min(0) @Max(10) trustedProxies = 0;
  @IsOptional() @Length(16, 256) metricsToken?: string;
  /** Off: no administrator can let a destination reach a private network. */
  @Transform(toFlag) @IsBoolean({ message: 'privateDestinations must be on or off' }) privateDestinations = true;
  @Transform(toFlag) @IsBoolean({ message: 'demo must be on or off' }) demo = true;
  @Transform(toNumber) @IsInt() @Min(1) @Max(1_000_000) demoPeople = 5000;
  @IsOptional() @Length(8, 128) demoWriteKey?: string;
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' && isTimeZone(value) ? value : undefined))
  @IsString({ message: 'timeZone must be an IANA name such as Asia/Shanghai' })
  timeZone = 'Asia/Shanghai';
  @IsIn(['debug', 'info', 'warn', 'error']) logLevel = 'info';
  @Transform(toNumber) @IsInt() @Min(0) @Max(3600) settleSeconds = 30;
  @Transform(toNumber) @IsInt() @Min(1) @Max(10_000) batchEvents = 1000;
  /** The way from collectors: straight to core, or through NATS JetStream as well. */
  @IsIn(['http', 'nats']) log: 'http' | 'nats' = 'http';
  @ValidateIf(({ log, natsUrl }: Settings) => log === 'nats' || natsUrl !== undefined)
  @Matches(/^(nats|tls):\/\/[^/,\s@]+(\s*,\s*(nats|tls):\/\/[^/,\s@]+)*$/, {
    message: 'natsUrl must be addresses that begin with nats:// or tls://, with commas between them and no password',
  })
  natsUrl?: string;
  @IsOptional() @IsReadableFile() natsCredentials?: string;
  @ValidateIf(({ natsUser, natsPassword }: Settings) => (natsUser ?? natsPassword) !== undefined)
  @Length(1, 256, { message: 'natsUser and natsPassword go together' })
  natsUser?: string;
  @ValidateIf(({ natsUser, natsPassword }: Settings) => (natsUser ?? natsPassword) !== undefined)
  @Length(1, 256, { message: 'natsUser and natsPassword go together' })
  natsPassword?: string;
  @IsOptional() @IsReadableFile() natsCa?: string;
  @IsOptional() @IsReadableFile() natsCert?: string;
  @IsOptional() @IsReadableFile() natsKey?: string;
  @Transform(toNumber) @IsInt() @Min(1) @Max(5) natsReplicas = 1;
  @Transform(toNumber) @IsInt() @Min(16) @Max(10_000_000) natsMaxMb = 10_240;
  /** What was refused is kept to be looked at, up to so much of one source and of all, and for so long. */
  @Transform(toNumber) @IsInt() @Min(1) @Max(100_000) quarantineSourceMb = 50;
  @Transform(toNumber) @IsInt() @Min(1) @Max(1_000_000) quarantineMaxMb = 500;
  @Transform(toNumber) @IsInt() @Min(1) @Max(3650) quarantineDays = 30;
  /** How long a file is kept after its import, and how much room all of them may take. */
  @Transform(toNumber) @IsInt() @Min(0) @Max(3650) uploadDays = 7;
  @Transform(toNumber) @IsInt() @Min(1) @Max(10_000_000) uploadMaxMb = 20_480;
}
