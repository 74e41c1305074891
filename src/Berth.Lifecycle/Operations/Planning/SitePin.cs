namespace Berth.Lifecycle.Operations.Planning;

/// <summary>What an administrator allows of a plugin on this site.</summary>
/// <param name="Slug">The plugin; compared without regard to case.</param>
/// <param name="Pin">A version or a range.</param>
/// <param name="Reason">Why, for the users who meet it.</param>
/// <param name="SetBy">Which administrator.</param>
/// <param name="SetAt">When.</param>
public sealed record SitePin(string Slug, string Pin, string? Reason, string SetBy, DateTimeOffset SetAt);
