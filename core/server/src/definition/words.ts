import type {
  Aggregate,
  Computation,
  Condition,
  EventFilter,
  EventTest,
  Formula,
  JsonScalar,
  Measure,
  Rule,
  TagDefinition,
  Sequence,
  Test,
  Text,
  Window,
} from '@perennial/contract';

/** Titles of what rules name; a name without a title stands for itself. */
export interface Titles {
  tag(key: string): Text | undefined;
  /** The title of a tag's value. */
  value(tag: string, value: JsonScalar): Text | undefined;
  lifecycle(key: string): Text | undefined;
  stage(lifecycle: string, stage: string): Text | undefined;
  audience(key: string): Text | undefined;
  kind(key: string): Text | undefined;
}

const say = (zh: string, en: string): Text => ({ zh, en });
const plain = (text: string): Text => say(text, text);
const join = (parts: Text[], zh: string, en: string): Text =>
  say(parts.map((part) => part.zh).join(zh), parts.map((part) => part.en).join(en));

const scalar = (value: JsonScalar): Text => {
  if (value === true) return say('是', 'yes');
  if (value === false) return say('否', 'no');
  return value === null ? say('空', 'nothing') : plain(typeof value === 'string' ? `“${value}”` : String(value));
};

type Name = (value: JsonScalar) => Text;

/** A test as what comes after its subject: "大于 3", "is more than 3". */
export function testWords(test: Test, name: Name = scalar): Text {
  switch (test.op) {
    case 'is':
      return say(`是${name(test.value).zh}`, `is ${name(test.value).en}`);
    case 'isNot':
      return say(`不是${name(test.value).zh}`, `is not ${name(test.value).en}`);
    case 'in':
    case 'notIn': {
      const shown = join(test.values.slice(0, 5).map(name), '、', ', ');
      const more =
        test.values.length > 5 ? say(`等 ${test.values.length} 项`, ` … (${test.values.length})`) : plain('');
      const op = test.op === 'in' ? say('属于', 'is one of ') : say('不属于', 'is none of ');
      return join([op, shown, more], '', '');
    }
    case 'gt':
      return say(`大于 ${test.value}`, `is more than ${test.value}`);
    case 'gte':
      return say(`至少 ${test.value}`, `is at least ${test.value}`);
    case 'lt':
      return say(`小于 ${test.value}`, `is less than ${test.value}`);
    case 'lte':
      return say(`至多 ${test.value}`, `is at most ${test.value}`);
    case 'contains':
      return say(`包含“${test.value}”`, `contains “${test.value}”`);
    case 'exists':
      return say('有值', 'has a value');
    case 'missing':
      return say('没有值', 'has no value');
    case 'within':
      return say(`在最近 ${test.days} 天内`, `lies within the last ${test.days} days`);
    case 'olderThan':
      return say(`早于 ${test.days} 天前`, `is more than ${test.days} days ago`);
  }
}

const UNITS = { day: say('天', 'days'), hour: say('小时', 'hours'), minute: say('分钟', 'minutes') };
const PERIODS = {
  week: say('本周', 'this week'),
  month: say('本月', 'this month'),
  quarter: say('本季度', 'this quarter'),
  year: say('今年', 'this year'),
};

export function windowWords(window: Window | undefined): Text {
  if (!window) return say('有史以来', 'ever');
  if ('this' in window) return PERIODS[window.this];
  const { last, unit, skip = 0 } = window;
  const { zh, en } = UNITS[unit];
  if (skip === 0) return say(`最近 ${last} ${zh}`, `in the last ${last} ${en}`);
  return say(`${skip} ${zh}之前的 ${last} ${zh}`, `in the ${last} ${en} before the last ${skip} ${en}`);
}

export function filterWords({ names, where = [] }: EventFilter): Text {
  const events = join(names.slice(0, 4).map(plain), '/', '/');
  const more = names.length > 4 ? plain('…') : plain('');
  if (where.length === 0) return join([events, more], '', '');
  const tests = join(where.map(eventTestWords), '，且', ' and ');
  return say(`${events.zh}${more.zh}（${tests.zh}）`, `${events.en}${more.en} (${tests.en})`);
}

function eventTestWords(test: EventTest): Text {
  if ('all' in test) return grouped(test.all.map(eventTestWords), 'all');
  if ('any' in test) return grouped(test.any.map(eventTestWords), 'any');
  if ('not' in test) return negated(eventTestWords(test.not));
  const { zh, en } = testWords(test.test);
  return say(`${test.property} ${zh}`, `${test.property} ${en}`);
}

