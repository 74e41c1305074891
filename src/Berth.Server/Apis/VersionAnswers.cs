using System.Globalization;
using Berth.Registry.Catalog;
using Berth.Registry.Versions;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>What the registry says of versions that are deprecated, on a channel, or gone, and of changes that are refused.</summary>
internal static class VersionAnswers
{
    public static RegistryActor Actor(HttpContext context) => Actor(context.Caller());

    /// <summary>Who asks, as the registry sees them. An administrator who acts for somebody has that user's rights alone.</summary>
    public static RegistryActor Actor(Caller caller) => new(caller.UserId, caller.ActorId, caller.IsAdministrator && caller.UserId == caller.ActorId);

    public static object? Deprecation(VersionRecord version) => version.Deprecation is not { } deprecation ? null : new
    {
        deprecation.Message,
        successor = deprecation.SuccessorSlug,
        deprecation.SuccessorVersion,
        deprecation.At,
    };

    /// <summary>What every channel gives, with those that somebody chose a version for.</summary>
    public static Dictionary<string, string?> Channels(PluginRecord plugin) =>
        ReleaseChannels.Always.Concat(plugin.ChosenChannels.Keys.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)
            .ToDictionary(name => name, name => ReleaseChannels.VersionOf(plugin, name)?.Version, StringComparer.Ordinal);

    /// <summary>Channels that somebody pointed to this version.</summary>
    public static IEnumerable<string> ChannelsOf(PluginRecord plugin, VersionRecord version) =>
        plugin.ChosenChannels.Where(channel => channel.Value == version.Version).Select(channel => channel.Key).Order(StringComparer.Ordinal);

    /// <summary>Why there is no such version: it was deleted, or never was.</summary>
    public static async Task<ApiProblemException> NoneAsync(HttpContext context, string slug, string version, bool isKnown) =>
        await context.RequestServices.GetRequiredService<IVersionStates>().FindTombstoneAsync(slug, version, context.RequestAborted) is { } tombstone
            ? new ApiProblemException(Deleted(tombstone, StatusCodes.Status410Gone))
            : isKnown
                ? new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"The registry has no '{slug}' in version '{version}'.")
                : UnknownPlugin(slug);

    public static ApiProblem Deleted(Tombstone tombstone, int status) => new(status, "version.deleted",
        $"{tombstone.Slug} {tombstone.Version} was deleted{(tombstone.Reason is null ? "" : $" ({tombstone.Reason})")}. Its number is never given again; take another version.")
    {
        Extensions = new Dictionary<string, string>
        {
            ["deleted_at"] = tombstone.DeletedAt.ToString("O", CultureInfo.InvariantCulture),
            ["reason"] = tombstone.Reason ?? "",
        },
    };

    public static ApiProblemException UnknownPlugin(string slug) =>
        new(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");

    public static ApiProblemException NotPermitted(string slug) => new(StatusCodes.Status403Forbidden, "publisher.role",
        $"'{slug}' belongs to a publisher in which your role does not permit this. Ask one of its owners, or an administrator.");

    /// <summary>A refusal with all its reasons.</summary>
    public static ApiProblem Refused(int status, string code, string what, IReadOnlyList<VersionRefusal> reasons) =>
        new(status, reasons.Count == 1 ? reasons[0].Code : code, reasons.Count == 1 ? reasons[0].Message : $"{what} for {reasons.Count} reasons; all are listed. Nothing was changed.")
        {
            Errors = [.. reasons.Select(reason => new ApiError(reason.Code, reason.Message))],
        };
}
