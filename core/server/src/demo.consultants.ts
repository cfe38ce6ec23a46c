import type { Principal } from './access/index.js';
import type { Platform } from './platform.js';

const DEMO: Principal = { name: 'demo', role: 'admin', mustChangePassword: false };
const SHOPS = ['上海', '上海', '北京', '广州', '深圳'];
const NAMES = ['林晓', '苏然', '陈默', '何佳', '周琪'];

/** A few consultants and one rule, so that whoever asks for advice in the demo stands in a queue. The first is the administrator. */
export async function hireDemo({ consultantRoom: { consultants, rules }, dataSource }: Platform): Promise<void> {
  const [admin] = await dataSource.query<{ id: string }[]>('SELECT id FROM operator ORDER BY created_at, id LIMIT 1');
  for (const [n, name] of NAMES.entries()) {
    const userId = n === 0 ? (admin?.id ?? null) : null;
    await consultants.create({ name, shop: SHOPS[n]!, capacity: 7, isOnDuty: true, userId }, DEMO);
  }
  await rules.create({
    title: '预约咨询，30 分钟内联系',
    cause: { on: 'event.applied', event: 'Consultation Booked' },
    strategy: 'by-shop',
    shopFrom: { trait: 'city' },
    fallback: 'anyone',
    slaMinutes: 30,
    maxHops: 2,
    withdraws: false,
    isEnabled: true,
  });
}
