using Personalization.Audit;
using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Offline;

const string Usage = """
    Personalization.Functions                    serve (standalone, or under the Functions host when it starts us)
    Personalization.Functions --urls <addresses> serve there; default http://127.0.0.1:7071
    Personalization.Functions manifest <dir>     write the function.json folders the Functions host reads
    Personalization.Functions train              learn a model from the stores that the settings name, as the engine does every six hours
    Personalization.Functions train <file>       learn a model from a file of who met what, and evaluate it; train --help says how
    Personalization.Functions evaluate <file> --model <file>   evaluate a model on such a file
    Personalization.Functions verify <file>      check a certificate of an erasure, an exported audit log or one saved proof; exit code 1 says what is wrong
    """;

switch (args)
{
    case []: return await Configured(Serve);
    case ["--urls", var urls]: return await Configured(Serve, urls);
    case [var one] when one.StartsWith("--urls=", StringComparison.Ordinal): return await Configured(Serve, one[7..]);
    case ["manifest", var directory] when Directory.Exists(directory): Manifest.Write(await Composition.TableAlone(), directory); return 0;
    case ["verify", var file]: return Verify(file);
    case ["train"]: return await Configured(Train);
    case ["train", .. var how]: return OfflineTraining.Train(how, TimeProvider.System, default);
    case ["evaluate", .. var how]: return OfflineTraining.Evaluate(how, default);
    case ["--help"] or ["-h"]: Console.Out.WriteLine(Usage); return 0;
    default: Console.Error.WriteLine(Usage); return 2;
}

static int Verify(string file)
{
    if (!File.Exists(file))
    {
        Console.Error.WriteLine($"error: there is no file {file}");
        return 2;
    }

    using var text = new StreamReader(file);
    var result = Verification.Run(text);
    (result.Good ? Console.Out : Console.Error).WriteLine(result.Says);
    return result.Good ? 0 : 1;
}

static async Task<int> Configured(Func<AppOptions, Task<int>> run, string? urls = null)
{
    var settings = ProcessSettings.Read();
    var options = AppOptions.Read(settings, urls);
    if (settings.Faults() is { Count: > 0 } faults)
    {
        Console.Error.WriteLine("error: the settings are not usable:\n" + string.Join('\n', faults.Select(f => "  - " + f)));
        return 1;
    }

    return await run(options);
}

static Task<int> Serve(AppOptions options) => Server.Run(options, TimeProvider.System);

static async Task<int> Train(AppOptions options)
{
    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, e) =>
    {
        e.Cancel = true;
        stop.Cancel();
    };
    return await StoreTraining.Run(options, TimeProvider.System, Console.Out, stop.Token);
}
