/**
 * Bundles the page to `static/app/` under names that hold a hash of their content, and tells the server those names
 * in a manifest written in one step: whoever reads it meanwhile sees the old build or the new one, both whole.
 */
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type Metafile } from "esbuild";

const root = join(import.meta.dirname, "..", "..");
const source = join(root, "src", "browser");

/** @throws Error that says where the page does not build */
export async function buildPage(outDir = join(root, "static", "app")): Promise<void> {
  const { metafile } = await build({
    entryPoints: [join(source, "page.tsx"), join(source, "page.css")],
    outdir: outDir,
    entryNames: "[name]-[hash]",
    // What is imported later is a file of its own.
    chunkNames: "[name]-[hash]",
    splitting: true,
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
  });
  const manifest = manifestOf(metafile);
  await writeInOneStep(join(outDir, "manifest.json"), JSON.stringify(manifest));
  await removeOlder(outDir, new Set(Object.values(manifest)));
}

/** {"page.js": "page-3F2A91BC.js", …} */
function manifestOf({ outputs }: Metafile): Record<string, string> {
  const built = Object.keys(outputs)
    .map((path) => basename(path))
    .filter((name) => !name.endsWith(".map"));
  return Object.fromEntries(built.map((name) => [name.replace(/-[A-Z0-9]+(?=\.)/, ""), name]));
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
      /^\w+-[A-Z0-9]{8}\.(?:js|css)(?:\.map)?$/.test(name) && !present.has(name.replace(/\.map$/, "")),
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
