import { describe, expect, it } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { MockApi, PASSWORD, problem } from '../testing/mock-api.js';
import { renderApp } from '../testing/render-app.js';

async function signIn(user: ReturnType<typeof renderApp>, password: string) {
  await user.type(await screen.findByLabelText('用户名'), 'lin');
  await user.type(screen.getByLabelText('密码'), `${password}{Enter}`);
}

describe('signing in', () => {
  it('opens the overview with the right password', async () => {
    const api = new MockApi({ isSignedIn: false });
    await signIn(renderApp(api), PASSWORD);
    expect(await screen.findByText('生命周期分布')).toBeTruthy();
    expect(api.made('POST /session')[0]?.body).toEqual({ name: 'lin', password: PASSWORD });
  });

  it('says that the name or the password is wrong, in the operator’s language', async () => {
    await signIn(renderApp(new MockApi({ isSignedIn: false })), 'wrong');
    expect(await screen.findByText('用户名或密码不正确')).toBeTruthy();
  });

  it('says for how many seconds attempts are refused', async () => {
    const refused = () => problem(429, 'ACCESS_ATTEMPTS_TOO_MANY', 'too many attempts', { retryAfter: 42 });
    await signIn(renderApp(new MockApi({ isSignedIn: false, routes: { 'POST /session': refused } })), PASSWORD);
    expect(await screen.findByText(/42 秒后可再试/)).toBeTruthy();
  });

  it('shows nothing but the change of a one-time password until it is changed', async () => {
    const api = new MockApi({ mustChangePassword: true });
    const user = renderApp(api);
    await user.type(await screen.findByLabelText('当前密码'), 'one-time');
    expect(screen.queryByText('概览')).toBeNull();
    await user.type(screen.getByLabelText('新密码'), 'short{Enter}');
    expect(api.made('POST /session/password')).toHaveLength(0);
    await user.type(screen.getByLabelText('新密码'), '-no-longer{Enter}');
    expect(await screen.findByText('生命周期分布')).toBeTruthy();
    expect(api.made('POST /session/password')[0]).toMatchObject({
      body: { current: 'one-time', next: 'short-no-longer' },
      csrf: 'a-token',
    });
  });

  it('asks for the password again when core says that the session has ended', async () => {
    const ended = () => problem(401, 'ACCESS_SESSION_MISSING', 'sign in first');
    renderApp(new MockApi({ routes: { 'GET /sources': ended } }), '/sources');
    expect(await screen.findByLabelText('密码')).toBeTruthy();
  });

  it('remembers the language', async () => {
    const user = renderApp(new MockApi({ isSignedIn: false }));
    await user.click(await screen.findByText('English'));
    expect(await screen.findByLabelText('Password')).toBeTruthy();
    await waitFor(() => expect(document.documentElement.lang).toBe('en'));
    expect(localStorage.getItem('perennial.language')).toBe('en');
  });
});
