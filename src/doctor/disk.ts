/** Can DATA_DIR be written, is there room, does the disk keep what it says it keeps, and how fast? */
import {
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { codeOf } from "../error-code.ts";
import { missingFolders } from "../message-log/data-folder.ts";
import { failure, ok, reasonOf, warning, type Finding } from "./finding.ts";

const mebibyte = 2 ** 20;
/** As much as the write-ahead log may take while somebody reads a long time. */
const leastFreeBytes = 100 * mebibyte;
const goodFreeBytes = 1_024 * mebibyte;
const roomAdvice = "make room: on a full disk people can read, and nothing new is kept";
const syncs = 50;
/** Everybody waits this long for "sent". */
const slowSyncMs = 20;

/** Linux's numbers for file systems on which SQLite or its durability is at risk. */
const fileSystems: Readonly<Record<number, { name: string; risk: string; isFailure: boolean }>> = {
  0x01021994: { name: "tmpfs", risk: "it is in memory: all is gone with the next restart", isFailure: true },
  0x858458f6: { name: "ramfs", risk: "it is in memory: all is gone with the next restart", isFailure: true },
  0x794c7630: {
    name: "overlayfs",
    risk: "a container's own layer is gone with the container",
    isFailure: false,
  },
  0x6969: {
    name: "NFS",
    risk: "locks and syncs of network disks are often not what they promise",
    isFailure: false,
  },
  0xff534d42: {
    name: "CIFS",
    risk: "locks and syncs of network disks are often not what they promise",
    isFailure: false,
  },
};

export function checkDisk(dataDir: string): Finding[] {
  // Not there yet: what counts is whether the first start could make it, and the disk it would be on.
  const [first] = missingFolders(dataDir);
  const folder = first === undefined ? dataDir : dirname(first);
  let scratch: string;
  try {
    scratch = mkdtempSync(join(folder, ".doctor-"));
  } catch (error) {
    const what = first === undefined ? "written" : "made";
    const advice = `make the folder, and give it to the user that runs Confab: mkdir -p ${dataDir} && chown USER ${dataDir}; or choose another DATA_DIR`;
    return [diskFailure(error, failure(`DATA_DIR ${dataDir} cannot be ${what}: ${reasonOf(error)}`, advice))];
  }
  try {
    return [
      first === undefined
        ? ok(`DATA_DIR ${dataDir} can be written`)
        : ok(`DATA_DIR ${dataDir} is not there yet: the first start makes it, in ${folder}`),
      first === undefined ? checkOwner(dataDir) : undefined,
      checkKind(folder),
      checkSpace(folder),
      checkSyncs(scratch),
    ].filter((finding) => finding !== undefined);
  } catch (error) {
    const advice = "look at the system's log (dmesg), and at the disk";
    return [diskFailure(error, failure(`the disk of DATA_DIR fails: ${reasonOf(error)}`, advice))];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param without what to say unless the disk is just full */
function diskFailure(error: unknown, without: Finding): Finding {
  const isFull = ["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "");
  return isFull ? failure(`the disk of DATA_DIR is full: ${reasonOf(error)}`, roomAdvice) : without;
}

/** Run as another user than the server's, the doctor says nothing about what the server may do. */
function checkOwner(dataDir: string): Finding | undefined {
  const me = process.getuid?.();
  const { uid } = statSync(dataDir);
  if (me === undefined || me === uid) return undefined;
  return warning(
    `DATA_DIR belongs to user ${uid}, and the doctor runs as ${me}`,
    "run it as the user that runs Confab, to see what that one may do: sudo -u USER npm run doctor",
  );
}

function checkKind(dataDir: string): Finding | undefined {
  const kind = process.platform === "linux" ? fileSystems[statfsSync(dataDir).type] : undefined;
  if (kind === undefined) return undefined;
  const advice = "put DATA_DIR on a local disk, in a container on a volume";
  return (kind.isFailure ? failure : warning)(`DATA_DIR is on ${kind.name}: ${kind.risk}`, advice);
}

function checkSpace(dataDir: string): Finding {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  const words = `${Math.floor(free / mebibyte).toLocaleString("en")} MiB are free for DATA_DIR`;
  if (free < leastFreeBytes) return failure(words, roomAdvice);
  return free < goodFreeBytes ? warning(words, roomAdvice) : ok(words);
}

function checkSyncs(scratch: string): Finding {
  const tookMs = timeSyncs(join(scratch, "sync")).toSorted((a, b) => a - b);
  const at = (share: number): number => tookMs[Math.floor(share * (tookMs.length - 1))] ?? 0;
  const words = `a sync takes ${at(0.5).toFixed(2)} ms (median of ${syncs}), ${at(0.95).toFixed(2)} ms at worst but for 5 %`;
  if (at(0.5) <= slowSyncMs) return ok(words);
  return warning(
    words,
    "everybody waits that long for their own message: use a faster disk, or SYNC=normal if its price (README) is right",
  );
}

function timeSyncs(file: string): number[] {
  const handle = openSync(file, "wx");
  try {
    const block = Buffer.alloc(4_096, 1);
    return Array.from({ length: syncs }, () => {
      writeSync(handle, block);
      const startedMs = performance.now();
      fdatasyncSync(handle);
      return performance.now() - startedMs;
    });
  } finally {
    closeSync(handle);
  }
}
