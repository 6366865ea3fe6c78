namespace Personalization.Decisions;

/// <summary>What arranges things for people: each is a function of its own, with options and a switch of its own.</summary>
public enum DecisionEngine : byte { Homepage, Search, Recommendations, Messages }
