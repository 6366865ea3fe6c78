using Personalization.Events;

namespace Personalization.Tests.Events;

public sealed class EventGateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly EventOptions Options = new(TimeSpan.FromMinutes(5), TimeSpan.FromDays(7), 1000);
    private static readonly IncomingEvent View = new() { Id = "e", Type = "view", Visitor = "v", Item = "boot", Consent = new() { Personalization = true } };

    [Fact]
    public void A_consented_view_is_accepted_at_the_time_it_came_if_it_names_none()
    {
        var accepted = Assert.IsType<Verdict.Accepted>(Decide(View));
        Assert.Equal((Now, "boot"), (accepted.At, Assert.Single(accepted.Items)));
    }

    [Fact]
    public void Without_consent_it_is_dropped() => Assert.All(
        new[] { View with { Consent = null }, View with { Consent = new() }, View with { Consent = new() { Sensitive = true, Training = true } } },
        e => Assert.Equal(new Verdict.Dropped("no-consent:personalization"), Decide(e)));

    [Fact]
    public void A_purchase_needs_the_consent_for_sensitive_history_too()
    {
        var purchase = View with { Type = "purchase" };
        Assert.Equal(new Verdict.Dropped("no-consent:sensitive"), Decide(purchase));
        Assert.IsType<Verdict.Accepted>(Decide(purchase with { Consent = new() { Personalization = true, Sensitive = true } }));
    }

    [Fact]
    public void Time_has_bounds_on_both_sides()
    {
        Assert.IsType<Verdict.Accepted>(Decide(View with { Time = Now.AddMinutes(5) }));
        Assert.Equal("time", Assert.IsType<Verdict.Rejected>(Decide(View with { Time = Now.AddMinutes(5).AddTicks(1) })).Field);
        Assert.IsType<Verdict.Accepted>(Decide(View with { Time = Now.AddDays(-7) }));
        Assert.Equal(new Verdict.Dropped("too-late"), Decide(View with { Time = Now.AddDays(-7).AddTicks(-1) }));
    }

    [Fact]
    public void What_cannot_be_read_names_its_field()
    {
        (IncomingEvent Event, string Field)[] cases =
        [
            (View with { Id = null }, "id"), (View with { Id = new('x', 257) }, "id"), (View with { Type = "look" }, "type"), (View with { Type = null }, "type"),
            (View with { Visitor = null }, "visitor"), (View with { Visitor = new('x', 257) }, "visitor"), (View with { User = new('x', 257) }, "user"), (View with { User = "" }, "user"),
            (View with { Item = null }, "item"), (View with { Item = "" }, "item"), (View with { Items = [null!] }, "item"), (View with { Items = [.. Enumerable.Repeat("i", 101)] }, "items"),
            (View with { Type = "search" }, "query"),
        ];
        Assert.All(cases, c => Assert.Equal(c.Field, Assert.IsType<Verdict.Rejected>(Decide(c.Event)).Field));
    }

    private static Verdict Decide(IncomingEvent e) => EventGate.Decide(e, Now, Options);
}
