namespace Personalization.Profiles;

/// <summary>One value a feature holds of somebody, and where it comes from.</summary>
/// <param name="Name">What it says; the same for all values with a key.</param>
/// <param name="Kind">What the key names.</param>
/// <param name="Key">The item, term, region or day it is about; 0 where it is about the person as a whole.</param>
/// <param name="Value">As of the time that was asked for.</param>
/// <param name="At">The newest event in it, in Unix seconds.</param>
/// <param name="Origin">The event that changed it last.</param>
public readonly record struct FeatureAttribute(string Name, KeyKind Kind, ulong Key, double Value, uint At, Origin Origin);

/// <summary>What the key of an attribute names.</summary>
public enum KeyKind : byte { None, Term, Item, Region }
