import { isJsonObject, type Json } from '@perennial/contract';

/** The value at `a.b.c`, or undefined where the path leaves the objects. Lists give the list itself. */
export function valueAt(root: Json | undefined, path: string): Json | undefined {
  if (!path.includes('.')) return isJsonObject(root) ? ownValue(root, path) : undefined;
  return path
    .split('.')
    .reduce<Json | undefined>((node, key) => (isJsonObject(node) ? ownValue(node, key) : undefined), root);
}

const ownValue = (object: Record<string, Json>, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;
