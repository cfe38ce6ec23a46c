import type { Envelope, JsonObject } from '@perennial/contract';
import { CONTENTS, DOUYIN_CLIENT, MINI_PROGRAM_APPID, PRODUCTS, SHOPS, type Product } from './brand.js';
import type { Person } from './people.js';
import { Random } from './random.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** An act with when it happened and when it is handed over: most at once, some much later. */
export interface Act {
  at: number;
  sentAt: number;
  envelope: Envelope;
}

/** Purchases of a year and the mean basket, by kind of customer. */
const HABITS: Record<Person['kind'], { orders: number; basket: number; stopsAfter: number }> = {
  looker: { orders: 0, basket: 0, stopsAfter: 1 },
  once: { orders: 1, basket: 1, stopsAfter: 1 },
  regular: { orders: 4, basket: 2, stopsAfter: 1 },
  frequent: { orders: 11, basket: 1, stopsAfter: 1 },
  spender: { orders: 3, basket: 6, stopsAfter: 1 },
  leaver: { orders: 4, basket: 2, stopsAfter: 0.35 },
};

/** One person's year, in order of time. The same seed gives the same life. */
export function lifeOf(person: Person, seed: number, from: number, to: number): Act[] {
  return new Life(person, new Random(seed ^ 0x5bd1e995, person.number), from, to).tell();
}

class Life {
  private readonly acts: Act[] = [];
  private isMember = false;
  private count = 0;

  constructor(
    private readonly person: Person,
    private readonly random: Random,
    private readonly from: number,
    private readonly to: number,
  ) {}

  tell(): Act[] {
    const { kind, begins } = this.person;
    const { orders, stopsAfter } = HABITS[kind];
    const start = this.from + begins * (this.to - this.from);
    const end = start + stopsAfter * (this.to - start);
    this.meet(start);
    for (let at = start + this.random.wait(12) * DAY; at < end; at += this.random.wait(orders > 6 ? 20 : 32) * DAY)
      this.visit(this.clock(at));
    const share = (end - start) / (this.to - this.from);
    const times = kind === 'once' ? 1 : Math.round(orders * share * (0.6 + 0.8 * this.random.next()));
    for (let n = 0; n < times; n++) this.buy(this.season(start + ((n + this.random.next()) / times) * (end - start)));
    return this.acts.filter(({ at }) => at < this.to).sort((a, b) => a.at - b.at);
  }

  /** First contact: on Douyin a form with a phone, elsewhere a look around. */
  private meet(at: number): void {
    if (this.person.home !== 'douyin') return this.visit(this.clock(at));
    const { douyinId, phone, city } = this.person;
    const product = this.random.pick(PRODUCTS);
    this.track(
      at,
      'Lead Submitted',
      { product: product.name, intent: this.random.pick(['咨询价格', '预约体验', '领取小样']), city },
      {
        context: {
          externalIds: [
            { type: 'douyin_open_id', id: douyinId, namespace: DOUYIN_CLIENT },
            { type: 'phone', id: phone },
          ],
        },
      },
    );
  }

  private visit(at: number): void {
    const who = this.visitor();
    const product = this.favourite();
    this.push(at, {
      type: 'page',
      name: product.category,
      ...who,
      properties: { path: `/category/${product.category}`, channel: this.channelOf({}) },
    });
    if (this.random.chance(0.35))
      this.track(at + 40_000, 'Content Viewed', contentFacts(this.random.pick(CONTENTS)), who);
    for (let n = this.random.whole(1, 3); n > 0; n--)
      this.track(at + n * 90_000, 'Product Viewed', productFacts(n === 1 ? product : this.favourite()), who);
    if (this.random.chance(0.05)) this.track(at + 400_000, 'Live Watched', { minutes: this.random.whole(1, 60) }, who);
    if (this.random.chance(0.03))
      this.track(at + 500_000, 'Consultation Booked', { shop: this.random.pick(SHOPS).id }, who);
  }

  private buy(at: number): void {
    const isShop = this.person.home === 'shop' ? this.random.chance(0.8) : this.random.chance(0.15);
    if (!this.isMember) this.register(at - 60_000);
    const { memberId, phone } = this.person;
    const who = isShop
      ? { userId: memberId, context: { externalIds: [{ type: 'phone', id: this.typed(phone) }] } }
      : { ...this.visitor(), userId: memberId };
    const shop = this.random.pick(SHOPS);
    if (isShop) this.track(at - 600_000, 'Checked In', { shop: shop.id }, { userId: memberId });
    const products = Array.from(
      { length: Math.max(1, Math.round(this.random.wait(HABITS[this.person.kind].basket))) },
      () => ({ ...productFacts(this.favourite()), quantity: this.random.whole(1, 2) }),
    );
    const total = products.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    const orderId = `O${this.person.number}-${this.count}`;
    this.track(
      at,
      'Order Completed',
      { order_id: orderId, total, currency: 'CNY', products, ...(isShop && { shop: shop.id }) },
      who,
    );
    if (this.random.chance(0.05))
      this.track(
        at + this.random.whole(2, 9) * DAY,
        'Order Refunded',
        { order_id: orderId, total },
        { userId: memberId },
      );
    if (this.random.chance(0.25)) this.message(at + this.random.whole(20, 40) * DAY);
  }

