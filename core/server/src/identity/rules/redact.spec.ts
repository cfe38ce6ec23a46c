import { expect, it } from '@jest/globals';
import { redact, redactFreeText } from './redact.js';

it('masks phones and e-mails wherever their keys say so, and leaves the rest alone', () => {
  expect(
    redact({
      phone: '13912345678',
      receiverPhone: '+86 139 1234 5678',
      contact: { mobile: 13912345678, email: 'li.na@example.com' },
      rows: [{ tel: '13912345678' }],
      microphone: '13912345678',
      order_id: '13912345678',
      phone_model: 'A1',
      total: 5,
    }),
  ).toEqual({
    phone: '139****5678',
    receiverPhone: '139****5678',
    contact: { mobile: '139****5678', email: 'l***@example.com' },
    rows: [{ tel: '139****5678' }],
    microphone: '13912345678',
    order_id: '13912345678',
    phone_model: 'A1',
    total: 5,
  });
});

it('masks what looks like a phone or an e-mail in any text', () => {
  expect(redactFreeText('{"p":"13912345678","e":"li.na@example.com","order":"20261123139123456780"}')).toBe(
    '{"p":"139****5678","e":"***@example.com","order":"20261123139123456780"}',
  );
});
