namespace Personalization.Events;

/// <summary>A kind of behaviour. The numbers travel in the stream and never change.</summary>
public enum EventType : byte
{
    View = 1, Click = 2, Dwell = 3, AddToCart = 4, RemoveFromCart = 5, Purchase = 6, Rate = 7, Impression = 8, Search = 9, Custom = 10,
}
