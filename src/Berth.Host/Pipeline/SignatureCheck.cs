using System.Security.Cryptography;
using Berth.Events;
using Berth.Host.Events;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Host.Pipeline;

/// <summary>
/// Verifies a version's signatures again, over the very digests its files are compared with. Promise: a key that was revoked
/// since the install, or a signed list that was changed on the disk together with the files, ends the load here.
/// </summary>
internal sealed class SignatureCheck(ISignatureTrust trust, TimeProvider time, IHostEvents events)
{
    public async ValueTask<StageFault?> RunAsync(PluginVersionFiles files, CancellationToken cancellationToken)
    {
        var required = trust.RequiredOf(files.Id.Slug, files.TrustLevel, files.IsPrivate);
        if (files.PackageFiles is not { } list || (files.Signatures is null && required == RequiredSigners.None))
            return null;

        var keys = await trust.KeysAsync(cancellationToken);
        var fault = SignatureDemand.Judge(files.Signatures, () => CanonicalFileList.Create(files.Manifest, list), keys, required, time.GetUtcNow());
        if (fault is null && files.Signatures is not null && keys.Count > 0)
            fault = await CompareManifestAsync(files, list, cancellationToken);
        if (fault is null)
            return null;
        var reason = $"{files.Id} is not loaded: {fault.Reason}";
        events.Raise(new SignatureRejected(files.Id.Slug, files.Id.Version, null, fault.Code, reason), files.Id);
        return new StageFault(fault.Code, reason, IsRetried: false);
    }

    // The manifest decides what the code may do, and is read from the disk like the code.
    private static async Task<SignatureFault?> CompareManifestAsync(PluginVersionFiles files, IReadOnlyList<PackageFile> list, CancellationToken cancellationToken)
    {
        await using var manifest = File.OpenRead(Path.Combine(files.Directory, Package.ManifestPath));
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(manifest, cancellationToken));
        return list.Any(file => file.Path == Package.ManifestPath && file.Sha256 == digest)
            ? null
            : new SignatureFault(SignatureFaultCodes.Wrong, "its plugin.json was changed since it was signed. Repair the installation.");
    }
}
