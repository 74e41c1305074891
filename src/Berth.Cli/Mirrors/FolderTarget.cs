using System.Security.Cryptography;
using System.Text.Json;
using Berth.Cli.Http;

namespace Berth.Cli.Mirrors;

/// <summary>A folder: <c>SLUG/SLUG-VERSION.berth</c>, its signatures beside it as <c>.sig</c>, what the source says of it as <c>.json</c>.</summary>
internal sealed class FolderTarget(string folder) : IMirrorTarget
{
    public async Task<bool> HasAsync(MirroredVersion version, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(version));
        if (!file.Exists || file.Length != version.Size)
        {
            return false;
        }

        await using var bytes = file.OpenRead();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken)) == version.Digest;
    }

    public async Task<string?> PutAsync(MirroredVersion version, FileInfo package, AuthorSignatures? signatures, CancellationToken cancellationToken)
    {
        var path = PathOf(version);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Beside its place first, so that whoever reads the folder never finds half a package.
        var partial = path + ".part";
        package.CopyTo(partial, overwrite: true);
        if (signatures is not null)
        {
            await SignAsync(version, signatures, cancellationToken);
        }

        File.Move(partial, path, overwrite: true);
        return null;
    }

    public async Task<string?> SignAsync(MirroredVersion version, AuthorSignatures signatures, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(PathOf(version) + ".sig", signatures.File.ToJson(), cancellationToken);
        return null;
    }

    public async Task<string?> CarryAsync(MirroredVersion version, MirrorMemory memory, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(PathOf(version) + ".json", JsonSerializer.Serialize(version, WireJson.Options), cancellationToken);
        return null;
    }

    /// <summary>A folder has no keys: who verifies its files says which ones count.</summary>
    public Task<MirroredKeys> FollowKeysAsync(IReadOnlyList<RegistryKeyRecord> over, CancellationToken cancellationToken) => Task.FromResult(MirroredKeys.None);

    // Slug and version were checked when they were read: they are no paths.
    private string PathOf(MirroredVersion version) => Path.Combine(folder, version.Slug, version.FileName);
}
