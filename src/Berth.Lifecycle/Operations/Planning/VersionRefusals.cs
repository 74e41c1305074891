using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Why no version is what was wished for.</summary>
internal static class VersionRefusals
{
    private static readonly TimeSpan RegistryRetry = TimeSpan.FromSeconds(15);

    /// <summary>Reads slug and range; a refusal when one of them is none.</summary>
    public static OperationOutcome.Refused? OfText(string slug, string? range, SemanticVersion? newerThan, out Wish wish, bool takesChannel = false)
    {
        var isWish = Wish.TryRead(range, newerThan, out wish, takesChannel);
        if (!StorePaths.IsSlug(slug))
            return Refused(RefusalKind.NotFound, "plugin.unknown", $"There is no plugin '{Shown(slug)}'.");
        return isWish ? null : InvalidVersion(range!);
    }

    public static OperationOutcome.Refused InvalidVersion(string text) => Refused(
        RefusalKind.Unprocessable, "version.invalid", $"'{Shown(text)}' is neither a version nor a range of versions nor a channel of the plugin. Write for example 1.2.0, ^1.2 or >=1.0 <2.0.");

    public static OperationOutcome.Refused UnknownPlugin(string slug) =>
        Refused(RefusalKind.NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'. Search the catalogue for its exact name.");

    public static OperationOutcome.Refused UnknownVersion(Wish wish, IReadOnlyList<AvailableVersion> offers)
    {
        var newest = offers.Where(offer => !offer.IsYanked).Select(offer => offer.Version).OrderDescending().Take(3).ToList();
        var known = newest.Count == 0 ? "All its versions were withdrawn." : $"Newest: {string.Join(", ", newest)}.";
        var slug = offers[0].Slug;
        if (wish is { NewerThan: { } current, IsOpen: true })
            return Refused(RefusalKind.Conflict, "update.not_newer", $"{slug} {current} is the newest version on its channel. {known}");
        return Refused(RefusalKind.NotFound, "version.unknown", $"{slug} has no version that fits '{wish}'. {known} A prerelease is chosen only when it is named or its channel is followed.");
    }

    public static OperationOutcome.Refused UnknownPackage(string slug, string digest) => Refused(
        RefusalKind.NotFound, "version.unknown", $"There is no package of {slug} with SHA-256 {Shown(digest)} that this user may install.");

    public static OperationOutcome.Refused Away(string slug, PackageSourceUnavailableException exception) => new(
        RefusalKind.Unavailable, "registry.unavailable",
        $"The registry does not answer, and the store has no version of {slug} that fits. Try again later. ({exception.Message})", [], RegistryRetry);

    private static OperationOutcome.Refused Refused(RefusalKind kind, string code, string message) => new(kind, code, message, []);

    private static string Shown(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
