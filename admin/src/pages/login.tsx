import { Alert, Button, Card, Form, Input, Typography } from 'antd';
import { useState } from 'react';
import { useSpeech } from '../i18n/language.js';
import { useErrorText } from '../parts/load.js';
import { useSession } from '../session.js';
import { Logo } from '../shell/logo.js';

/** Signing in, and changing a one-time password before anything else. */
export function LoginPage() {
  const { session } = useSession();
  const { texts, switchLanguage } = useSpeech();
  return (
    <div style={{ minHeight: '100vh', display: 'grid', placeItems: 'center', background: '#eef4f0' }}>
      <Card style={{ width: 380 }}>
        <div style={{ textAlign: 'center', marginBottom: 24 }}>
          <Logo size={44} />
          <Typography.Title level={3} style={{ margin: '8px 0 0' }}>
            常青 Perennial
          </Typography.Title>
        </div>
        {session?.mustChangePassword ? <ChangePassword /> : <SignIn />}
        <Button type="link" block onClick={switchLanguage}>
          {texts.language}
        </Button>
      </Card>
    </div>
  );
}

function SignIn() {
  const { signIn } = useSession();
  const { texts } = useSpeech();
  return (
    <Submitting<{ name: string; password: string }>
      label={texts.signIn}
      onSubmit={({ name, password }) => signIn(name, password)}
    >
      <Form.Item name="name" label={texts.userName} rules={[{ required: true }]}>
        <Input autoFocus autoComplete="username" />
      </Form.Item>
      <Form.Item name="password" label={texts.password} rules={[{ required: true }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
    </Submitting>
  );
}

function ChangePassword() {
  const { changePassword } = useSession();
  const { texts } = useSpeech();
  return (
    <Submitting<{ current: string; next: string }>
      label={texts.changePassword}
      onSubmit={({ current, next }) => changePassword(current, next)}
    >
      <Alert type="info" title={texts.changePasswordHint} style={{ marginBottom: 16 }} />
      <Form.Item name="current" label={texts.currentPassword} rules={[{ required: true }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="next" label={texts.newPassword} rules={[{ required: true, min: 10 }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </Submitting>
  );
}

interface SubmittingProps<T> {
  label: string;
  onSubmit: (values: T) => Promise<void>;
  children: React.ReactNode;
}

function Submitting<T>({ label, onSubmit, children }: SubmittingProps<T>) {
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const sayError = useErrorText();
  const submit = async (values: T) => {
    setBusy(true);
    setError(undefined);
    await onSubmit(values).catch((reason: unknown) => setError(sayError(reason)));
    setBusy(false);
  };
  return (
    <Form<T> layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
      {error && <Alert type="error" showIcon title={error} style={{ marginBottom: 16 }} />}
      {children}
      <Button type="primary" htmlType="submit" block loading={isBusy}>
        {label}
      </Button>
    </Form>
  );
}
