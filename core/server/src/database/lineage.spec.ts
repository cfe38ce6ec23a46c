import { expect, it } from '@jest/globals';
import { strangers } from './lineage.js';

it('tells what plugins left behind from what a newer version has done', () => {
  const applied = ['CoreA', 'CouponA', 'CoreZ'];
  const known = ['CoreA'];
  expect(strangers({ applied, known, ofPlugins: ['CouponA'] })).toEqual({ ofPlugins: ['CouponA'], newer: ['CoreZ'] });
  expect(strangers({ applied, known: [...applied], ofPlugins: [] })).toEqual({ ofPlugins: [], newer: [] });
});

it('takes a record of before it remembered plugins for one of an older version', () => {
  const lineage = { applied: ['CoreA', 'CouponA'], known: ['CoreA'], ofPlugins: undefined };
  expect(strangers(lineage)).toEqual({ ofPlugins: ['CouponA'], newer: [] });
});
