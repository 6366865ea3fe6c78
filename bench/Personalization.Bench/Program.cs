using BenchmarkDotNet.Running;
using Personalization.Bench;
using Personalization.Bench.Audit;
using Personalization.Bench.Decisions;
using Personalization.Bench.Durable;
using Personalization.Bench.Features;
using Personalization.Bench.Http;
using Personalization.Bench.Identity;
using Personalization.Bench.Ingest;
using Personalization.Bench.Privacy;
using Personalization.Bench.Scoring;
using Personalization.Bench.Storage;
using Personalization.Bench.Training;

const string Usage = """
    dotnet run -c Release --project bench/Personalization.Bench -- <what>

      http                 requests/s and latencies of the engine beside a bare Kestrel endpoint
      start <published>    time to the first answer and memory of the published executable
      audit                entries/s into the audit log, at three lengths, and proofs over ten million entries
      decisionlog          naming and noting decisions, and how many the disk takes
      decisions [process]  what a decision costs in process, step by step, and searches over HTTP beside a bare endpoint; needs wrk
      durable              workflows in the embedded hub: activities/s, instances that wait, replay of a long history
      features             events/s from decoded records to written profiles, alone and with the embedded store
      identity             finding who is behind an identifier, and meeting somebody new
      ingest [part]        events from the wire to a decision: read, accept, featurize, fresh, burst, growth
      models               folding a person into a model, its word on candidates, the best of all items
      private [short]      what private training costs in quality, and what is left to tell who was learned from
      privacy              erasures, one after the other and fifty at once
      scoring              the best of all items for one person, exact and by bytes; candidates by features
      train                learning models: seconds and memory on generated data
      ranking              order learned from generated choices, by how much chance there was
      quality <file>       how good a training run's model is on the Online Retail data
      content <files>      how well new items are found by what they are like, on the Online Retail data, and what that costs
      shadows              what models in shadow cost those who decide; needs wrk
      tiers                a decision in each tier; what tiers save and lose as load rises
      storage [part]       the embedded engine, and SQLite beside it
      micro [options]      BenchmarkDotNet; options are its own, such as --filter '*Envelope*'
      load <url> <seconds> <connections> [<method> <path> <body>]   the load driver alone; loopback only
    """;

switch (args)
{
    case ["http"]: return await HttpBench.Run();
    case ["identity"]: return await IdentityBench.Run();
    case ["ingest", .. var part]: return await IngestBench.Run(part);
    case ["send", .. var send]: return await EventDriver.Run(send, decide: false);
    case ["decide", .. var ask]: return await EventDriver.Run(ask, decide: true);
    case ["decisions", .. var part]: return await DecideBench.Run(part);
    case ["audit"]: return await AuditBench.Run();
    case ["decisionlog"]: return await DecisionLogBench.Run();
    case ["durable"]: return await DurableBench.Run();
    case ["features"]: return await FeaturesBench.Run();
    case ["models"]: return ModelBench.Run();
    case ["private", .. var part]: return PrivateBench.Run(part);
    case ["privacy"]: return await ErasureBench.Run();
    case ["scoring"]: return await ScoringBench.Run();
    case ["storage", .. var part]: return await StorageBench.Run(part);
    case ["train", .. var part]: return TrainBench.Run(part);
    case ["ranking"]: return RankingBench.Run();
    case ["quality", .. var part]: return QualityBench.Run(part);
    case ["content", .. var part]: return ContentBench.Run(part);
    case ["shadows"]: return await ShadowBench.Run();
    case ["tiers"]: return TierBench.Run();
    case ["start", var directory]: return await StartBench.Run(directory);
    case ["load", .. var load]: return await LoadDriver.Run(load);
    case ["serve", var which]: return await Served.Run(which);
    case ["micro", .. var options]: BenchmarkSwitcher.FromAssembly(typeof(HttpBench).Assembly).Run(options); return 0;
    default: Console.Error.WriteLine(Usage); return 2;
}
