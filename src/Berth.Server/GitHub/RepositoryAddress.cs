using System.Text.RegularExpressions;

namespace Berth.Server.GitHub;

/// <summary>A repository that a user named.</summary>
internal sealed partial record RepositoryAddress(string Owner, string Name)
{
    private const int MaxLength = 300;

    /// <summary>Reads <c>https://github.com/{owner}/{repo}</c>, also with <c>.git</c> or a slash at its end.</summary>
    public static RepositoryAddress? Read(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength } || Form().Match(text.Trim()) is not { Success: true } match)
            return null;
        var (owner, name) = (match.Groups["owner"].Value, match.Groups["name"].Value);
        if (name.EndsWith(".git", StringComparison.OrdinalIgnoreCase))
            name = name[..^4];
        return name is "" or "." or ".." ? null : new RepositoryAddress(owner, name);
    }

    public override string ToString() => $"https://github.com/{Owner}/{Name}";

    [GeneratedRegex("^https://(www\\.)?github\\.com/(?<owner>[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/(?<name>[A-Za-z0-9._-]{1,100})/?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
