namespace Berth.Cli.Mirrors;

/// <summary>Where a mirror copies to.</summary>
internal interface IMirrorTarget
{
    /// <summary>Whether the version is there with these bytes.</summary>
    Task<bool> HasAsync(MirroredVersion version, CancellationToken cancellationToken);

    /// <summary>Takes a package whose bytes were verified, with its signatures when it has any. Returns what could not be taken, in a sentence.</summary>
    Task<string?> PutAsync(MirroredVersion version, FileInfo package, AuthorSignatures? signatures, CancellationToken cancellationToken);

    /// <summary>Takes the signatures of a version that is there, as far as they are not. Returns what could not be taken, in a sentence.</summary>
    Task<string?> SignAsync(MirroredVersion version, AuthorSignatures signatures, CancellationToken cancellationToken);

    /// <summary>Takes over what the source decided, and takes back what the source lifted. Returns what could not be taken over, in a sentence.</summary>
    /// <param name="version">The version as its source has it.</param>
    /// <param name="memory">What earlier runs put on it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<string?> CarryAsync(MirroredVersion version, MirrorMemory memory, CancellationToken cancellationToken);

    /// <summary>Retires and revokes the keys that a mirror registered here and that their registry has retired or revoked meanwhile.</summary>
    Task<MirroredKeys> FollowKeysAsync(IReadOnlyList<Http.RegistryKeyRecord> over, CancellationToken cancellationToken);
}
