/** Preloaded by the bench: on SIGUSR2 the process drops what it does not need, so that its memory can be read. */
process.on("SIGUSR2", () => globalThis.gc?.());
