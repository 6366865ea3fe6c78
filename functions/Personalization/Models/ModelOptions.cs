using Personalization.Models.Guarding;
using Personalization.Models.Registry;

namespace Personalization.Models;

/// <param name="Gates">What a model has to show before people get it.</param>
/// <param name="Guard">When a canary is taken out by itself.</param>
/// <param name="ShadowSample">Share of decisions that shadows score too.</param>
public sealed record ModelOptions(GateOptions Gates, GuardOptions Guard, double ShadowSample)
{
    public static ModelOptions Read(Settings s) => new(
        GateOptions.Read(s), GuardOptions.Read(s), s.Double("Models:ShadowSample", 0.05, 0, 1, "share of the decisions of a model that shadows score too, beside the calls"));
}
