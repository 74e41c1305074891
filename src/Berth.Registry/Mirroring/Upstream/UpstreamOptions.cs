namespace Berth.Registry.Mirroring.Upstream;

/// <summary>The registry that is asked for plugins that are not published here.</summary>
public sealed record UpstreamOptions
{
    /// <summary>Its address.</summary>
    public required Uri Address { get; init; }

    /// <summary>A token there, if it needs one.</summary>
    public string? Token { get; init; }

    /// <summary>Beginnings of slugs that are never asked for: the names of one's own house, published here or not.</summary>
    public IReadOnlyList<string> LocalPrefixes { get; init; } = [];

    /// <summary>How long an answer is believed.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an upstream that did not answer is left alone.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may take to begin; a package's bytes may take longer.</summary>
    public TimeSpan AnswerTimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a package may stand still on its way.</summary>
    public TimeSpan StallTimeLimit { get; init; } = TimeSpan.FromSeconds(30);
}
