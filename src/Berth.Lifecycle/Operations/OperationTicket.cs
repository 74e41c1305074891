using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// The id of an operation, known before it begins, and word of its beginning: for whoever does not want to wait for its
/// end. It names the first operation that is journaled with it; operations that this one begins get ids of their own.
/// </summary>
public sealed class OperationTicket
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    /// <summary>The id.</summary>
    public string Id { get; } = OperationJournal.NewId();

    /// <summary>Ends when the journal has the operation. Never ends when it is refused before.</summary>
    public Task Begun => _begun.Task;

    internal static string IdFor(OperationCaller caller) =>
        caller.Ticket is { } ticket && Interlocked.Exchange(ref ticket._taken, 1) == 0 ? ticket.Id : OperationJournal.NewId();

    /// <summary>The id was not used after all: the next one may have it.</summary>
    internal static void GiveBack(OperationCaller caller, string id)
    {
        if (caller.Ticket is { } ticket && string.Equals(ticket.Id, id, StringComparison.Ordinal))
            Volatile.Write(ref ticket._taken, 0);
    }

    internal static void Begin(OperationCaller caller, string id)
    {
        if (caller.Ticket is { } ticket && string.Equals(ticket.Id, id, StringComparison.Ordinal))
            ticket._begun.TrySetResult();
    }
}
