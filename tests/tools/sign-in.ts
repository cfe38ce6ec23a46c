/** As the environment presets it; the platform asks for another before anything else. */
export const FIRST_PASSWORD = 'first horse battery';
export const PASSWORD = 'correct horse battery';

export interface Session {
  cookie: string;
  csrf: string;
}

/** Signs in as the administrator, whose preset password is changed the first time. */
export async function signInAsAdmin(coreUrl: string): Promise<Session> {
  const known = await signIn(coreUrl, PASSWORD);
  if (known) return known;
  const first = await signIn(coreUrl, FIRST_PASSWORD);
  if (!first) throw new Error(`neither password of the administrator is right at ${coreUrl}`);
  await asSession(coreUrl, first, '/session/password', { current: FIRST_PASSWORD, next: PASSWORD });
  return (await signIn(coreUrl, PASSWORD))!;
}

export const asSession = (coreUrl: string, { cookie, csrf }: Session, path: string, body: object): Promise<Response> =>
  fetch(`${coreUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Undefined where the password is another; whatever else goes wrong is told. */
async function signIn(coreUrl: string, password: string): Promise<Session | undefined> {
  const answer = await fetch(`${coreUrl}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password }),
  });
  if (answer.status === 401) return undefined;
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  const { csrf } = (await answer.json()) as { csrf: string };
  return { cookie: answer.headers.get('set-cookie')!.split(';')[0]!, csrf };
}
