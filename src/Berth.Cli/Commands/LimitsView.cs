using System.Globalization;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>Shows what the host and each running plugin may use at most: the least of manifest, trust policy, rules and the host's options.</summary>
internal static class LimitsView
{
    /// <summary>The host's own bounds in the first line; nothing goes above them.</summary>
    public static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var (own, instances) = await context.Report.WatchAsync("Asking", AskAsync(host, cancellationToken));
        context.Report.Table(
            new LimitsOutput(own, [.. instances.Select(one => new InstanceLimits(one.Slug, one.Version, one.Isolation, one.Limits!))]),
            ["PLUGIN", "VERSION", "LEVEL", "MEMORY", "CPU", "PROCESSES", "FILES", "FILE", "DISK", "TIME", "NETWORK"],
            [Row("(host)", "", "", own), .. instances.Select(one => Row(one.Slug, one.Version, one.Isolation ?? "", one.Limits!))]);
        return ExitCode.Done;
    }

    private static async Task<(LimitsEntry Own, IReadOnlyList<InstanceEntry> Instances)> AskAsync(ApiConnection host, CancellationToken cancellationToken) =>
        (await host.HostLimitsAsync(cancellationToken), [.. (await host.InstancesAsync(cancellationToken)).Where(one => one.Limits is not null)]);

    private static IReadOnlyList<string> Row(string slug, string version, string level, LimitsEntry limits) =>
    [
        slug, version, level, TopView.Bytes(limits.MemoryBytes), limits.CpuPercent is { } cpu ? string.Create(CultureInfo.InvariantCulture, $"{cpu:0.#} %") : "-",
        Number(limits.Processes), Number(limits.OpenFiles), TopView.Bytes(limits.FileSizeBytes), TopView.Bytes(limits.DiskBytes),
        string.Create(CultureInfo.InvariantCulture, $"{limits.ExecutionMs / 1000:0.###} s"), $"{TopView.Bytes(limits.BandwidthBytes)}/s",
    ];

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private sealed record LimitsOutput(LimitsEntry Host, IReadOnlyList<InstanceLimits> Instances) : JsonOutput;

    private sealed record InstanceLimits(string Slug, string Version, string? Isolation, LimitsEntry Limits);
}
