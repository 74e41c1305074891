using System.Collections.Concurrent;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Archive;
using Berth.Packaging.Carrying;
using Berth.Packaging.Signing;

namespace Berth.Cli.Mirrors;

/// <summary>Another registry: versions go through its own publishing.</summary>
/// <param name="registry">The registry.</param>
/// <param name="source">Where they come from.</param>
internal sealed class RegistryTarget(ApiConnection registry, string source) : IMirrorTarget
{
    private readonly CarriedTrust _trust = new(registry, source);
    private readonly ConcurrentDictionary<string, byte> _registered = new(StringComparer.Ordinal);

    public async Task<bool> HasAsync(MirroredVersion version, CancellationToken cancellationToken) =>
        await FindAsync(version, cancellationToken) is { } known
        && (known.Digest == version.Digest ? true
            : throw new CommandFailedException(ExitCode.Conflict, "version.exists", $"{version.Slug} {version.Version} is there with other bytes; nothing was changed."));

    public async Task<string?> PutAsync(MirroredVersion version, FileInfo package, AuthorSignatures? signatures, CancellationToken cancellationToken)
    {
        await using var bytes = package.OpenRead();
        var outcome = await PackageReader.ReadAsync(bytes, PackageLimits.Default, cancellationToken);
        if (!outcome.IsAccepted)
        {
            throw new CommandFailedException(ExitCode.Refused, outcome.Faults[0].Code, outcome.Faults[0].Message);
        }

        // With the package, not after it: the target may take signed packages alone.
        var (usable, left) = signatures is null ? (null, null) : await UsableAsync(version, signatures, cancellationToken);
        await new PackageUpload(registry, package, outcome.Package, usable?.ToJson(), _trust.QueryOf(version)).SendAsync(cancellationToken);
        return left;
    }

    public async Task<string?> SignAsync(MirroredVersion version, AuthorSignatures signatures, CancellationToken cancellationToken)
    {
        var there = (await FindAsync(version, cancellationToken))?.Signatures?.Select(one => one.Kid).ToHashSet(StringComparer.Ordinal) ?? [];
        if (AuthorSignatures.Only(signatures.File, signature => !there.Contains(signature.Header.Kid)) is not { } missing)
        {
            return null;
        }

        var (usable, left) = await UsableAsync(version, signatures with { File = missing }, cancellationToken);
        if (usable is null)
        {
            return left;
        }

        try
        {
            using var answer = await registry.SendAsync(
                () =>
                {
                    var request = registry.Request(HttpMethod.Post, RegistryApi.PathOf(version.Slug, version.Version) + "/signatures");
                    request.Content = new StringContent(usable.ToJson(), System.Text.Encoding.UTF8, "application/json");
                    return request;
                },
                HttpCompletionOption.ResponseContentRead, cancellationToken);
            return left;
        }
        catch (CommandFailedException problem) when (problem.Exit is not ExitCode.Unreachable)
        {
            return $"{version.Slug} {version.Version}: its signatures were not taken ({problem.Message}).";
        }
    }

    public Task<string?> CarryAsync(MirroredVersion version, MirrorMemory memory, CancellationToken cancellationToken) =>
        new CarriedDecisions(registry, version, memory, _trust).CarryAsync(cancellationToken);

    public Task<MirroredKeys> FollowKeysAsync(IReadOnlyList<RegistryKeyRecord> over, CancellationToken cancellationToken) =>
        new FollowedKeys(registry).FollowAsync(over, cancellationToken);

    /// <summary>
    /// Registers the authors' keys to the account that mirrors, as a bundle does: it answers for what it brings. A key that is
    /// somebody else's there proves nothing about this copy, and its signature stays behind.
    /// </summary>
    private async Task<(SignatureFile? Usable, string? Left)> UsableAsync(MirroredVersion version, AuthorSignatures signatures, CancellationToken cancellationToken)
    {
        var strange = new HashSet<string>(StringComparer.Ordinal);
        var over = new HashSet<string>(StringComparer.Ordinal);
        var why = "";
        foreach (var kid in signatures.File.Signatures.Select(signature => signature.Header.Kid).Distinct(StringComparer.Ordinal))
        {
            try
            {
                if (_registered.ContainsKey(kid))
                {
                    continue;
                }

                var key = signatures.Keys.GetValueOrDefault(kid) ?? throw new CommandFailedException(ExitCode.NotFound, "client.mirror.answer", "its registry does not tell the key");
                var record = await registry.RegisterKeyAsync(key, CarriedKeys.FromMirror, cancellationToken);
                if (record.State == "active")
                {
                    _registered[kid] = 1;
                }
                else
                {
                    // Retired or revoked here: it takes no new signatures, and no run to come changes that.
                    over.Add(kid);
                }
            }
            catch (CommandFailedException problem) when (problem.Exit is not ExitCode.Unreachable)
            {
                strange.Add(kid);
                why = problem.Message;
            }
        }

        return (AuthorSignatures.Only(signatures.File, signature => !strange.Contains(signature.Header.Kid) && !over.Contains(signature.Header.Kid)),
            strange.Count == 0 ? null : $"{version.Slug} {version.Version}: {strange.Count} of its signatures could not be taken over ({why}).");
    }

    private Task<MirroredVersion?> FindAsync(MirroredVersion version, CancellationToken cancellationToken) => registry.FindVersionAsync(version, cancellationToken);
}
