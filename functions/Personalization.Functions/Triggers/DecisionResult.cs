using Personalization.Decisions;
using Personalization.Functions.Hosting.Http;

namespace Personalization.Functions.Triggers;

/// <summary>A decision on its way out. What it was made with is given back once it is written.</summary>
internal sealed class DecisionResult(Decider decider, Decision decision, RequestBody body) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => 200;

    public async Task ExecuteAsync(HttpContext http)
    {
        try { await Answer.Ready(decision.Answer.Memory).ExecuteAsync(http); }
        finally
        {
            decider.Return(decision);
            body.Dispose();
        }
    }
}
