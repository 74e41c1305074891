using System.Net;
using System.Text.RegularExpressions;

namespace Berth.Registry.Publishers;

/// <summary>What a proof can be about.</summary>
public static partial class ProofSubjects
{
    /// <summary>A file at a domain.</summary>
    public const string Domain = "domain";

    /// <summary>A file in a repository on GitHub.</summary>
    public const string Repository = "repository";

    /// <summary>The file's path, at the domain or in the repository.</summary>
    public const string File = ".well-known/berth-publisher.txt";

    /// <summary>The subject as it is kept; <see langword="null"/> when it is none of its kind.</summary>
    public static string? Normalise(string? kind, string? subject)
    {
        var text = subject?.Trim();
        return kind switch
        {
            // No address, no port, no single word: only a name that belongs to somebody in public.
            Domain when text is { Length: <= 253 } && DomainName().IsMatch(text) && !IPAddress.TryParse(text, out _) => text.ToLowerInvariant(),
            Repository when text is not null && RepositoryAddress().Match(text) is { Success: true } match =>
                $"https://github.com/{match.Groups["owner"].Value}/{match.Groups["name"].Value}",
            _ => null,
        };
    }

    [GeneratedRegex(@"\A([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex DomainName();

    [GeneratedRegex(@"\Ahttps://github\.com/(?<owner>[A-Za-z0-9][A-Za-z0-9-]{0,38})/(?<name>[A-Za-z0-9_-][A-Za-z0-9._-]{0,99})\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryAddress();
}
