import { Button, type ButtonProps } from 'antd';

/** A small act in a row of a table; a button, so that the keyboard reaches it. */
export function LinkButton(props: ButtonProps) {
  return <Button size="small" type="link" style={{ paddingInline: 0 }} {...props} />;
}
