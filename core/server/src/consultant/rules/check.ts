import type {
  AudienceDefinition,
  DefinitionProblem,
  LifecycleDefinition,
  TagDefinition,
  TriggerCause,
} from '@perennial/contract';
import { checkCondition } from '../../tagging/rules/check.js';
import type { RuleInput } from '../assignment-rules.js';

/** What a rule may name. */
export interface Namable {
  tags: ReadonlyMap<string, TagDefinition>;
  lifecycles: readonly LifecycleDefinition[];
  audiences: ReadonlyMap<string, AudienceDefinition>;
}

type Say = (path: string, zh: string, en: string, code?: string) => void;

/** Everything that is wrong with a rule, with what to do about it. */
export function checkRule(rule: RuleInput, known: Namable): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const say: Say = (path, zh, en, code = 'CONSULTANT_RULE_INVALID') =>
    void problems.push({ path, code, message: { zh, en } });
  checkCause(rule.cause, known, say);
  if (rule.when) checkCondition(rule.when, 'when', { tags: known.tags, models: new Set() }, say);
  checkShop(rule, known, say);
  if (rule.withdraws && rule.cause.on === 'event.applied')
    say('withdraws', '行为发生后不会撤销，请关闭“离开即撤回”', 'an event cannot be left; switch withdrawing off');
  return problems;
}

function checkCause(cause: TriggerCause, { tags, lifecycles, audiences }: Namable, say: Say): void {
  if (cause.on === 'tag.changed' && !tags.has(cause.tag)) sayTag('cause.tag', cause.tag, say);
  if ('audience' in cause && !audiences.has(cause.audience))
    say(
      'cause.audience',
      `人群 ${cause.audience} 不存在，请先建立或另选`,
      `there is no audience ${cause.audience}; make it first or choose another`,
    );
  if (cause.on !== 'stage.moved') return;
  const [stage, sub] = cause.to.split('/');
  const found = lifecycles.find(({ key }) => key === cause.lifecycle)?.stages.find(({ key }) => key === stage);
  if (!found || (sub !== undefined && !found.subStages?.some(({ key }) => key === sub)))
    say(
      'cause.to',
      `生命周期 ${cause.lifecycle} 没有阶段 ${cause.to}，请另选`,
      `lifecycle ${cause.lifecycle} has no stage ${cause.to}; choose another`,
    );
}

function checkShop({ strategy, shopFrom }: RuleInput, { tags }: Namable, say: Say): void {
  if (strategy === 'by-shop' && !shopFrom)
    say('shopFrom', '按门店分配需要指明门店取自哪个标签或属性', 'by-shop needs the tag or trait that names the shop');
  if (shopFrom && 'tag' in shopFrom && !tags.has(shopFrom.tag)) sayTag('shopFrom.tag', shopFrom.tag, say);
}

const sayTag = (path: string, key: string, say: Say): void =>
  say(path, `标签 ${key} 不存在，请先发布或另选`, `there is no tag ${key}; publish it first or choose another`);
