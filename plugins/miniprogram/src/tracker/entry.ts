import type { Fields } from '@perennial/sdk-web/core';
import { queryOf, SHARE, writeQuery, type Query } from './address.js';
import { sceneGroup } from './scene.js';
import type { Vendor } from './vendor.js';

/** One way into the program: what the runtime said when it was opened or came back. */
export interface Entry {
  facts: Fields;
  /** What the way in says of the campaign, in the words of the web tracker. */
  campaign?: Fields;
  /** The share by which somebody came. */
  share?: { shareId: string; depth: number; from?: string };
}

/** Tencent, Oceanengine, Kuaishou, Baidu. */
const CLICK_IDS = ['gdt_vid', 'qz_gdt', 'weixinadinfo', 'clickid', 'callback', 'bd_vid'];
const UTM = ['source', 'medium', 'campaign', 'term', 'content', 'id'];

/**
 * Reads launch and show options. Parameters stand in the query, in a mini-program code's one text (`scene`, with short
 * names, because it has room for 32 characters), and in the address of a plain code that opens the program (`q`).
 */
export function readEntry(raw: unknown, vendor: Vendor, codeParameters: Query, hidden?: string[]): Entry {
  const {
    path = '',
    query: given,
    scene,
    referrerInfo,
    shareTicket,
    chatType,
  } = Object(raw) as Fields & { scene?: number | string };
  const query = queryOf(given, hidden);
  const code = queryOf(query['scene'] || '');
  const parameters = { ...queryOf((query['q'] || '').split('?')[1] || ''), ...query };
  for (const key of Object.keys(code)) parameters[codeParameters[key] || key] = code[key]!;
  const shareId = parameters[SHARE.id];
  const share = shareId
    ? { shareId, depth: Number(parameters[SHARE.depth]) || 1, from: parameters[SHARE.from] }
    : undefined;
  const facts = {
    path: String(path).replace(/^\//, ''),
    search: writeQuery(query) || undefined,
    scene: scene && String(scene),
    sceneGroup: scene && sceneGroup(vendor, String(scene)),
    code: query['scene'],
    referrerAppId: (Object(referrerInfo) as Fields)['appId'] || undefined,
    shareTicket,
    chatType,
    ...share,
  };
  return { facts, campaign: campaignOf(parameters), share };
}

function campaignOf(parameters: Query): Fields | undefined {
  const campaign: Fields = {};
  const clickIds: Fields = {};
  for (const key of UTM)
    if (parameters[`utm_${key}`]) campaign[key === 'campaign' ? 'name' : key] = parameters[`utm_${key}`];
  for (const key of CLICK_IDS)
    if (parameters[key]) {
      clickIds[key] = parameters[key];
      campaign['clickIds'] = clickIds;
    }
  return Object.keys(campaign).length > 0 ? campaign : undefined;
}
