using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Assessment;

/// <summary>
/// One kind of verified evidence. A source reads what the registry itself has established, from its own tables; what a
/// manifest claims is nobody's evidence.
/// </summary>
internal interface ITrustEvidence
{
    /// <summary>The source's name: <c>age</c>, <c>downloads</c>, <c>signature</c>, …</summary>
    string Source { get; }

    /// <summary>The most points that a plugin can have from it.</summary>
    int Most { get; }

    /// <summary>What it says of a plugin.</summary>
    /// <param name="session">A read.</param>
    /// <param name="slug">The plugin, as it is spelled.</param>
    /// <param name="now">Unix milliseconds.</param>
    Task<TrustTerm> AssessAsync(DbSession session, string slug, long now);
}

/// <summary>One term of a score.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Points">What it adds; negative for what speaks against the plugin.</param>
/// <param name="Most">The most it could add.</param>
/// <param name="Explanation">Why, in a sentence with the figures.</param>
public sealed record TrustTerm(string Source, int Points, int Most, string Explanation);
