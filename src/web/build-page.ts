/**
 * Bundles the page to `static/app/` under names that hold a hash of their content, and tells the server those names
 * in a manifest written in one step: whoever reads it meanwhile sees the old build or the new one, both whole. Every
 * file is whole by itself: while a deploy rolls, one may come from another build than the next.
 */
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { emojiRows } from "./emoji-rows.ts";

const root = join(import.meta.dirname, "..", "..");
const source = join(root, "src", "browser");
const worker = join(root, "src", "service-worker", "service-worker.ts");

/** What the page lends the parts that it loads later (browser/lent.ts): a second Preact would not know the first. */
const lent: Readonly<Record<string, readonly string[]>> = {
  "preact/jsx-runtime": ["Fragment", "jsx", "jsxs"],
  "preact/hooks": ["useEffect", "useLayoutEffect", "useMemo", "useRef", "useState"],
  "@preact/signals": ["computed", "effect", "signal", "useComputed", "useSignal", "useSignalEffect"],
  "texts/texts.ts": ["texts"],
  "avatar.tsx": ["Avatar"],
  "icon.tsx": ["Icon"],
  "message-text.tsx": ["MessageText"],
};
/** A larger part waits until somebody uses it; the others are there without a server too. */
const largestKeptPart = 40_000;

const usual: BuildOptions = {
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  sourcemap: true,
  metafile: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "silent",
};

interface Built {
  readonly name: string;
  readonly bytes: number;
}

/** @throws Error that says where the page does not build */
export async function buildPage(outDir = join(root, "static", "app")): Promise<void> {
  const parts = new Map<string, Promise<Built>>();
  const style = await bundle(outDir, join(source, "page.css"), []);
  const laterStyle = await bundle(outDir, join(source, "parts.css"), []);
  const script = await bundle(outDir, join(source, "page.tsx"), [loadedLater(outDir, parts)], {
    define: { partsStyle: JSON.stringify(`./${laterStyle.name}`) },
  });
  const built = await Promise.all(parts.values());
  // In one order, whichever was read first.
  const later = built.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const kept = [script, style, laterStyle, ...later.filter(({ bytes }) => bytes <= largestKeptPart)];
  const builtFiles = JSON.stringify(kept.map(({ name }) => name));
  const opener = await bundle(outDir, worker, [], {
    define: { builtFiles },
    format: "iife",
    // Sent from another address, where its map is not.
    sourcemap: false,
  });
  const manifest = manifestOf([script, style, laterStyle, ...later, opener]);
  await writeInOneStep(join(outDir, "manifest.json"), JSON.stringify(manifest));
  await removeOlder(outDir, new Set(Object.values(manifest)));
}

async function bundle(
  outdir: string,
  entry: string,
  plugins: Plugin[],
  options: BuildOptions = {},
): Promise<Built> {
  const { metafile } = await build({ ...usual, ...options, entryPoints: [entry], outdir, plugins });
  const outputs = Object.entries(metafile?.outputs ?? {}).filter(([path]) => !path.endsWith(".map"));
  const [path = "", output] = outputs[0] ?? [];
  return { name: basename(path), bytes: output?.bytes ?? 0 };
}

/** What is imported by `import()` becomes a file of its own. */
function loadedLater(outDir: string, parts: Map<string, Promise<Built>>): Plugin {
  const define = filledIn();
  const plugin: Plugin = {
    name: "loaded-later",
    setup(later) {
      later.onResolve({ filter: /^\./ }, async ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const entry = join(resolveDir, path);
        const part = parts.get(entry) ?? bundle(outDir, entry, [plugin, borrowed], { define });
        parts.set(entry, part);
        return { path: `./${(await part).name}`, external: true };
      });
    },
  };
  return plugin;
}

/** What a part asks the build for. */
function filledIn(): Record<string, string> {
  return {
    emojiRowsEnglish: JSON.stringify(emojiRows("en")),
    emojiRowsGerman: JSON.stringify(emojiRows("de")),
  };
}

const borrowed: Plugin = {
  name: "borrowed",
  setup(part) {
    const filter = new RegExp(`^(?:\\.{1,2}/)*(?:preact|${Object.keys(lent).join("|")})$`);
    part.onResolve({ filter }, ({ path }) => ({
      path: path.replace(/^(?:\.{1,2}\/)+/, ""),
      namespace: "borrowed",
    }));
    part.onLoad({ filter, namespace: "borrowed" }, ({ path }) => {
      const names = lent[path]?.join(",") ?? "";
      return { contents: `export const {${names}} = globalThis.confabLent[${JSON.stringify(path)}]` };
    });
  },
};

/** {"page.js": "page-3F2A91BC.js", …} */
function manifestOf(built: readonly Built[]): Record<string, string> {
  return Object.fromEntries(built.map(({ name }) => [name.replace(/-[A-Z0-9]+(?=\.)/, ""), name]));
}

async function writeInOneStep(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, path);
}

async function removeOlder(outDir: string, present: ReadonlySet<string>): Promise<void> {
  const files = await readdir(outDir);
  const older = files.filter(
    (name) =>
      /^[\w-]+-[A-Z0-9]{8}\.(?:js|css)(?:\.map)?$/.test(name) && !present.has(name.replace(/\.map$/, "")),
  );
  await Promise.all(older.map((name) => rm(join(outDir, name), { force: true })));
}

if (import.meta.main) {
  await buildPage().catch((error: unknown) => {
    process.stderr.write(
      `The page could not be built: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  });
}
