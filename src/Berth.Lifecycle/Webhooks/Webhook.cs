namespace Berth.Lifecycle.Webhooks;

/// <summary>Where events are sent. The secret is not here: it is shown when it is made, and never again.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Name">What its owner calls it; may be empty.</param>
/// <param name="Url">Where events are posted to.</param>
/// <param name="IsEverybodys">Whether it gets the events of all users; an administrator's only.</param>
/// <param name="Types">Types, or prefixes that end in <c>*</c>; empty for all.</param>
/// <param name="Slug">Of which plugin; <see langword="null"/> for all.</param>
/// <param name="IsEnabled">Whether events are recorded and sent.</param>
/// <param name="DisabledReason">Why the server switched it off; <see langword="null"/> when its owner did, or nobody.</param>
/// <param name="Failures">Attempts since the last one that succeeded.</param>
/// <param name="FailingSince">When the first of them was.</param>
/// <param name="PausedUntil">Until when nothing is sent, for its receiver's sake.</param>
/// <param name="PreviousSecretUntil">Until when the secret before the last rotation signs too.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
public sealed record Webhook(
    string Id, string UserId, string Name, string Url, bool IsEverybodys, IReadOnlyList<string> Types, string? Slug, bool IsEnabled, string? DisabledReason,
    long Failures, DateTimeOffset? FailingSince, DateTimeOffset? PausedUntil, DateTimeOffset? PreviousSecretUntil, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
