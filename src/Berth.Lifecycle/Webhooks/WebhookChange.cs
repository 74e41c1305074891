namespace Berth.Lifecycle.Webhooks;

/// <summary>What somebody wants of a webhook; a member that is <see langword="null"/> stays as it is.</summary>
public sealed record WebhookChange
{
    /// <summary>Where events are posted to; needed for a new one.</summary>
    public string? Url { get; init; }

    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>At most 32 types, or prefixes that end in <c>*</c>; empty for all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Whether <see cref="Slug"/> counts, so that <see langword="null"/> can lift it.</summary>
    public bool ChangesSlug { get; init; }

    /// <summary>Only events of this plugin.</summary>
    public string? Slug { get; init; }

    /// <summary>Events of all users. Whoever calls has made sure that the owner is an administrator.</summary>
    public bool? IsEverybodys { get; init; }

    /// <summary>Whether it is sent to.</summary>
    public bool? IsEnabled { get; init; }
}
