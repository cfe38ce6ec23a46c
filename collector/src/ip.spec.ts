import { describe, expect, it } from '@jest/globals';
import { addressBehind, truncateIp } from './ip.js';

it.each([
  ['203.0.113.77', '203.0.113.0'],
  ['::ffff:203.0.113.77', '203.0.113.0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
  ['2001:db8::7', '2001:db8:0::'],
  ['fe80::1%eth0', 'fe80:0:0::'],
  ['::1', '0:0:0::'],
  ['no address', ''],
])('keeps the network of %s: %s', (ip, network) => {
  expect(truncateIp(ip)).toBe(network);
});

describe('the address behind proxies', () => {
  it.each([
    [0, '203.0.113.1', '10.0.0.9'],
    [1, '198.51.100.7, 203.0.113.1', '203.0.113.1'],
    [2, '1.1.1.1, 203.0.113.1, 10.0.0.2', '203.0.113.1'],
    [1, '2001:db8::1', '2001:db8::1'],
    [2, '203.0.113.1', '10.0.0.9'],
    [1, '<script>', '10.0.0.9'],
    [1, undefined, '10.0.0.9'],
  ])('with %i of ours and the header %s it is %s', (proxies, header, address) => {
    expect(addressBehind(proxies, header, '10.0.0.9')).toBe(address);
  });
});
