/**
 * What attackers try first, gathered by hand: words of people and of the trade in English and pinyin. Passwords made of
 * them, of runs on a keyboard, of dates or repeats are refused; a list of millions of leaked ones is not needed for that.
 */
const WORDS = `
password passwort passwd passw pass admin administrator root user guest test tester demo default system manager master
welcome login logon letmein access secret private public changeme change enter temp temporary initial company office
server database mysql mariadb oracle sqlserver postgres redis docker nginx apache linux ubuntu windows android google
baidu alibaba aliyun tencent weixin wechat wecom dingtalk feishu taobao tmall jingdong douyin xiaohongshu huawei xiaomi
perennial changqing customer member crm cdp marketing operator operation sales shop store brand beauty health
monkey dragon shadow sunshine princess football baseball basketball superman batman iloveyou love lovely forever hello
freedom whatever trustno michael jordan jennifer charlie thomas daniel andrew george robert jessica ashley
summer winter spring autumn january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
woaini woaiwo aini woshishei nihao nishishei zhongguo china beijing shanghai guangzhou shenzhen hangzhou chengdu wuhan
nanjing suzhou chongqing tianjin xiamen mima guanliyuan guanli yonghu huiyuan kehu gongsi xitong ceshi xiaoming
wangwei zhangwei liwei zhangsan lisi wangwu zhaoliu laoban 1314 520 5201314 1314520 fuwuqi facai gongxi xinnian kuaile jiayou wodemima
`
  .trim()
  .split(/\s+/)
  .toSorted((a, b) => b.length - a.length);

const ROWS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '!@#$%^&*()',
  'qazwsxedcrfvtgbyhnujmikolp',
];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '01234567890';
const LEET: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '0': 'o',
  '1': 'l',
  '!': 'i',
  '3': 'e',
  $: 's',
  '5': 's',
  '7': 't',
};

const reversed = (text: string): string => text.split('').toReversed().join('');
const PATHS = [
  ...[...ROWS, LETTERS].flatMap((row) => [row, reversed(row)]).map((path) => ({ path, least: 4 })),
  ...[DIGITS, reversed(DIGITS)].map((path) => ({ path, least: 3 })),
];

/** How many characters somebody has to guess who knows the words and habits: each guessable part counts as one. */
export function guessesOf(password: string, names: string[]): number {
  const text = password.normalize('NFKC').toLowerCase();
  if (isRepeat(text)) return 1;
  const words = [...names.map((name) => name.toLowerCase()).filter((name) => name.length >= 3), ...WORDS];
  let count = 0;
  for (let at = 0; at < text.length; count++) at += guessableAt(text, at, words);
  return count;
}

/** The length of the part from here that is guessed as one. */
function guessableAt(text: string, at: number, words: string[]): number {
  const rest = text.slice(at);
  const plain = rest
    .split('')
    .map((character) => LEET[character] ?? character)
    .join('');
  const word = words.find((candidate) => rest.startsWith(candidate) || plain.startsWith(candidate))?.length ?? 0;
  const date = /^(19|20)\d\d([-./]?\d\d[-./]?\d\d)?|^1[3-9]\d{9}/.exec(rest)?.[0].length ?? 0;
  const same = /^(.)\1*/u.exec(rest)![0].length;
  return Math.max(1, word, date, same, runAt(rest));
}

/** How far the text goes along a row of keys or an order. */
function runAt(text: string): number {
  let longest = 0;
  for (const { path, least } of PATHS)
    for (let length = Math.min(text.length, path.length); length >= least && length > longest; length--)
      if (path.includes(text.slice(0, length))) longest = length;
  return longest;
}

/** Nothing but one part again and again. */
const isRepeat = (text: string): boolean => /^(.{1,8}?)\1+$/u.test(text);
