namespace Berth.Lifecycle.Operations;

/// <summary>Refusals that several operations give.</summary>
internal static class Refusals
{
    public static OperationOutcome.Refused AlreadyInstalled(string slug, string? version) => new(
        RefusalKind.Conflict, "plugin.already_installed",
        version is null ? $"{slug} is installed already." : $"{slug} {version} is installed already. Update it to get another version.", []);

    public static OperationOutcome.Refused NotInstalled(string slug) => new(
        RefusalKind.NotFound, "plugin.not_installed", $"{(slug.Length <= 100 ? slug : slug[..100])} is not installed for this user.", []);

    public static OperationOutcome.Refused InProgress(string slug) => new(
        RefusalKind.Conflict, "operation.in_progress", $"Another operation on {slug} of this user runs. Wait until it has ended, then look at the state again.", []);

    public static OperationOutcome.Refused ChangedMeanwhile(string slug) => new(
        RefusalKind.Conflict, "operation.conflict", $"{slug} was changed by another operation meanwhile. Look at its state, then decide again.", []);

    public static OperationOutcome.Refused UnknownUser() => new(
        RefusalKind.NotFound, "user.unknown", "There is no such user, or the user was removed meanwhile.", []);

    /// <summary>All reasons why a version cannot be put in force.</summary>
    public static OperationOutcome.Refused Impossible(string what, IReadOnlyList<RefusalReason> reasons) => new(
        reasons.Any(reason => reason.Code is "registry.unavailable") ? RefusalKind.Unavailable : RefusalKind.Unprocessable, reasons[0].Code,
        reasons.Count == 1 ? reasons[0].Message : $"{what} is not possible for {reasons.Count} reasons: {string.Join(" ", reasons.Select(reason => reason.Message))}", reasons,
        reasons.Any(reason => reason.Code is "registry.unavailable") ? TimeSpan.FromSeconds(15) : null);

    public static OperationOutcome.Refused Required(string slug, string what, IReadOnlyList<Installations.InstalledPlugin> dependents) => new(
        RefusalKind.Conflict, "plugin.required",
        $"{slug} cannot be {what}: {string.Join(", ", dependents.Select(one => $"{one.Slug} {one.Version}"))} needs it. Uninstall or disable that first, or uninstall with dependents.",
        [.. dependents.Select(one => new RefusalReason("plugin.required", $"{one.Slug} {one.Version} needs {slug}."))]);
}
