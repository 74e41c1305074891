using Berth.Data.Sessions;
using Berth.Registry.Review;

namespace Berth.Registry.Publishing.Bindings;

/// <summary>Which continuous integration may publish which plugin.</summary>
public interface IPublishBindings
{
    /// <summary>The bindings of a plugin, oldest first.</summary>
    Task<IReadOnlyList<PublishBinding>> ListAsync(string slug, CancellationToken cancellationToken = default);

    /// <summary>Adds one. Audited.</summary>
    Task<PublishBinding> AddAsync(PublishBinding binding, ReviewActor actor, CancellationToken cancellationToken = default);

    /// <summary>Removes one. Audited. Returns whether there was one.</summary>
    Task<bool> RemoveAsync(string slug, string id, ReviewActor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Looks for the binding that an identity fits and takes the identity, once, in the transaction in which
    /// <paramref name="issue"/> writes the token. The same identity a second time finds nothing.
    /// </summary>
    Task<ExchangeOutcome> ExchangeAsync(
        IntegrationIdentity identity, string? slug, Func<DbSession, PublishBinding, string, Task> issue, CancellationToken cancellationToken = default);
}

/// <summary>What came of an exchange.</summary>
public abstract record ExchangeOutcome
{
    private ExchangeOutcome()
    {
    }

    /// <summary>A token was issued for the binding's plugin.</summary>
    public sealed record Issued(PublishBinding Binding) : ExchangeOutcome;

    /// <summary>No binding fits.</summary>
    public sealed record NoBinding : ExchangeOutcome;

    /// <summary>Bindings of several plugins fit, and the request names none.</summary>
    public sealed record Ambiguous(IReadOnlyList<string> Slugs) : ExchangeOutcome;

    /// <summary>The identity token was used before.</summary>
    public sealed record Replayed : ExchangeOutcome;
}
