// The plain script of the state entry: what pages embed, and what the spec weighs.
import { minify } from '@swc/core';
import { build } from 'esbuild';

/** ES2020, because TinyBase asks for newer browsers anyway. swc's result is 1 kB smaller than esbuild's after gzip. */
export async function bundleState() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: ['src/state/script.ts'],
    bundle: true,
    format: 'iife',
    target: 'es2020',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2020,
    compress: { passes: 3, toplevel: true, ecma: 2020 },
    mangle: { toplevel: true },
    // A page that names no charset reads what is beyond ASCII as something else.
    format: { asciiOnly: true },
  });
  return { code, inputs: Object.keys(metafile.inputs) };
}
