import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { before, test } from "node:test";
import ts from "typescript";

const src = join(import.meta.dirname, "..", "src");

/** The rooms of the house: which folder may import which. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  browser: ["protocol"],
  "service-worker": ["protocol"],
  "message-log": ["protocol"],
  websocket: ["protocol"],
  chat: ["protocol", "websocket", "message-log"],
  nats: ["protocol", "message-log"],
  web: ["protocol"],
  "metrics.ts": ["protocol"],
  doctor: ["protocol", "message-log", "chat"],
  // More ways in, for operators.
  "doctor.ts": ["doctor"],
  "backup.ts": ["message-log"],
  "import.ts": ["message-log", "chat", "nats"],
  "listener-options.ts": ["protocol", "websocket"],
  "http-server.ts": ["web", "websocket"],
  "chosen-log.ts": ["message-log", "chat", "nats"],
};

/** Where a folder may name another's types and run nothing of it. */
const mayImportTypes: Readonly<Record<string, readonly string[]>> = {
  nats: ["chat"],
  web: ["message-log", "chat"],
};

/** Run in the page too, where there is no Node. */
const inBrowser = ["protocol", "browser", "service-worker"];

/** Files straight in src that any server folder may import; main.ts may import everything. */
const leaves = [
  "config.ts",
  "config-combinations.ts",
  "config-rules.ts",
  "error-code.ts",
  "logger.ts",
  "metrics.ts",
  "turns.ts",
  "terminal.ts",
];
const onlyForMain = ["main.ts", "drain.ts", "listening.ts"];

const mayImportPackages: Readonly<Record<string, readonly string[]>> = {
  protocol: ["valibot"],
  browser: ["preact", "@preact/signals", "uqr"],
  "service-worker": [],
  "message-log": [],
  websocket: ["ws", "proxy-addr"],
  chat: ["unhomoglyph"],
  nats: ["@nats-io/transport-node", "@nats-io/jetstream", "@nats-io/kv"],
  web: ["express", "helmet", "compression"],
  "web/build-page.ts": ["esbuild"],
  "main.ts": ["dotenv", "ws"],
  "doctor.ts": ["dotenv"],
  "backup.ts": ["dotenv"],
  "import.ts": ["dotenv"],
  doctor: ["ws"],
  "logger.ts": ["pino"],
  "metrics.ts": ["prom-client"],
};

interface Import {
  /** Both relative to src. */
  readonly from: string;
  readonly to: string;
  /** A thread's file is started, not imported: what the two say to each other may be told in either. */
  readonly kind: "value" | "type" | "thread";
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

let sources: readonly Source[] = [];
let imports: readonly Import[] = [];

before(() => {
  sources = globSync("**/*.{ts,tsx}", { cwd: src }).toSorted().map(readSource);
  imports = sources.flatMap(importsOf);
});

function readSource(path: string): Source {
  const text = readFileSync(join(src, path), "utf8");
  return { path, text, tree: parse(path, text) };
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Every import, `export … from`, `import()` and `import("…")` type of a file. */
function importsOf({ path, tree }: Source): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, kind: Import["kind"]): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const { text } = specifier;
    const to = text.startsWith(".") ? normalize(join(dirname(path), text)) : text;
    found.push({ from: path, to, kind });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, kindOf(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? "type" : "value");
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, "type");
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], "value");
    } else if (isFileUrl(node)) add(node.arguments?.[0], "thread");
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function kindOf(clause: ts.ImportClause | undefined): "value" | "type" {
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return "type";
  const bindings = clause?.name === undefined ? clause?.namedBindings : undefined;
  if (bindings === undefined || ts.isNamespaceImport(bindings)) return "value";
  return bindings.elements.every((element) => element.isTypeOnly) ? "type" : "value";
}

/** `new URL("./writer-worker.ts", import.meta.url)` starts that file as surely as an import does. */
function isFileUrl(node: ts.Node): node is ts.NewExpression {
  if (!ts.isNewExpression(node) || node.expression.getText() !== "URL") return false;
  const [specifier] = node.arguments ?? [];
  return (
    specifier !== undefined && ts.isStringLiteralLike(specifier) && /^\.{1,2}\/.*\.tsx?$/.test(specifier.text)
  );
}

