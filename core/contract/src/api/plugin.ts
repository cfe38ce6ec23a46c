import type { Json, JsonObject } from '../json.js';
import type { Text } from '../text.js';

/** One field of a form, read from the decorators of a plugin's options class. */
export interface FieldView {
  key: string;
  title: Text;
  help?: Text;
  type: 'text' | 'number' | 'boolean' | 'choice' | 'url' | 'secret' | 'list' | 'json';
  isRequired: boolean;
  initial?: Json;
  choices?: { value: string | number; title: Text }[];
  min?: number;
  max?: number;
}
/** `GET /api/v1/plugins[/:name]`; `PUT /api/v1/plugins/:name/options` takes the values. A secret that is set reads as `null`. */
export interface PluginView {
  name: string;
  version: string;
  title: Text;
  fields: FieldView[];
  options: JsonObject;
  secretsSet: string[];
  parts: { kind: 'source' | 'model' | 'activation' | 'hook'; key: string; title: Text }[];
  tags: string[];
}
/** `GET /api/v1/models`, `POST /api/v1/models/:key/run` */
export interface ModelRunView {
  id: string;
  model: string;
  status: 'running' | 'done' | 'failed';
  startedAt: number;
  finishedAt?: number;
  profiles: number;
  changed: number;
  metrics: JsonObject;
  error?: string;
}