function grouped(parts: Text[], how: 'all' | 'any'): Text {
  if (parts.length === 1) return parts[0]!;
  const { zh, en } = how === 'all' ? join(parts, '，且', ' and ') : join(parts, '，或', ' or ');
  return say(`（${zh}）`, `(${en})`);
}

const negated = ({ zh, en }: Text): Text => say(`不满足：${zh}`, `not: ${en}`);

const MEASURES: Record<Measure, Text> = {
  count: say('次数', 'number'),
  sum: say('合计', 'sum'),
  average: say('平均值', 'average'),
  min: say('最小值', 'smallest'),
  max: say('最大值', 'largest'),
  first: say('首次的值', 'first value'),
  last: say('最近的值', 'latest value'),
  firstAt: say('首次时间', 'first time'),
  lastAt: say('最近时间', 'latest time'),
  distinct: say('去重个数', 'distinct values'),
  top: say('最常见的值', 'most frequent value'),
  scores: say('各值得分', 'scores of values'),
  days: say('发生天数', 'days'),
  streak: say('最长连续天数', 'longest run of days'),
  hour: say('偏好时段', 'preferred hour'),
  weekday: say('偏好星期', 'preferred weekday'),
};

export function aggregateWords({ event, measure, property, window }: Aggregate): Text {
  const [when, what, how] = [windowWords(window), filterWords(event), MEASURES[measure]];
  const of = property ? say(`的 ${property}`, ` of ${property}`) : plain('');
  return say(`${when.zh} ${what.zh} ${of.zh}${how.zh}`, `${how.en}${of.en} over ${what.en} ${when.en}`);
}

export function conditionWords(condition: Condition, titles: Titles): Text {
  return ruleWords(condition, titles);
}

/** An audience's rule, or a condition, as a sentence. */
export function ruleWords(rule: Rule, titles: Titles): Text {
  if ('all' in rule)
    return grouped(
      rule.all.map((part) => ruleWords(part, titles)),
      'all',
    );
  if ('any' in rule)
    return grouped(
      rule.any.map((part) => ruleWords(part, titles)),
      'any',
    );
  if ('not' in rule) return negated(ruleWords(rule.not, titles));
  return leafWords(rule, titles);
}

type Leaf = Exclude<Rule, { all: unknown } | { any: unknown } | { not: unknown }>;

function leafWords(leaf: Leaf, titles: Titles): Text {
  if ('tag' in leaf) {
    const name: Name = (value) => titles.value(leaf.tag, value) ?? scalar(value);
    return subject(titles.tag(leaf.tag) ?? plain(leaf.tag), testWords(leaf.test, name));
  }
  if ('trait' in leaf) return subject(say(`属性 ${leaf.trait}`, `trait ${leaf.trait}`), testWords(leaf.test));
  if ('stage' in leaf) {
    const name: Name = (value) => titles.stage(leaf.stage, String(value)) ?? scalar(value);
    return subject(lifecycleTitle(leaf.stage, titles), testWords(leaf.test, name));
  }
  if ('since' in leaf) {
    const { zh, en } = lifecycleTitle(leaf.since, titles);
    return subject(say(`在当前${zh}阶段的天数`, `days in the present stage of ${en}`), testWords(leaf.test));
  }
  if ('behaviour' in leaf) return subject(aggregateWords(leaf.behaviour), testWords(leaf.test));
  if ('sequence' in leaf) return sequenceWords(leaf.sequence);
  return membershipWords(leaf, titles);
}

type Membership = Exclude<Leaf, { test: unknown } | { sequence: unknown }>;

function membershipWords(leaf: Membership, titles: Titles): Text {
  if ('moved' in leaf) {
    const { lifecycle, from, to, window } = leaf.moved;
    const place = (key: string | undefined) =>
      key === undefined ? say('任意阶段', 'any stage') : (titles.stage(lifecycle, key) ?? plain(key));
    const when = windowWords(window);
    return say(
      `${when.zh}从${place(from).zh}移动到${place(to).zh}`,
      `moved from ${place(from).en} to ${place(to).en} ${when.en}`,
    );
  }
  if ('reachable' in leaf) {
    const { zh, en } = titles.kind(leaf.reachable) ?? plain(leaf.reachable);
    return say(`有${zh}`, `has a ${en}`);
  }
  if ('consent' in leaf) return say(`同意通过 ${leaf.consent} 接收信息`, `agreed to be addressed by ${leaf.consent}`);
  if ('audience' in leaf) {
    const { zh, en } = titles.audience(leaf.audience) ?? plain(leaf.audience);
    return say(`属于人群“${zh}”`, `belongs to the audience “${en}”`);
  }
  if ('percent' in leaf) return say(`随机抽取 ${leaf.percent}%`, `a random ${leaf.percent} %`);
  const { zh, en } = titles.tag(leaf.top.tag) ?? plain(leaf.top.tag);
  return say(`“${zh}”最高的 ${leaf.top.count} 人`, `the ${leaf.top.count} people with the highest “${en}”`);
}

