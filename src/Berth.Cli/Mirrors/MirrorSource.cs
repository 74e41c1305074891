using System.Security.Cryptography;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;
using Berth.Packaging.Versioning;

namespace Berth.Cli.Mirrors;

/// <summary>The registry that is mirrored. What it says is checked: names, digests, and signatures when keys are given.</summary>
/// <param name="registry">The registry.</param>
/// <param name="keys">Every version must bear a signature by one of these; not asked for when <see langword="null"/>.</param>
internal sealed class MirrorSource(ApiConnection registry, IReadOnlyDictionary<string, VerificationKey>? keys)
{
    private readonly Lock _lock = new();
    private Task<IReadOnlyList<RegistryKeyRecord>>? _known;

    /// <summary>What the target is told of where things come from.</summary>
    public string Name { get; } = registry.Address;

    /// <summary>The slugs of all plugins, page by page.</summary>
    public async Task<IReadOnlyList<string>> AllAsync(CancellationToken cancellationToken) =>
        [.. (await registry.SearchAsync("", int.MaxValue, cancellationToken)).Found.Select(plugin => plugin.Slug)];

    /// <summary>The versions of a plugin that are wanted, oldest first.</summary>
    public async Task<IReadOnlyList<MirroredVersion>> VersionsAsync(string slug, VersionRange? range, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var plugin = await registry.GetAsync<MirroredPlugin>(RegistryApi.PathOf(slug) + "/versions", cancellationToken);
        var versions = new List<(SemanticVersion Number, MirroredVersion Version)>();
        foreach (var version in plugin.Versions)
        {
            // What becomes a path or an address here is only what is a slug and a version by our own rules.
            if (!IsSlug(version.Slug) || !string.Equals(version.Slug, slug, StringComparison.OrdinalIgnoreCase) || !SemanticVersion.TryParse(version.Version, out var number)
                || version.Digest.Length != 64 || !version.Digest.All(char.IsAsciiHexDigitLower))
            {
                throw new CommandFailedException(ExitCode.Refused, "client.mirror.answer", $"{registry.Address} describes {slug} in a way that cannot be used.");
            }

            if ((range is null || range.Contains(number, includePrerelease: true)) && (since is null || version.PublishedAt is null || version.PublishedAt >= since))
            {
                versions.Add((number, version));
            }
        }

        var trust = versions.Count == 0 ? null : await TrustAsync(slug, cancellationToken);
        return [.. versions.OrderBy(pair => pair.Number).Select(pair => pair.Version with { Trust = trust })];
    }

    /// <summary>What the registry tells of its decisions. One that tells nothing of them has its level beside each version.</summary>
    private async Task<MirroredTrust?> TrustAsync(string slug, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.GetAsync<MirroredTrust>(RegistryApi.PathOf(slug) + "/trust/history", cancellationToken);
        }
        catch (CommandFailedException problem) when (problem.Exit is not ExitCode.Unreachable)
        {
            return null;
        }
    }

    /// <summary>The authors' signatures of a version, with their keys. A key that was revoked vouches for nothing that comes to a target from now on.</summary>
    public async Task<AuthorSignatures?> SignaturesAsync(MirroredVersion version, CancellationToken cancellationToken)
    {
        if (AuthorSignatures.Of(version.Signatures) is not { } file)
        {
            return null;
        }

        var records = await RecordsAsync(cancellationToken);
        var revoked = records.Where(record => record.State == "revoked").Select(record => record.Kid).ToHashSet(StringComparer.Ordinal);
        return AuthorSignatures.Only(file, signature => !revoked.Contains(signature.Header.Kid)) is { } good ? new AuthorSignatures(good, KeysOf(records)) : null;
    }

    /// <summary>Downloads a package, compares its digest and judges its signatures.</summary>
    public async Task DownloadAsync(MirroredVersion version, FileInfo file, AuthorSignatures? signatures, CancellationToken cancellationToken)
    {
        using (var response = await registry.SendAsync(
            () =>
            {
                var request = registry.Request(HttpMethod.Get, RegistryApi.PathOf(version.Slug, version.Version) + "/download");
                request.Headers.Accept.Clear();
                // What a mirror fetches is not a user's download.
                request.Headers.UserAgent.ParseAdd("berth-mirror/1");
                return request;
            },
            HttpCompletionOption.ResponseHeadersRead, cancellationToken))
        {
            await using var target = file.Create();
            await (await response.Content.ReadAsStreamAsync(cancellationToken)).CopyToAsync(target, cancellationToken);
        }

        await using var bytes = file.OpenRead();
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken)) != version.Digest)
        {
            throw new CommandFailedException(ExitCode.Refused, "package.digest_mismatch", $"{version.Slug} {version.Version} has other bytes than its registry says. Nothing of it was kept.");
        }

        if (keys is not null)
        {
            bytes.Position = 0;
            await VerifyAsync(version, bytes, signatures?.File, keys, cancellationToken);
        }
    }

    private static async Task VerifyAsync(
        MirroredVersion version, Stream bytes, SignatureFile? signatures, IReadOnlyDictionary<string, VerificationKey> keys, CancellationToken cancellationToken)
    {
        var outcome = await PackageReader.ReadAsync(bytes, PackageLimits.Default, cancellationToken);
        if (!outcome.IsAccepted)
        {
            throw new CommandFailedException(ExitCode.Refused, outcome.Faults[0].Code, outcome.Faults[0].Message);
        }

        var verdicts = signatures?.Verify(CanonicalFileList.Create(outcome.Package), DetachedSignature.FilesType, keys.GetValueOrDefault) ?? [];
        if (!verdicts.OfType<SignatureVerdict.Valid>().Any())
        {
            throw new CommandFailedException(
                ExitCode.Refused, "signature.required", $"{version.Slug} {version.Version} bears no signature by a key that you trust. {verdicts.Select(verdict => verdict.Fault?.Reason).FirstOrDefault()}");
        }
    }

    /// <summary>Authors' keys that are retired or revoked.</summary>
    public async Task<IReadOnlyList<RegistryKeyRecord>> KeysThatAreOverAsync(CancellationToken cancellationToken) =>
        [.. (await RecordsAsync(cancellationToken)).Where(record => record.State is "retired" or "revoked")];

    private static Dictionary<string, VerificationKey> KeysOf(IEnumerable<RegistryKeyRecord> records) => records
        .Select(record => VerificationKey.FromJwk(record.Jwk).Key).OfType<VerificationKey>().DistinctBy(key => key.Thumbprint).ToDictionary(key => key.Thumbprint, StringComparer.Ordinal);

    // Asked for once.
    private Task<IReadOnlyList<RegistryKeyRecord>> RecordsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _known ??= AskAsync();
        }

        async Task<IReadOnlyList<RegistryKeyRecord>> AskAsync() => [.. (await registry.KeysAsync(cancellationToken)).Where(record => !record.Registry)];
    }

    private static bool IsSlug(string slug) =>
        slug.Length is >= 2 and <= 64 && char.IsAsciiLetter(slug[0]) && slug.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
