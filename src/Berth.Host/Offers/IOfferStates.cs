namespace Berth.Host.Offers;

/// <summary>What the administrator offers to plugins of the machine, each with whether it can be used now.</summary>
public interface IOfferStates
{
    /// <summary>Looks at each, folders first. Never throws for what it finds, and waits for no disk that does not answer.</summary>
    Task<IReadOnlyList<OfferState>> LookAsync(CancellationToken cancellationToken = default);
}

/// <summary>One folder or program that is offered.</summary>
/// <param name="Kind"><c>folder</c> or <c>program</c>.</param>
/// <param name="Name">By which plugins know it.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Access">What is offered: <c>read</c>, <c>write</c> (with reading) or <c>run</c>.</param>
/// <param name="Reason">Why it cannot be used as offered; <see langword="null"/> when it can.</param>
/// <param name="Remedy">What to do then.</param>
public sealed record OfferState(string Kind, string Name, string Path, string Access, string? Reason, string? Remedy)
{
    /// <summary>Whether it can be used as offered.</summary>
    public bool IsUsable => Reason is null;
}
