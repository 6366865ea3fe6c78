const { createHttpsServer } = require("@vercel/cosmosdb-server");

// The package's own command closes every connection after one request; kept alive, the tests run many times faster.
const server = createHttpsServer({ keepAlive: true });
const [emulate] = server.listeners("request");
server.removeAllListeners("request").on("request", (request, response) => {
  if (request.headers["x-ms-cosmos-is-query-plan-request"]) return plan(request, response);
  // Version 1.0.1 answers 500 instead of 404 when an absent document is read; with this header it takes the path that works.
  if (request.method === "GET" && /\/docs\/[^/]+$/.test(request.url)) request.headers["x-ms-documentdb-query-enablecrosspartition"] = "true";
  emulate(request, response);
});

// The SDK asks for a plan before any ordered query, also within one partition. The emulator knows no plans: this is the
// one that Azure gives for an ordered query, and the SDK then passes the query of one partition on as it is.
function plan(request, response) {
  request.resume().on("end", () => response.setHeader("content-type", "application/json").end(JSON.stringify({
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: { distinctType: "None", orderBy: ["Ascending"], orderByExpressions: ["c.id"], aggregates: [], hasSelectValue: false },
    queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
  })));
}

server.listen(0, "127.0.0.1", () => console.log(`Cosmos is listening at https://127.0.0.1:${server.address().port}`));

// Whoever started this process holds its standard input; when they are gone, so is the emulator.
process.stdin.resume().on("end", () => process.exit());
