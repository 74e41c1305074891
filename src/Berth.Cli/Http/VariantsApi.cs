using System.Text.Json;

namespace Berth.Cli.Http;

/// <summary>Optimised variants at the registry.</summary>
internal static class VariantsApi
{
    /// <summary>Orders the optimised variant of a version; answers how it stands now.</summary>
    public static Task<VariantAnswer> OrderVariantAsync(this ApiConnection registry, string slug, string version, CancellationToken cancellationToken) =>
        registry.SendAsync<VariantAnswer>(HttpMethod.Post, $"{Path(slug, version)}/variants", null, cancellationToken);

    /// <summary>What would come out; nothing is kept.</summary>
    public static Task<OptimizationAnswer> PreviewVariantAsync(this ApiConnection registry, string slug, string version, CancellationToken cancellationToken) =>
        registry.SendAsync<OptimizationAnswer>(HttpMethod.Post, $"{Path(slug, version)}/variants?dry_run=true", null, cancellationToken);

    /// <summary>What would come out for a package that is not published.</summary>
    public static Task<OptimizationAnswer> PreviewVariantAsync(this ApiConnection registry, FileInfo package, CancellationToken cancellationToken) =>
        registry.SendContentAsync<OptimizationAnswer>(HttpMethod.Post, "/api/v1/optimize", () => new StreamContent(package.OpenRead()), cancellationToken);

    /// <summary>What was done, and how it stands.</summary>
    public static Task<OptimizationAnswer> OptimizationAsync(this ApiConnection registry, string slug, string version, CancellationToken cancellationToken) =>
        registry.GetAsync<OptimizationAnswer>($"{Path(slug, version)}/optimization", cancellationToken);

    private static string Path(string slug, string version) => $"/api/v1/plugins/{Uri.EscapeDataString(slug)}/{Uri.EscapeDataString(version)}";
}

/// <summary>How a variant stands.</summary>
internal sealed record VariantAnswer(string Kind, string State, string? Digest, long? Size, double? SavedPercent, string? Reason);

/// <summary>What was or would be done.</summary>
internal sealed record OptimizationAnswer(string? State, string? Digest, string? Code, string? Reason, bool? WouldBeMade, OptimizationReportAnswer? Report);

/// <summary>The registry's report.</summary>
internal sealed record OptimizationReportAnswer(
    string FrontEnd, double SavedPercent, OptimizationSizesAnswer Before, OptimizationSizesAnswer After, IReadOnlyList<OptimizationStageAnswer> Stages, double Milliseconds);

/// <summary>Sizes of a package.</summary>
internal sealed record OptimizationSizesAnswer(int Files, long? PackageBytes, CodedSizesAnswer Served);

/// <summary>Bytes as they are and as they travel.</summary>
internal sealed record CodedSizesAnswer(long Bytes, long? Gzip, long? Brotli);

/// <summary>One stage.</summary>
internal sealed record OptimizationStageAnswer(string Name, int Changed, int Added, int Removed, CodedSizesAnswer Served, double Milliseconds, IReadOnlyList<JsonElement> Notes);
