/**
 * `npm run mutation -- [percent] [files or folders of src]`: changes the code in small ways, one at a time, and asks the
 * unit tests of its folder whether they notice. Of each file the same sample is taken every time. Prints what nobody
 * noticed, then the score of each folder: noticed, of all that were tried.
 */
import { globSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { seededRandom } from "../support/seeded-random.ts";
import { copyWithMutants, type Mutant } from "./mutants.ts";
import { dryRun, tryMutant, type Fate, type Reached } from "./trial.ts";

const folders = ["src/protocol", "src/websocket", "src/chat", "src/message-log"];
/** Tests of what is described elsewhere than in the code. */
const notUnits = ["test/protocol/descriptions.test.ts"];

const percent = Number(process.argv[2] ?? 10);
const asked = process.argv.length > 3 ? process.argv.slice(3) : folders;

interface Tried {
  readonly mutant: Mutant;
  readonly fate: Fate;
}

/** The same for a file whatever else is asked for, so that a run can be done in pieces. */
function sampleOf(mutants: readonly Mutant[]): Mutant[] {
  const random = seededRandom(20_260);
  const shuffled = mutants
    .map((mutant) => ({ mutant, place: random() }))
    .toSorted((one, other) => one.place - other.place);
  return shuffled.slice(0, Math.ceil((mutants.length * percent) / 100)).map(({ mutant }) => mutant);
}

function lineOf({ mutant, fate }: Tried): string {
  const { fileName, location, mutatorName, replacement } = mutant;
  const place = `${fileName}:${location.start.line + 1}:${location.start.column + 1}`;
  return `${fate.padEnd(11)}  ${place}  ${mutatorName}: ${replacement.replace(/\s+/g, " ").slice(0, 100)}`;
}

async function tryFolder(folder: string): Promise<readonly Tried[]> {
  const names = asked
    .filter((path) => `${path}/`.startsWith(`${folder}/`))
    .flatMap((path) => (statSync(path).isFile() ? [path] : globSync(`${path}/**/*.ts`)));
  if (names.length === 0) return [];
  const copy = await copyWithMutants(names);
  const testFiles = globSync(`${folder.replace("src", "test")}/*.test.ts`);
  const reached: Reached[] = [];
  for (const testFile of testFiles.filter((file) => !notUnits.includes(file)))
    reached.push(await dryRun(copy.folder, testFile));
  const waiting = names.flatMap((name) => sampleOf(copy.mutants.filter(({ fileName }) => fileName === name)));
  const tried: Tried[] = [];
  const work = async (): Promise<void> => {
    for (let mutant = waiting.pop(); mutant !== undefined; mutant = waiting.pop()) {
      const one = { mutant, fate: await tryMutant(copy.folder, mutant.id, reached) };
      tried.push(one);
      if (one.fate !== "killed") console.log(lineOf(one));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return tried;
}

process.once("SIGINT", () => process.exit(130));
for (const folder of folders) {
  const tried = await tryFolder(folder);
  if (tried.length === 0) continue;
  const noticed = tried.filter(({ fate }) => fate === "killed" || fate === "timed out").length;
  const score = ((100 * noticed) / tried.length).toFixed(1);
  console.log(`${folder}: ${noticed} of ${tried.length} noticed (${score} %)`);
}
