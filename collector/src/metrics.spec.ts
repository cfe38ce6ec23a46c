import { expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

it('says of every figure what it tells and of what kind it is, before its values', () => {
  const sut = new Metrics();
  sut.count('events_total', 2, 'outcome="accepted"');
  sut.count('events_total', 1, 'outcome="refused",code="X"');
  sut.gauge('write_keys', () => 3);
  sut.observe('forward_seconds', 0.02);
  const lines = sut.text().trimEnd().split('\n');
  const described = lines.flatMap((line, at) => {
    const [, name, help] = /^# HELP (\S+) (.+)$/.exec(line) ?? [];
    return name ? [[name, lines[at + 1], (help ?? '').length > 10]] : [];
  });
  expect(described).toEqual([
    ['perennial_collector_events_total', '# TYPE perennial_collector_events_total counter', true],
    ['perennial_collector_forward_seconds', '# TYPE perennial_collector_forward_seconds histogram', true],
    ['perennial_collector_write_keys', '# TYPE perennial_collector_write_keys gauge', true],
  ]);
  const values = lines.filter((line) => !line.startsWith('#')).map((line) => line.split(/[{ ]/)[0]!);
  expect(values.filter((name) => !described.some(([known]) => name.startsWith(String(known))))).toEqual([]);
  expect(lines).toContain('perennial_collector_events_total{outcome="refused",code="X"} 1');
});