  /** Login or card: from here on the member id is known on the device at hand. */
  private register(at: number): void {
    this.isMember = true;
    const { memberId, phone, name, gender, city, birthday } = this.person;
    this.push(at, {
      type: 'identify',
      ...this.visitor(),
      userId: memberId,
      traits: { phone, name, gender, city, birthday, member_level: '普通会员' },
    });
  }

  private message(at: number): void {
    const who = { context: { externalIds: [{ type: 'phone', id: this.person.phone }] } };
    const facts = { campaign: this.random.pick(['换季焕新', '会员日', '生日礼']), channel: 'sms' };
    this.track(at, 'Message Sent', facts, who);
    if (this.random.chance(0.2)) this.track(at + this.random.wait(3) * HOUR, 'Message Clicked', facts, who);
    if (this.random.chance(0.03))
      this.track(at + this.random.wait(5) * HOUR, 'Message Replied', { ...facts, text: 'TD' }, who);
  }

  /** How a client of the person's favourite place names them. */
  private visitor(): Partial<Envelope> {
    const { home, openId, devices, memberId } = this.person;
    const known = this.isMember && this.random.chance(0.6) ? { userId: memberId } : {};
    if (home === 'miniprogram')
      return {
        ...known,
        context: { externalIds: [{ type: 'wechat_openid', id: openId, namespace: MINI_PROGRAM_APPID }] },
      };
    return { ...known, anonymousId: this.random.pick(devices) };
  }

  private favourite(): Product {
    return this.random.chance(0.6) ? PRODUCTS[(this.person.number * 7) % PRODUCTS.length]! : this.random.pick(PRODUCTS);
  }

  /** A cashier mistypes a phone now and then. */
  private typed(phone: string): string {
    return this.random.chance(0.004) ? `${phone.slice(0, 10)}${this.random.whole(0, 9)}` : phone;
  }

  /** Half of the purchases of the weeks before a great day wait for it. */
  private season(at: number): number {
    const year = new Date(at).getUTCFullYear();
    const days = [Date.UTC(year, 2, 8), Date.UTC(year, 5, 18), Date.UTC(year, 10, 11)];
    const near = days.find((day) => day > at && day - at < 21 * DAY);
    return this.clock(near !== undefined && near < this.to && this.random.chance(0.5) ? near : at);
  }

  /** An hour at which people of Shanghai are awake; evenings most. */
  private clock(at: number): number {
    const hour = this.random.weighted([
      [8, 2],
      [10, 3],
      [12, 5],
      [15, 3],
      [18, 4],
      [20, 8],
      [21, 8],
      [22, 5],
    ] as const);
    return Math.floor(at / DAY) * DAY + (hour - 8) * HOUR + this.random.whole(0, HOUR);
  }

  private track(at: number, event: string, properties: JsonObject, who: Partial<Envelope>): void {
    this.push(at, { type: 'track', event, properties: { channel: this.channelOf(properties), ...properties }, ...who });
  }

  /** Where it happened: a shop's till says its shop, everything else comes from the person's favourite place. */
  private channelOf({ shop, order_id: order }: JsonObject): string {
    if (shop !== undefined || (order !== undefined && this.person.home === 'shop')) return 'pos';
    return this.person.home === 'shop' ? 'web' : this.person.home;
  }

  private push(at: number, envelope: Envelope): void {
    const time = Math.round(at);
    const messageId = `demo-${this.person.number}-${this.count++}`;
    // Phones that were offline hand their events over hours or days later.
    const sentAt = this.random.chance(0.02) ? time + Math.round(this.random.wait(30) * HOUR) : time;
    this.acts.push({ at: time, sentAt, envelope: { ...envelope, messageId, timestamp: new Date(time).toISOString() } });
  }
}

const productFacts = ({ id, name, category, price }: Product) => ({
  product_id: id,
  name,
  category,
  price,
});

const contentFacts = ({ id, title }: (typeof CONTENTS)[number]) => ({ content_id: id, title });
