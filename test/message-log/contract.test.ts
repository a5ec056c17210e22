import { messageLogContract } from "../contract/message-log.ts";
import { openLog } from "./opened-log.ts";

messageLogContract("SqliteLog", (t) => openLog(t));
messageLogContract("SqliteLog with full sync", (t) => openLog(t, { sync: "full" }));
