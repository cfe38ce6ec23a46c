import { Alert, Typography } from 'antd';

/** A secret that is shown once, to be copied now. */
export function Once({ label, secret, onClose }: { label: string; secret: string; onClose: () => void }) {
  const title = (
    <>
      {label}{' '}
      <Typography.Text copyable code>
        {secret}
      </Typography.Text>
    </>
  );
  return <Alert closable style={{ marginBottom: 12 }} type="warning" title={title} onClose={onClose} />;
}
