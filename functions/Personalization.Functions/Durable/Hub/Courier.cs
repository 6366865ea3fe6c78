using Personalization.Storage;

namespace Personalization.Functions.Durable.Hub;

/// <summary>Takes the letters of an instance to whom they are for.</summary>
internal sealed class Courier(Instances instances, Agenda agenda, TimeProvider time)
{
    /// <summary>To each addressee in order, and off the outbox only what has come.</summary>
    /// <param name="sender">Whose letters; changed in place, as its document is.</param>
    /// <param name="stop">Gives up; the rest is delivered at the next look.</param>
    /// <returns>False where somebody cannot be told now: what is for them stays in the outbox, and the sender goes on.</returns>
    public async ValueTask<bool> Deliver(Instance sender, CancellationToken stop)
    {
        var (came, deaf) = (new Dictionary<long, Reception>(), new HashSet<string>());
        foreach (var letter in sender.Outbox.ToList())
        {
            // What it writes to itself it has in the write that takes it off.
            if (letter.To == sender.Id) came[letter.Number] = Reception.Taken;
            // After one that was not heard a later one would be taken for all that came before it.
            else if (deaf.Contains(letter.To)) continue;
            else if (await Deliver(sender.Origin, letter, stop) is var how and not Reception.Later) came[letter.Number] = how;
            else deaf.Add(letter.To);
        }

        if (came.Count == 0) return deaf.Count == 0;
        await instances.Update(sender.Id, there => there?.Origin == sender.Origin ? Off(there, came) : null, stop);
        Off(sender, came);
        return deaf.Count == 0;
    }

    private async ValueTask<Reception> Deliver(string origin, Letter letter, CancellationToken stop)
    {
        var (now, came) = (time.GetUtcNow(), Reception.Taken);
        try { await instances.Update(letter.To, there => Post.Receive(there, origin, letter, now, out came), stop); }
        // An addressee nobody can read, or that holds all it can, must not keep the sender from going on. It may be restored, or get room.
        catch (Exception e) when (e is InvalidDataException or StoreUnavailableException { Status: Status.TooLarge }) { came = letter.Start is null ? Reception.Later : Reception.Refused; }
        agenda.Ring(letter.To);
        return came;
    }

    private Instance Off(Instance sender, Dictionary<long, Reception> came)
    {
        var now = time.GetUtcNow();
        foreach (var letter in sender.Outbox.Where(l => came.ContainsKey(l.Number)).ToList())
        {
            sender.Outbox.Remove(letter);
            var how = came[letter.Number];
            if (letter.To == sender.Id) Post.Receive(sender, sender.Origin, letter, now, out how);
            if (how == Reception.Refused && sender.Lives() && sender.Run == letter.Start!.Parent.Run) sender.Inbox.Add(Post.Refusal(letter, now));
        }

        return sender;
    }
}
