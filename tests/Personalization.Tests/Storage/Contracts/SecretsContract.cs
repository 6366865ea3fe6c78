using Personalization.Storage;

namespace Personalization.Tests.Storage.Contracts;

/// <summary>What every implementation of <see cref="ISecrets"/> promises.</summary>
public abstract class SecretsContract
{
    protected static CancellationToken Stop => CancellationToken.None;

    protected abstract ISecrets Open();

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(Secret.MaxBytes)]
    public async Task What_was_put_is_what_is_read(int length)
    {
        var secrets = Open();
        var value = Declared.Noise(length, 3);
        var put = await secrets.Put("salt-2026-01", value, Condition.None, Stop);
        var got = await secrets.Get("salt-2026-01", Stop);
        Assert.Equal((Status.Ok, Status.Ok, put.Value), (put.Status, got.Status, got.Value.Etag));
        Assert.True(got.Value.Value.Span.SequenceEqual(value));
    }

    [Fact]
    public async Task A_secret_that_was_never_put_is_not_found()
    {
        var secrets = Open();
        Assert.Equal(Status.NotFound, (await secrets.Get("nothing", Stop)).Status);
        Assert.Equal(Status.NotFound, (await secrets.Delete("nothing", Stop)).Status);
    }

    [Fact]
    public async Task A_write_whose_condition_does_not_hold_changes_nothing()
    {
        var secrets = Open();
        Assert.Equal(Status.Conflict, (await secrets.Put("key", Declared.Utf8("0"), Condition.Matches(new Etag(1, "one")), Stop)).Status);
        var first = await secrets.Put("key", Declared.Utf8("1"), Condition.Absent, Stop);
        Assert.Equal(Status.Conflict, (await secrets.Put("key", Declared.Utf8("2"), Condition.Absent, Stop)).Status);
        var second = await secrets.Put("key", Declared.Utf8("2"), Condition.Matches(first.Value), Stop);
        Assert.True(second.Ok);
        Assert.NotEqual(first.Value, second.Value);
        Assert.Equal(Status.Conflict, (await secrets.Put("key", Declared.Utf8("3"), Condition.Matches(first.Value), Stop)).Status);
        Assert.Equal("2", Declared.Text((await secrets.Get("key", Stop)).Value.Value));
    }

    [Fact]
    public async Task A_destroyed_secret_is_gone_and_its_version_never_matches_again()
    {
        var secrets = Open();
        var first = await secrets.Put("key", Declared.Utf8("1"), Condition.Absent, Stop);
        Assert.Equal(Outcome.Ok(true), await secrets.Delete("key", Stop));
        Assert.Equal(Status.NotFound, (await secrets.Get("key", Stop)).Status);
        Assert.True((await secrets.Put("key", Declared.Utf8("1"), Condition.Absent, Stop)).Ok);
        Assert.Equal(Status.Conflict, (await secrets.Put("key", Declared.Utf8("2"), Condition.Matches(first.Value), Stop)).Status);
    }

    [Fact]
    public async Task A_value_over_the_limit_is_too_large()
    {
        var secrets = Open();
        Assert.Equal(Status.TooLarge, (await secrets.Put("key", new byte[Secret.MaxBytes + 1], Condition.None, Stop)).Status);
        Assert.Equal(Status.NotFound, (await secrets.Get("key", Stop)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../elsewhere")]
    [InlineData("Salt")]
    [InlineData("a.new")]
    public async Task A_name_that_a_vault_would_not_take_is_refused(string name)
    {
        var secrets = Open();
        await Assert.ThrowsAsync<ArgumentException>(async () => await secrets.Put(name, Declared.Utf8("1"), Condition.None, Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await secrets.Get(name, Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await secrets.Delete(name, Stop));
    }
}
