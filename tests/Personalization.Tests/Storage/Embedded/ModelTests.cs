using FsCheck;
using FsCheck.Fluent;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>
/// Drives the engine and a trivial model with the same random steps and compares every answer. A step is one number, so
/// that a failing run shrinks to a short list of numbers.
/// </summary>
public sealed class ModelTests
{
    [Fact]
    public void The_engine_answers_like_the_model_whatever_happens_between() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ArrayOf().Resize(300).ToArbitrary(), Agree)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20260105, 1));

    private static bool Agree(int[] steps) => Run(steps).GetAwaiter().GetResult();

    private static async Task<bool> Run(int[] steps)
    {
        await using var run = new ModelRun();
        foreach (var step in steps) await run.Step(step);
        await run.Compare();
        return true;
    }
}
