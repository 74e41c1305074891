namespace Berth.Lifecycle.Operations.Log;

/// <summary>The journal as a resource: what runs, what ran, how far it is and how it ended.</summary>
public interface IOperationLog
{
    /// <summary>One entry; <see langword="null"/> when there is none, or it is another user's.</summary>
    /// <param name="userId">Whose; <see langword="null"/> for everybody's.</param>
    Task<OperationEntry?> FindAsync(string? userId, string id, CancellationToken cancellationToken = default);

    /// <summary>A page, newest first.</summary>
    Task<IReadOnlyList<OperationEntry>> ListAsync(OperationQuery query, CancellationToken cancellationToken = default);

    /// <summary>The operations that came along with one, such as the installs of what it needs.</summary>
    Task<IReadOnlyList<OperationEntry>> ChildrenAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// The entry as it is and then whenever it changes, until it has ended. On the operation's own node without asking the
    /// database in between; elsewhere every second. A <see langword="null"/> comes when nothing changed for
    /// <paramref name="silence"/>, so that whoever watches can show that it lives.
    /// </summary>
    IAsyncEnumerable<OperationEntry?> WatchAsync(string id, TimeSpan silence, CancellationToken cancellationToken = default);
}

/// <summary>Which operations.</summary>
/// <param name="UserId">Whose; <see langword="null"/> for everybody's.</param>
/// <param name="Kind">For example <c>install</c>.</param>
/// <param name="State"><c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>undone</c>.</param>
/// <param name="Slug">Of which plugin, without regard to case.</param>
/// <param name="Before">The page after this entry.</param>
/// <param name="Limit">At most so many.</param>
public sealed record OperationQuery(
    string? UserId = null, string? Kind = null, string? State = null, string? Slug = null, OperationPlace? Before = null, int Limit = 20);

/// <summary>A place in the list.</summary>
public sealed record OperationPlace(long CreatedAt, string Id);
