// Azurite with tables and blobs on free ports, in memory.
process.argv.push(
  "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
  "--inMemoryPersistence", "--extentMemoryLimit", "512", "--silent", "--disableTelemetry");
require("azurite/dist/src/azurite.js");

// Whoever started this process holds its standard input; when they are gone, so is the emulator.
process.stdin.resume().on("end", () => process.exit());
