using Berth.Registry.Publishers;

namespace Berth.Server.Publishers;

/// <summary>Where the files of proofs are looked for.</summary>
public sealed record ProofCheckOptions
{
    /// <summary>The address of a domain's file.</summary>
    public Func<string, Uri> FileOfDomain { get; init; } = domain => new Uri($"https://{domain}/{ProofSubjects.File}");

    /// <summary>The address of a repository's file, on its default branch.</summary>
    public Func<string, Uri> FileOfRepository { get; init; } = repository => new Uri(
        $"https://raw.githubusercontent.com/{repository["https://github.com/".Length..]}/HEAD/{ProofSubjects.File}");

    /// <summary>Whether addresses of private networks may be connected to. Never, but in tests.</summary>
    public bool AllowsPrivateAddresses { get; init; }
}
