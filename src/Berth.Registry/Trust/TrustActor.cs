namespace Berth.Registry.Trust;

/// <summary>Who does something about trust, and what they may.</summary>
/// <param name="Id">A user id.</param>
/// <param name="IsAdministrator">May decide directly and change policies.</param>
/// <param name="IsReviewer">May decide on requests and record violations; an administrator may too.</param>
public sealed record TrustActor(string Id, bool IsAdministrator, bool IsReviewer)
{
    /// <summary>Whether a decision of theirs counts.</summary>
    public bool MayDecide => IsAdministrator || IsReviewer;
}
