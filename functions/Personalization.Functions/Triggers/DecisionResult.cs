using Personalization.Decisions;
using Personalization.Functions.Hosting.Http;

namespace Personalization.Functions.Triggers;

/// <summary>A decision on its way out. What it was made with is given back once it is written.</summary>
internal sealed class DecisionResult(Decider decider, Decision decision, RequestBody body) : IResult, IStatusCodeHttpResult, IDisposable
{
    private bool given;

    public int? StatusCode => 200;

    public async Task ExecuteAsync(HttpContext http)
    {
        try { await Answer.Ready(decision.Answer.Memory).ExecuteAsync(http); }
        finally { Dispose(); }
    }

    /// <summary>Also where the answer is never written. Once only: given back twice it would serve two at a time.</summary>
    public void Dispose()
    {
        if (given) return;
        given = true;
        decider.Return(decision);
        body.Dispose();
    }
}
