using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <summary>Proofs that a publisher is who it says: a line in a file at a domain or in a repository that is theirs.</summary>
public interface IPublisherProofs
{
    /// <summary>The proofs of a publisher; <see langword="null"/> when the caller is no admin of it.</summary>
    Task<IReadOnlyList<PublisherProof>?> ListAsync(RegistryActor actor, PublisherRecord publisher, CancellationToken cancellationToken = default);

    /// <summary>Begins a proof: the answer's token is the line to put into the file. Needs an admin. Repeating it gives the same proof.</summary>
    /// <param name="kind"><c>domain</c> or <c>repository</c>.</param>
    /// <param name="subject">For example <c>acme.example</c> or <c>https://github.com/acme/plugins</c>.</param>
    Task<PublisherOutcome> BeginAsync(RegistryActor actor, string publisher, string kind, string subject, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Looks for the line now. After: verified for <see cref="PublisherProofs.Validity"/>, or the trouble is noted.</summary>
    Task<PublisherOutcome> CheckAsync(RegistryActor actor, string publisher, string id, CancellationToken cancellationToken = default);

    /// <summary>Gives a proof up.</summary>
    Task<PublisherOutcome> RemoveAsync(RegistryActor actor, string publisher, string id, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Looks again for the lines of proofs that were checked longer than a week ago. Returns how many.</summary>
    Task<int> RecheckAsync(CancellationToken cancellationToken = default);
}

/// <summary>Goes and looks for the line of a proof. The registry itself opens no connection.</summary>
public interface IProofCheck
{
    /// <summary>Why the line was not found; <see langword="null"/> when it was.</summary>
    Task<string?> FindTroubleAsync(string kind, string subject, string token, CancellationToken cancellationToken = default);
}
