using System.Security.Cryptography;
using Berth.Events;
using Berth.Host.Caches;
using Berth.Host.Events;

namespace Berth.Host.Pipeline;

/// <summary>
/// Compares the version's server-side files with the digests of its package. Promise: what comes after it finds the bytes that
/// were published, all of them and no others, and that the signatures over their digests hold. The bytes are hashed once for each content, as long as nobody writes to the files.
/// </summary>
internal sealed class VerifyStage(HostCaches caches, SignatureCheck signatures, IHostEvents events) : IPipelineStage
{
    private const string ServerSide = "lib/";

    // To be raised when the comparison judges otherwise than before.
    private const int RuleSet = 1;

    public string Phase => "verify";

    public string FaultCode => "plugin.verify_failed";

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var files = parts.Files!;
        if (files.FileDigests is not { } digests)
            return null;
        if (await signatures.RunAsync(files, cancellationToken) is { } fault)
            return fault;

        var isFromCache = true;
        var stamp = ContentStamp.OfFolder(Path.Combine(files.Directory, ServerSide));
        var verification = await caches.Verifications.GetAsync(
            new ContentKey(parts.Id, RuleSet, $"{files.Digest}:{stamp.Text}"),
            () =>
            {
                isFromCache = false;
                return CompareAsync(files.Directory, digests);
            },
            found => found.IsSound && files.Digest is not null && stamp.IsSettled ? CachingWish.Of(files.Manifest, "validationCache") : CachingWish.Never,
            cancellationToken);
        if (!verification.IsSound)
            return Broken(parts, verification);
        events.Raise(new PluginVerified(parts.Id.Slug, parts.Id.Version, verification.Files, isFromCache), parts.Id);
        return null;
    }

    private static async Task<Verification> CompareAsync(string directory, IReadOnlyDictionary<string, string> digests)
    {
        var expected = digests.Where(file => file.Key.StartsWith(ServerSide, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        var count = expected.Count;
        foreach (var path in Present(directory))
        {
            if (!expected.Remove(path, out var digest))
                return new Verification(count, path, "is not a file of the package");
            if (!string.Equals(await DigestAsync(Path.Combine(directory, path)), digest, StringComparison.OrdinalIgnoreCase))
                return new Verification(count, path, "was changed");
        }

        return expected.Keys.FirstOrDefault() is { } missing ? new Verification(count, missing, "is missing") : new Verification(count);
    }

    private static IEnumerable<string> Present(string directory)
    {
        var folder = Path.Combine(directory, ServerSide);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/'))
            : [];
    }

    private static async Task<string> DigestAsync(string path)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
    }

    private StageFault Broken(InstanceParts parts, Verification verification)
    {
        var path = verification.BrokenFile!;
        var reason = $"{parts.Id}: the file '{path}' {verification.Reason} since it was installed on this host. Repair the installation (POST /api/v1/plugins/{parts.Id.Slug}/repair).";
        events.Raise(new IntegrityFailed(parts.Id.Slug, parts.Id.Version, path, reason), parts.Id);
        return new StageFault("plugin.integrity_failed", reason, IsRetried: false);
    }
}
