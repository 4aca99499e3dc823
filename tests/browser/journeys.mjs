// Every journey, one after the other, in a world of their own (see engines/world.mjs).

import { after } from "node:test";
import { finish } from "./engines/index.mjs";
import { close } from "./cases/stage.mjs";
import { print } from "./cases/table.mjs";

if (!process.env.QUICK) await import("./engines/engines.test.mjs");
await import("./cases/past.test.mjs");
await import("./cases/ten.test.mjs");
await import("./cases/others.test.mjs");

after(async () => {
  await finish();
  await close();
  print();
});
