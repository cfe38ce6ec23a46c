#!/usr/bin/env node
// Operators' commands, through core's API: `npm run perennial -- help`.
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvFile } from './env-file.mjs';

const HELP = `perennial <command>

  keys list           ids of the keys that personal data is sealed with
  keys rotate         add a key and seal everything with it; can be stopped and goes on by itself
  keys retire <id>    take a key away that nothing is sealed with any more
  stores look         whether record and warehouse belong together and are whole
  stores accept       what is missing now counts as gone for good; history goes on without it
  user list           who may come in
  user add <name>     a new administrator with a one-time password; --role viewer for a viewer
  user reset <name>   a one-time password for somebody who has forgotten theirs; all sessions end
  clock               whether the server's clock can be trusted
  clock agree         it jumped and is right: go on by it
  clock take-back     it was wrong and is right again: undo what was done by it
  doctor              what works and what does not; ends with 1 when something is wrong
  help                this text

  The commands of users work on the record itself, with the settings of core, also while nobody can sign in.

  --url <address>     core's address (or PERENNIAL_URL; default http://localhost:3000)
  PERENNIAL_TOKEN     a token with the role admin, made in the admin under users and permissions
  Both are read from .env as well; the environment wins.
`;

readEnvFile();
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { url: { type: 'string' }, role: { type: 'string' } },
});
const url = values.url ?? process.env.PERENNIAL_URL ?? 'http://localhost:3000';
const user = (act) => (name) => runUsers(act, name, values.role);
const COMMANDS = {
  'user list': user('list'),
  'user add': user('add'),
  'user reset': user('reset'),
  'stores look': lookAtStores,
  'stores accept': acceptStores,
  'keys list': listKeys,
  'keys rotate': rotateKeys,
  'keys retire': retireKey,
  clock: showClock,
  'clock agree': agreeToClock,
  'clock take-back': takeBack,
  doctor,
  help,
  '': help,
};

async function api(method, path) {
  const token = process.env.PERENNIAL_TOKEN;
  if (!token) throw new Error('set PERENNIAL_TOKEN to a token with the role admin');
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  const body = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new Error(body?.detail ? `${body.detail} (${body.code})` : `core answered ${answer.status}`);
  return body;
}

async function listKeys() {
  const { keys } = await api('GET', '/keys');
  for (const { id, isCurrent, isUsed } of keys)
    console.log(`${id}\t${isCurrent ? 'current' : isUsed ? 'may be in use' : 'not in use'}`);
}

async function rotateKeys() {
  let view = await api('POST', '/keys/rotate');
  const line = () => `sealing anew: ${view.reseal.done} of ${view.reseal.total} rows`;
  for (; view.reseal.isRunning; view = await api('GET', '/keys')) {
    if (process.stdout.isTTY) process.stdout.write(`\r${line()}`);
    await sleep(300);
  }
  console.log(`${process.stdout.isTTY ? '\r' : ''}${line()}`);
  console.log(`new values are sealed with ${view.keys.find(({ isCurrent }) => isCurrent).id}`);
}

async function retireKey(id) {
  if (!id) throw new Error('say which key: perennial keys retire <id>');
  await api('POST', `/keys/${encodeURIComponent(id)}/retire`);
  console.log(`${id} is gone`);
}

const tellProblems = ({ problems }) => {
  for (const { code, message } of problems) console.log(`bad   ${code}: ${message}`);
  if (problems.length > 0) process.exitCode = 1;
};

async function lookAtStores() {
  const view = await api('GET', '/stores');
  console.log(`record ${view.recordId}${view.isCompared ? '' : ', not yet compared with the warehouse'}`);
  tellProblems(view);
}

async function acceptStores() {
  const before = await api('GET', '/stores');
  for (const { message } of before.problems) console.log(`accepted: ${message}`);
  tellProblems(await api('POST', '/stores/accept'));
}

/** Ready, and nothing missing that core could work without. */
async function ready() {
  const answer = await fetch(`${url}/health/ready`);
  const { problems = [], detail } = await answer.json();
  if (!answer.ok) throw new Error(`it answered ${answer.status}${detail ? `: ${detail}` : ''}`);
  if (problems.length > 0) throw new Error(problems.map(({ code, message }) => `${code}: ${message}`).join('; '));
  return answer;
}

async function storesAreWhole() {
  const { problems, isCompared } = await api('GET', '/stores');
  if (!isCompared) throw new Error('the warehouse has not answered since the start');
  if (problems.length > 0) throw new Error(problems.map(({ code }) => code).join(', '));
  return { ok: true };
}

async function runUsers(act, name, role) {
  const { runUserCommand } = await import('../dist/users.command.js');
  await runUserCommand({ act, name, role, env: process.env, say: console.log });
}

async function showClock() {
  const { state, wall, expected, agreedAhead, takingBack } = await api('GET', '/clock');
  const [said, was] = [wall, expected].map((at) => new Date(at).toISOString());
  console.log(state === 'right' ? `right: ${said}` : `${state}: it says ${said}, the platform goes on at ${was}`);
  if (agreedAhead)
    console.log(`it was ahead, up to ${new Date(agreedAhead).toISOString()}; taken back: ${takingBack.done}`);
}

async function agreeToClock() {
  await api('POST', '/clock/agree');
  await showClock();
}

async function takeBack() {
  let view = await api('POST', '/clock/take-back');
  for (; view.isRunning; view = (await api('GET', '/clock')).takingBack) await sleep(300);
  console.log(`taken back: ${view.done}${view.left ? `; ${view.left} could not be, try again` : ''}`);
}

async function doctor() {
  const checks = {
    'core answers': () => fetch(`${url}/health/live`),
    'its stores are ready': ready,
    'the token is an administrator’s': () => api('GET', '/keys').then(() => ({ ok: true })),
    'record and warehouse belong together and are whole': storesAreWhole,
  };
  for (const [what, check] of Object.entries(checks)) {
    const problem = await check().then(
      async (answer) => (answer.ok ? undefined : await reasonOf(answer)),
      (error) => error.cause?.code ?? error.message,
    );
    console.log(`${problem ? 'bad ' : 'good'}  ${what}${problem ? `: ${problem}` : ''}`);
    if (problem) process.exitCode = 1;
  }
}

async function reasonOf(answer) {
  const body = await answer.json().catch(() => undefined);
  return body?.detail ?? `it answered ${answer.status}`;
}

async function help() {
  process.stdout.write(HELP);
}

const name = ['keys', 'stores', 'user', 'clock'].includes(positionals[0])
  ? positionals.slice(0, 2).join(' ')
  : (positionals[0] ?? '');
const command = COMMANDS[name];
if (!command) {
  console.error(`there is no command "${positionals.join(' ')}"\n\n${HELP}`);
  process.exit(2);
}
await command(positionals[2]).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
