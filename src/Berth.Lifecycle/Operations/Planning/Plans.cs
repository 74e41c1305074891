using Berth.Lifecycle.Installations;
using Berth.Packaging.Manifest;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>What an operation would do, in words.</summary>
internal static class Plans
{
    public static OperationPlan For(string kind, Candidate candidate, InstalledPlugin? from, PluginManifest? fromManifest, IReadOnlyCollection<string> granted, bool movesData)
    {
        var hasCode = candidate.Manifest.Module is not null || fromManifest?.Module is not null;
        List<string> steps = [];
        if (candidate.Stored is null)
            steps.Add("fetch");
        if (hasCode)
            steps.Add("load");
        if (from is null && hasCode)
            steps.Add("install");
        if (movesData)
            steps.AddRange(["export", "import"]);
        steps.AddRange(["commit", "record"]);
        return new OperationPlan
        {
            Kind = kind,
            Slug = candidate.Slug,
            FromVersion = from?.Version,
            Version = candidate.Version.ToString(),
            Digest = candidate.Digest,
            DownloadBytes = candidate.DownloadBytes,
            Capabilities = [.. candidate.Manifest.Security.Capabilities.Select(name => new PlannedCapability(
                TrustCeilings.Describe(name),
                fromManifest is null || !fromManifest.Security.Capabilities.Contains(name, StringComparer.Ordinal),
                granted.Contains(name, StringComparer.Ordinal)))],
            Modules = [.. (candidate.Manifest.Frontend?.Modules ?? []).Select(module => module.Name)],
            Notes = candidate.Offer is null ? ["The registry does not answer; the version comes from the store."]
                : candidate.Offer.IsYanked ? ["This version was withdrawn by its publisher."] : [],
            Steps = steps,
        };
    }

    public static OperationPlan Without(string kind, InstalledPlugin plugin, params IReadOnlyList<string> notes) => new()
    {
        Kind = kind,
        Slug = plugin.Slug,
        FromVersion = plugin.Version,
        Notes = notes,
        Steps = ["uninstall", "commit", "record"],
    };
}