function isPackage(specifier: string): boolean {
  return !/\.(?:tsx?|css)$/.test(specifier);
}

function roomOf(path: string): string {
  return path.includes("/") ? (path.split("/", 1)[0] ?? path) : path;
}

function complaintAbout(edge: Import): string[] {
  const isAllowed = isPackage(edge.to) ? isPackageAllowed(edge) : isFileAllowed(edge);
  const what = isPackage(edge.to) ? edge.to : roomOf(edge.to);
  return isAllowed ? [] : [`${edge.from} may not import ${edge.kind === "type" ? "types of " : ""}${what}`];
}

function isPackageAllowed({ from, to }: Import): boolean {
  const room = roomOf(from);
  if (to.startsWith("node:")) return !inBrowser.includes(room);
  const name = to.split("/", to.startsWith("@") ? 2 : 1).join("/");
  return [mayImportPackages[room], mayImportPackages[from]].some((allowed) => allowed?.includes(name));
}

function isFileAllowed({ from, to, kind }: Import): boolean {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (room === other || room === "main.ts") return true;
  if (leaves.includes(other)) return !inBrowser.includes(room);
  if (mayImport[room]?.includes(other) === true) return true;
  return kind === "type" && (room === "drain.ts" || mayImportTypes[room]?.includes(other) === true);
}

test("the check sees every way to import, and says what is wrong", () => {
  const path = "chat/room.ts";
  const text = `
    import { a } from "../web/app.ts";
    import type { B } from "../web/app.ts";
    import { type C } from "../message-log/message-log.ts";
    export { d } from "../main.ts";
    const e = await import("../nats/log.ts");
    type F = import("../web/app.ts").App;
    new Worker(new URL("./worker.ts", import.meta.url));
    import express from "express";
  `;
  const found = importsOf({ path, text, tree: parse(path, text) });
  assert.equal(found.length, 8);
  assert.deepEqual(found.flatMap(complaintAbout), [
    "chat/room.ts may not import web",
    "chat/room.ts may not import types of web",
    "chat/room.ts may not import main.ts",
    "chat/room.ts may not import nats",
    "chat/room.ts may not import types of web",
    "chat/room.ts may not import express",
  ]);
});

test("every folder imports only what its place in the house allows, packages included", () => {
  assert.deepEqual(imports.flatMap(complaintAbout), []);
});

test("every folder of src has its place in the house", () => {
  const rooms = new Set(sources.map(({ path }) => roomOf(path)));
  const known = new Set([...Object.keys(mayImport), ...leaves, ...onlyForMain]);
  assert.deepEqual([...rooms.difference(known)], []);
});

test("no imports go in circles", () => {
  const next = new Map<string, string[]>();
  for (const { from, to, kind } of imports) {
    if (kind !== "thread") next.set(from, [...(next.get(from) ?? []), to]);
  }
  const finished = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    else if (!finished.has(path)) for (const other of next.get(path) ?? []) walk(other, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of sources) walk(path, []);
  assert.deepEqual(circles, []);
});

test("every file begins by saying what it guarantees, in at most five lines", () => {
  const silent = sources.filter(({ text }) => {
    const header = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//.exec(text)?.[1];
    const lines = header?.split("\n").filter((line) => /[^\s*]/.test(line)).length ?? 0;
    return lines < 1 || lines > 5;
  });
  assert.deepEqual(
    silent.map(({ path }) => path),
    [],
  );
});

test("files are named in kebab-case, for one thing", () => {
  const vague = /(?:^|\/)(?:utils?|helpers?|types|constants|common|index|misc)\.tsx?$/;
  const misnamed = sources.filter(({ path }) => vague.test(path) || !/^[a-z0-9./-]+$/.test(path));
  assert.deepEqual(
    misnamed.map(({ path }) => path),
    [],
  );
});

test("nothing is a default export, and no file passes on another's exports", () => {
  const complaints = sources.flatMap(({ path, tree }) =>
    tree.statements.flatMap((statement) => {
      if (ts.isExportAssignment(statement) || isDefault(statement)) return [`${path} has a default export`];
      const isPassedOn = ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;
      return isPassedOn ? [`${path} passes on another file's exports`] : [];
    }),
  );
  assert.deepEqual(complaints, []);
});

function isDefault(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
}
