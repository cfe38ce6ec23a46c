import { describe, expect, it } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aFolder, afterTest, until } from '../../../test-tools/cleaning.js';
import { writeMmdb } from '../../../test-tools/mmdb-writer.js';
import { BoundedMap } from './bounded-map.js';
import { GeoFile } from './geo-file.js';
import { Facts } from './request-facts.js';
import { readUserAgent } from './user-agent.js';

const SHANGHAI = {
  country: { iso_code: 'CN', names: { en: 'China' } },
  subdivisions: [{ iso_code: 'SH', names: { en: 'Shanghai', 'zh-CN': '上海' } }],
  city: { names: { en: 'Shanghai', 'zh-CN': '上海' } },
};

async function setup(content?: Uint8Array) {
  const path = join(aFolder(), 'places.mmdb');
  if (content) writeFileSync(path, content);
  const log: string[] = [];
  const sut = new GeoFile(
    path,
    (level, message, details) => void log.push(`${level} ${message} ${JSON.stringify(details)}`),
    20,
  );
  await sut.start();
  afterTest(() => sut.stop());
  return { path, sut, log };
}

describe('places of addresses', () => {
  it('are found by the longest network, in Chinese where the file knows it', async () => {
    const { sut } = await setup(
      writeMmdb({
        '203.0.113.0/24': SHANGHAI,
        '198.51.100.0/24': { country: { iso_code: 'SG' }, city: { names: { en: 'Singapore' } } },
      }),
    );
    const place = { country: 'CN', region: '上海', city: '上海' };
    expect(sut.placeOf('203.0.113.9')).toEqual(place);
    expect(sut.placeOf('::ffff:203.0.113.9')).toEqual(place);
    expect(sut.placeOf('198.51.100.1')).toEqual({ country: 'SG', city: 'Singapore' });
    for (const nowhere of ['192.0.2.1', '2001:db8::1', 'not an address', '', undefined])
      expect(sut.placeOf(nowhere)).toEqual({});
  });

  it('are read of plain files as well', async () => {
    const { sut } = await setup(writeMmdb({ '203.0.113.0/24': { country: 'CN', region: '浙江', city: '杭州' } }));
    expect(sut.placeOf('203.0.113.9')).toEqual({ country: 'CN', region: '浙江', city: '杭州' });
  });

  it('follow the file: a new one is taken up, a wrong or missing one is told and changes nothing', async () => {
    const { path, sut, log } = await setup(writeMmdb({ '203.0.113.0/24': SHANGHAI }));
    expect(sut.placeOf('203.0.113.9').city).toBe('上海');
    writeFileSync(path, 'no such file');
    await until(() => log.length === 2);
    expect(log[1]).toMatch(/^error .*PERENNIAL_GEO_FILE.*"isKnown":true/);
    expect(sut.placeOf('203.0.113.9').city).toBe('上海');
    rmSync(path);
    await until(() => log.length === 3);
    writeFileSync(path, writeMmdb({ '203.0.113.0/24': { city: '苏州' } }));
    await until(() => sut.placeOf('203.0.113.9').city === '苏州');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(log).toHaveLength(4);
  });

  it('are unknown where the file was never there, or is damaged within', async () => {
    const { sut, log } = await setup();
    expect(log).toHaveLength(1);
    expect(sut.placeOf('203.0.113.9')).toEqual({});
    const damaged = writeMmdb({ '203.0.113.0/24': SHANGHAI });
    damaged.fill(0xff, 30 * 7, 30 * 7 + 10);
    const other = await setup(damaged);
    expect(() => other.sut.placeOf('203.0.113.9')).not.toThrow();
  });
});

const PHONE_UA =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.42(0x18002a2e) NetType/WIFI Language/zh_CN';

describe('user agents', () => {
  it.each([
    [PHONE_UA, { browser: 'WeChat', browserVersion: '8.0.42', os: 'iOS', osVersion: '17.0', device: 'mobile' }],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
      { browser: 'Chrome', browserVersion: '120.0.0.0', os: 'Windows', osVersion: '10', device: 'desktop' },
    ],
    ['curl/8.0', { isBot: true }],
    ['\u0000 nonsense \u{1F600}'.repeat(40), {}],
  ])('%s', (userAgent, facts) => expect(readUserAgent(userAgent)).toMatchObject(facts));

  it('knows spiders', () => {
    expect(
      readUserAgent('Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)').isBot,
    ).toBe(true);
    expect(readUserAgent(PHONE_UA).isBot).toBeUndefined();
  });

  it('costs little once it is known, and remembers so many', () => {
    const found: string[] = [];
    const sut = new BoundedMap<string, string>(2);
    const find = (key: string) => (found.push(key), key);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) sut.get(key, find);
    expect([found.join(''), sut.size]).toEqual(['abcb', 2]);
    const facts = new Facts(undefined, () => undefined);
    expect(facts.of(PHONE_UA, '203.0.113.9')).toBe(facts.of(PHONE_UA, undefined));
  });
});
