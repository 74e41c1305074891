namespace Berth.Lifecycle.Operations.Journal;

/// <summary>What is in the journal as running: one operation, or a group that happens as a whole.</summary>
internal interface IRunningWork : IAsyncDisposable
{
    /// <summary>The journal entry of what was asked for.</summary>
    string Id { get; }

    string Kind { get; }

    string Slug { get; }

    OperationCaller Caller { get; }

    /// <summary>The step that was reached last.</summary>
    string Step { get; }

    /// <summary>Whether the switch is durable: from then on there is nothing to undo.</summary>
    bool IsCommitted { get; }

    /// <summary>What the commit under way would answer.</summary>
    OperationResult? Pending { get; }

    /// <summary>Takes everything back. Answers the state the journal holds afterwards.</summary>
    Task<string> UndoAsync(string code, string message);
}
