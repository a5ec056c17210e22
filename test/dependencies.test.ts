import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  allowedLicences,
  lockedPackages,
  notices,
  noticesFile,
  pagePackages,
  productionPackages,
} from "./licences.ts";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const root = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
const readme = readFileSync(join(root, "README.md"), "utf8");

test("README gives a reason for every package a server needs, and for no other", () => {
  const [, section = ""] = readme.split(/^## Dependencies$/m);
  const table = section.split(/^## /m, 1)[0] ?? "";
  const rows = [...table.matchAll(/^\| `([^`]+)` *\| (\S.*?) *\|$/gm)];
  assert.ok(rows.every(([, , reason = ""]) => reason.length > 5));
  assert.deepEqual(rows.map(([, name]) => name).toSorted(), Object.keys(manifest.dependencies).toSorted());
});

test("every version is exact, and every package locked with its checksum", () => {
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  assert.deepEqual(
    ranges.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)),
    [],
  );
  const unlocked = [...lockedPackages()].filter(([, { integrity }]) => integrity === undefined);
  assert.deepEqual(
    unlocked.map(([folder]) => folder),
    [],
  );
});

test("no package runs a script at install but those that are allowed to, and each of these is there", () => {
  const scripted = [...lockedPackages()].filter(([, { hasInstallScript }]) => hasInstallScript === true);
  const names = scripted.map(([folder]) => folder.replace(/^.*node_modules\//, ""));
  // Of another system's packages npm locks only what it found when it last looked.
  const unexpected = names.filter((name) => manifest.allowScripts[name] !== true);
  assert.deepEqual(unexpected, []);
  assert.deepEqual(
    Object.keys(manifest.allowScripts).filter((name) => !names.includes(name)),
    [],
  );
});

test("nothing that a server runs or a page holds asks for more than a notice", async () => {
  const others = [...productionPackages(), ...(await pagePackages())].filter(
    ({ licence }) => !allowedLicences.has(licence),
  );
  assert.deepEqual(others, []);
});

test("the notices of what is in the page are there to read, and are up to date: npm run licences", async () => {
  const inPage = await pagePackages();
  assert.ok(inPage.some(({ name }) => name === "preact"));
  assert.equal(readFileSync(noticesFile, "utf8"), notices(inPage));
});
