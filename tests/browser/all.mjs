// Every browser test, one after the other: a busy machine with four browsers at once proves nothing about time.
await import("./snippet.test.mjs");
await import("./story.test.mjs");
await import("./dashboard.test.mjs");
await import("./testtool.test.mjs");
await import("./investigate.test.mjs");
