using Personalization.Storage;

namespace Personalization.Functions.Durable.Hub;

/// <summary>Takes the letters of an instance to whom they are for.</summary>
internal sealed class Courier(Instances instances, Agenda agenda, TimeProvider time)
{
    /// <summary>In order, and off the outbox only when all of them have come.</summary>
    /// <param name="sender">Whose letters; changed in place, as its document is.</param>
    /// <param name="stop">Gives up; the rest is delivered at the next look.</param>
    public async ValueTask Deliver(Instance sender, CancellationToken stop)
    {
        var refused = new List<Letter>();
        foreach (var letter in sender.Outbox.ToList())
        {
            if (letter.To == sender.Id || await Deliver(sender.Origin, letter, stop)) continue;
            refused.Add(letter);
        }

        var delivered = sender.LastLetter;
        await instances.Update(sender.Id, there => there?.Origin == sender.Origin ? Off(there, delivered, refused) : null, stop);
        Off(sender, delivered, refused);
    }

    /// <returns>False where a child could not be started.</returns>
    private async ValueTask<bool> Deliver(string origin, Letter letter, CancellationToken stop)
    {
        var (now, refused) = (time.GetUtcNow(), false);
        try { await instances.Update(letter.To, there => Post.Receive(there, origin, letter, now, out refused), stop); }
        // An addressee nobody can read, or that holds all it can, must not keep the sender from going on.
        catch (Exception e) when (e is InvalidDataException or StoreUnavailableException { Status: Status.TooLarge }) { refused = letter.Start is not null; }
        agenda.Ring(letter.To);
        return !refused;
    }

    private Instance Off(Instance sender, long delivered, IReadOnlyList<Letter> refused)
    {
        var now = time.GetUtcNow();
        foreach (var letter in sender.Outbox.Where(l => l.Number <= delivered).ToList())
        {
            sender.Outbox.Remove(letter);
            var no = refused.Any(r => r.Number == letter.Number);
            // What it writes to itself it has in the same write.
            if (letter.To == sender.Id) Post.Receive(sender, sender.Origin, letter, now, out no);
            if (no && sender.Lives() && sender.Run == letter.Start!.Parent.Run) sender.Inbox.Add(Post.Refusal(letter, now));
        }

        return sender;
    }
}
