import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The demo writes it. */
const PICTURE = 'out/demo.png';

/** The files and folders that a document names: link targets, and code such as `app.ts`, `src/` or `a/<name>.ts`. */
function pathsIn(text: string): string[] {
  const links = [...text.matchAll(/\]\((?!\w+:)([^)#]+)/g)];
  const code = [...text.matchAll(/`(\.?\w[\w.-]*\/[\w./<>*-]*|[\w./-]+\.(?:ts|mjs|md))`/g)];
  return [...links, ...code].map(([, path = '']) => path.replaceAll(/<\w+>/g, '*'));
}

/** The files that a source file imports or starts as threads. */
const filesNamedIn = (path: string): string[] =>
  [...read(`src/${path}`).matchAll(/(?:from |import\(|new URL\()'([^']+)'/g)].map(([, to = '']) =>
    join(dirname(path), to),
  );

describe('the documents', () => {
  it.each(['ARCHITECTURE.md', 'README.md', 'docs/mathematics.md', 'docs/sources.md'])(
    'name files and folders that exist: %s',
    (document) => {
      const paths = pathsIn(read(document)).filter((path) => path !== PICTURE);
      expect(paths.length).toBeGreaterThan(5);
      const folders = [root, join(root, 'src'), join(root, dirname(document))];
      const isThere = (path: string) => folders.some((folder) => globSync(path, { cwd: folder }).length > 0);
      expect(paths.filter((path) => !isThere(path))).toEqual([]);
    },
  );
});

describe('the walk of one /allocate', () => {
  const [, section = ''] = read('ARCHITECTURE.md').split('## One /allocate\n\n');
  const [paragraph = ''] = section.split('\n\n');
  const walk = [...paragraph.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);

  it('has at most 16 files from the interaction to the solver', () => {
    expect([walk[0], walk.at(-1)]).toEqual(['discord/client.ts', 'engine/optimize/optimizer.ts']);
    expect(walk.length).toBeLessThanOrEqual(16);
    expect(section).toContain(`passes through ${walk.length} files:`);
  });

  it('goes from files to those that they import or start', () => {
    const isNamedBefore = (path: string, k: number) => walk.slice(0, k).some((one) => filesNamedIn(one).includes(path));
    // Handed over at the start: the commands in a list, the engine in the app.
    expect(walk.slice(1).filter((path) => !isNamedBefore(path, walk.indexOf(path)))).toEqual([
      'commands/allocate/slash.ts',
      'engine-service/engine.ts',
    ]);
  });
});
