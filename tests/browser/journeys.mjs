// Every journey, one after the other, in a world of their own (see engines/world.mjs).
await import("./engines/engines.test.mjs");
