import { describe, expect, it } from '@jest/globals';
import { readOptions } from '@perennial/kit';
import { CsvMapping } from './mapping.js';
import { propose } from './propose.js';

describe('a proposed mapping', () => {
  it('knows a Chinese shop’s export', () => {
    const columns = [
      '会员号',
      '姓名',
      '手机号',
      '生日',
      '注册时间',
      '订单号',
      '商品名称',
      '数量',
      '实付金额',
      '订单金额',
      '下单时间',
    ];
    const proposal = propose(
      columns,
      [['m1', '李娜', '139', '1990/1/1', '', 'o1', '面霜', '1', '9', '9', '2026/5/1 9:00']],
      'Asia/Shanghai',
    );
    expect(proposal).toMatchObject({
      type: 'track',
      event: 'Order Completed',
      at: { column: '下单时间', format: 'yyyy/MM/dd HH:mm', timeZone: 'Asia/Shanghai' },
      identifiers: [
        { column: '会员号', kind: 'userId', format: 'text' },
        { column: '手机号', kind: 'phone', format: 'phone' },
      ],
      properties: [
        { column: '订单号', as: 'order_id', type: 'text' },
        { column: '商品名称', as: 'product_name', type: 'text' },
        { column: '实付金额', as: 'total', type: 'number' },
        { column: '数量', as: 'quantity', type: 'number' },
      ],
      traits: [
        { column: '姓名', as: 'name' },
        { column: '生日', as: 'birthday' },
      ],
    });
    expect(readOptions(CsvMapping, proposal, 'proposal')).toBeInstanceOf(CsvMapping);
  });

  it('knows an English one, with numbers that a spreadsheet wrote', () => {
    const columns = [
      'InvoiceNo',
      'StockCode',
      'Description',
      'Quantity',
      'InvoiceDate',
      'UnitPrice',
      'CustomerID',
      'Country',
    ];
    const row = ['536365', '85123A', 'HOLDER', '6', '2010-12-01 08:26:00', '2.55', '17850.0', 'United Kingdom'];
    expect(propose(columns, [row, row.with(6, '')], 'Europe/London')).toMatchObject({
      at: { column: 'InvoiceDate', format: 'yyyy-MM-dd HH:mm:ss' },
      identifiers: [{ column: 'CustomerID', kind: 'userId', format: 'integer' }],
      properties: [
        { column: 'InvoiceNo', as: 'order_id' },
        { column: 'StockCode', as: 'product_id' },
        { column: 'Quantity', as: 'quantity' },
        { column: 'UnitPrice', as: 'price' },
      ],
    });
  });

  it('takes a list of people for facts, and leaves open what no name tells', () => {
    expect(propose(['手机号', '姓名', '出生日期'], [], 'Asia/Shanghai')).toMatchObject({
      type: 'identify',
      at: { column: '' },
      properties: [],
    });
  });

  it.each([
    ['1700000000', 'epoch-s'],
    ['1700000000000', 'epoch-ms'],
    ['46143.5', 'excel-serial'],
    ['2026-05-01', 'yyyy-MM-dd'],
    ['2026-05-01T10:00:00Z', 'iso'],
    ['2026-05-01 10:00:00+08:00', 'iso'],
  ])('finds the format of the time %s', (cell, format) => {
    expect(propose(['time'], [[''], [cell]], 'UTC')).toMatchObject({ at: { column: 'time', format } });
  });
});
