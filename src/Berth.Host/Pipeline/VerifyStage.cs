using System.Security.Cryptography;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Pipeline;

/// <summary>
/// Compares the version's server-side files with the digests of its package. Promise: what comes after it finds the bytes that
/// were published, all of them and no others.
/// </summary>
internal sealed class VerifyStage(IHostEvents events) : IPipelineStage
{
    private const string ServerSide = "lib/";

    public string Phase => "verify";

    public string FaultCode => "plugin.verify_failed";

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var files = parts.Files!;
        if (files.FileDigests is not { } digests)
            return null;

        var expected = digests.Where(file => file.Key.StartsWith(ServerSide, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        foreach (var path in Present(files.Directory))
        {
            if (!expected.Remove(path, out var digest))
                return Broken(parts, path, "is not a file of the package");
            if (!string.Equals(await DigestAsync(Path.Combine(files.Directory, path), cancellationToken), digest, StringComparison.OrdinalIgnoreCase))
                return Broken(parts, path, "was changed");
        }

        if (expected.Keys.FirstOrDefault() is { } missing)
            return Broken(parts, missing, "is missing");
        events.Raise(new PluginVerified(parts.Id.Slug, parts.Id.Version, digests.Count, FromCache: false), parts.Id);
        return null;
    }

    private static IEnumerable<string> Present(string directory)
    {
        var folder = Path.Combine(directory, ServerSide);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/'))
            : [];
    }

    private static async Task<string> DigestAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    private StageFault Broken(InstanceParts parts, string path, string what)
    {
        var reason = $"{parts.Id}: the file '{path}' {what} since it was installed on this host. Repair the installation (POST /api/v1/plugins/{parts.Id.Slug}/repair).";
        events.Raise(new IntegrityFailed(parts.Id.Slug, parts.Id.Version, path, reason), parts.Id);
        return new StageFault("plugin.integrity_failed", reason, IsRetried: false);
    }
}