const subject = (what: Text, how: Text): Text => join([what, how], ' ', ' ');
const lifecycleTitle = (key: string, titles: Titles): Text => titles.lifecycle(key) ?? plain(key);

function sequenceWords({ steps, withinHours, without, window }: Sequence): Text {
  const order = join(steps.map(filterWords), ' → ', ' → ');
  const when = windowWords(window);
  const never = without ? filterWords(without) : undefined;
  return say(
    `${when.zh} ${withinHours} 小时内依次发生 ${order.zh}${never ? `，其间没有 ${never.zh}` : ''}`,
    `${order.en} within ${withinHours} hours ${when.en}${never ? `, without ${never.en} between` : ''}`,
  );
}

const SIGNS = {
  add: say('＋', ' + '),
  subtract: say('－', ' − '),
  multiply: say('×', ' × '),
  divide: say('÷', ' ÷ '),
  min: say('、', ', '),
  max: say('、', ', '),
  coalesce: say('、', ', '),
};
const FUNCTIONS: Partial<Record<keyof typeof SIGNS, Text>> = {
  min: say('取小', 'least of '),
  max: say('取大', 'greatest of '),
  coalesce: say('取首个有值', 'first of '),
};

function formulaWords(formula: Formula, titles: Titles, isInner = false): Text {
  if ('number' in formula) return plain(String(formula.number));
  if ('tag' in formula) return titles.tag(formula.tag) ?? plain(formula.tag);
  if ('trait' in formula) return say(`属性 ${formula.trait}`, `trait ${formula.trait}`);
  if ('aggregate' in formula) return aggregateWords(formula.aggregate);
  const sign = SIGNS[formula.op];
  const { zh, en } = join(
    formula.of.map((part) => formulaWords(part, titles, true)),
    sign.zh,
    sign.en,
  );
  const name = FUNCTIONS[formula.op];
  if (!name && !isInner) return say(zh, en);
  return say(`${name?.zh ?? ''}（${zh}）`, `${name?.en ?? ''}(${en})`);
}

const TIERS_TOLD = 5;

type Tiers = Extract<Computation, { kind: 'tiers' }>;
type Worded = Pick<TagDefinition, 'computation' | 'values'>;

/** The first tiers in words, in their order. */
function tiersWords({ tiers }: Tiers, values: Worded['values'], titles: Titles): Text {
  const told = tiers.slice(0, TIERS_TOLD).map(({ when, value }) => {
    const { zh, en } = conditionWords(when, titles);
    const name = values?.find((known) => known.value === value)?.title ?? plain(String(value));
    return say(`${zh} → ${name.zh}`, `${en} → ${name.en}`);
  });
  const { zh, en } = join(told, '；', '; ');
  const more = tiers.length - told.length;
  return more > 0 ? say(`${zh}……共 ${tiers.length} 层`, `${en}; … ${tiers.length} tiers`) : say(zh, en);
}

/** How a tag comes about, in a sentence. */
export function computationWords({ computation, values }: Worded, titles: Titles): Text {
  switch (computation.kind) {
    case 'aggregate':
      return aggregateWords(computation);
    case 'daysSince': {
      const { zh, en } = filterWords(computation.event);
      return say(`距离最近一次 ${zh} 的天数`, `days since the latest ${en}`);
    }
    case 'recency': {
      const { zh, en } = filterWords(computation.event);
      return say(`按最近一次 ${zh} 的远近分层`, `bands of days since the latest ${en}`);
    }
    case 'tiers':
      return tiersWords(computation, values, titles);
    case 'trait':
      return say(`取自属性 ${computation.trait}`, `the trait ${computation.trait}`);
    case 'formula':
      return formulaWords(computation.formula, titles);
    case 'model':
      return say(`由模型 ${computation.model} 计算`, `set by the model ${computation.model}`);
    case 'manual':
      return say('人工或导入设置', 'set by people or imports');
  }
}
