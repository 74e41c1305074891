using System.Globalization;
using Berth.Cli.Commands;
using Berth.Cli.Http;

namespace Berth.Cli.Demo;

/// <summary>The host's own figures at the end of the story, checked against what was done.</summary>
internal static class DemoFigures
{
    private sealed record Stats(long Users, long Installations, Managers Managers, Storage Storage, Memory Memory, Dictionary<string, Dictionary<string, long>> Versions);

    private sealed record Managers(long Active, long CreatedTotal, long RetiredTotal, long Leaked);

    private sealed record Storage(long SharedBytes, long UserMetadataBytes, long UnsharedEquivalentBytes, double SavedPercent);

    private sealed record Memory(long ProcessBytes, long ManagedBytes);

    /// <summary>Reads and checks them.</summary>
    public static async Task<(string Figure, object Figures)> ReadAsync(
        ApiConnection admin, SamplePackages samples, int users, CancellationToken cancellationToken)
    {
        var stats = await admin.GetAsync<Stats>("/api/v1/plugins/system/stats", cancellationToken);
        var slug = samples.Old.Package.Manifest.Name;
        var (onOld, onNew) = (OnVersion(stats, samples.Old), OnVersion(stats, samples.New));
        // ana and the even ones on the old version, cleo and the odd ones on the new one; ben has left.
        StoryTeller.Expect($"the users on {samples.Old.Name}", 1 + ((users + 1) / 2), onOld);
        StoryTeller.Expect($"the users on {samples.New.Name}", 1 + (users / 2), onNew);
        StoryTeller.Expect("the installations", onOld + onNew, stats.Installations);
        StoryTeller.Expect("the loaded instances (one a version, not one a user)", 2, stats.Managers.Active);
        StoryTeller.Expect("the leaked instances", 0, stats.Managers.Leaked);
        StoryTeller.Expect(stats.Storage.SharedBytes > 0, "the shared store to hold bytes");
        StoryTeller.Expect(
            stats.Storage.UnsharedEquivalentBytes > stats.Storage.SharedBytes,
            $"copies for each user ({stats.Storage.UnsharedEquivalentBytes} bytes) to take more than the shared store ({stats.Storage.SharedBytes} bytes)");
        return (
            string.Create(CultureInfo.InvariantCulture,
                $"{stats.Managers.Active} instances of {slug} serve {stats.Installations} installations ({stats.Managers.CreatedTotal} ever loaded, {stats.Managers.Leaked} leaked); "
                + $"{PlanView.Size(stats.Storage.SharedBytes)} stored and {PlanView.Size(stats.Storage.UserMetadataBytes)} of records, where copies for each user would take "
                + $"{PlanView.Size(stats.Storage.UnsharedEquivalentBytes)} ({stats.Storage.SavedPercent:0.0} % saved); the server's memory is {PlanView.Size(stats.Memory.ProcessBytes)}"),
            stats);
    }

    private static long OnVersion(Stats stats, SamplePackage sample) =>
        stats.Versions.GetValueOrDefault(sample.Package.Manifest.Name)?.GetValueOrDefault($"{sample.Package.Manifest.Version}") ?? 0;
}
