using Berth.Data.Sessions;

namespace Berth.Lifecycle.Operations.Journal;

/// <summary>
/// Operations that happen together: each has an entry and holds the lease on its plugin; one transaction switches and ends
/// them all, or none.
/// </summary>
internal sealed class RunningGroup(IReadOnlyList<RunningOperation> members, RunningOperation main, IDatabase database, IStepWitness witness) : IRunningWork
{
    public IReadOnlyList<RunningOperation> Members => members;

    /// <summary>The member whose steps run now.</summary>
    public RunningOperation Current
    {
        get => field ?? main;
        set;
    }

    public string Id => main.Id;

    public string Kind => main.Kind;

    public string Slug => main.Slug;

    public OperationCaller Caller => main.Caller;

    public string Step => Current.Step;

    public bool IsCommitted { get; private set; }

    public OperationResult? Pending { get; private set; }

    /// <summary>Runs every member's switch and ends their entries in one transaction. Not cancellable: it happens or it does not.</summary>
    public async Task<OperationResult> CommitAsync(Func<DbSession, int, Task<OperationResult>> write, bool? purged)
    {
        Current = main;
        await main.StepAsync("commit", CancellationToken.None);
        var result = await database.WriteAsync(async session =>
        {
            var results = new List<OperationResult>(members.Count);
            for (var i = 0; i < members.Count; i++)
                results.Add(await write(session, i));
            var own = results.Find(one => string.Equals(one.OperationId, main.Id, StringComparison.Ordinal))!;
            var whole = own with { Members = [.. results.Where(one => one != own)] };
            for (var i = 0; i < members.Count; i++)
            {
                var isMain = members[i] == main;
                await members[i].SucceedAsync(session, isMain ? whole : results[i], isMain ? purged : null);
            }

            return Pending = whole;
        });
        IsCommitted = true;
        foreach (var member in members)
            member.Announce();
        await witness.ReachedAsync(main.Kind, "committed");
        return result;
    }

    public async Task<string> UndoAsync(string code, string message)
    {
        var ended = await database.WriteAsync(async session =>
        {
            var state = "failed";
            foreach (var member in members)
            {
                var own = await member.TakeBackAsync(session, code, message, hasTrail: member == main);
                state = member == main ? own : state;
            }

            return state;
        });
        foreach (var member in members)
            member.Announce();
        return ended;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in members)
            await member.DisposeAsync();
    }
}
