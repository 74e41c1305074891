namespace Berth.Registry.Trust.Assessment;

/// <summary>How much there is to trust, from verified evidence only. It advises whoever decides; it decides nothing.</summary>
public interface ITrustAssessment
{
    /// <summary>The score of a plugin with each of its terms.</summary>
    Task<TrustAssessmentResult> AssessAsync(string slug, CancellationToken cancellationToken = default);
}

/// <summary>A score, explained.</summary>
/// <param name="Score">The sum of the terms, from 0 to 100.</param>
/// <param name="Terms">Each term with what it is based on.</param>
/// <param name="NotAssessed">Kinds of evidence this registry has no source for: they add nothing.</param>
public sealed record TrustAssessmentResult(int Score, IReadOnlyList<TrustTerm> Terms, IReadOnlyList<string> NotAssessed);
