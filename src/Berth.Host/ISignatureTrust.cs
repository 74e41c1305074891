using Berth.Packaging.Signing;

namespace Berth.Host;

/// <summary>Whose signatures the host believes, and where it demands one. Implemented over the registry's key records.</summary>
public interface ISignatureTrust
{
    /// <summary>The keys by <c>kid</c>. The same object as long as nothing changes.</summary>
    ValueTask<IReadOnlyDictionary<string, TrustedKey>> KeysAsync(CancellationToken cancellationToken);

    /// <summary>Who must have signed a version.</summary>
    /// <param name="slug">The plugin.</param>
    /// <param name="trustLevel">The trust level that it was installed with.</param>
    /// <param name="isPrivate">Whether it came by another way than the registry, whose policies say nothing of it then.</param>
    RequiredSigners RequiredOf(string slug, string trustLevel, bool isPrivate);
}

/// <summary>A host that knows no keys and demands no signatures.</summary>
internal sealed class NoSignatureTrust : ISignatureTrust
{
    private static readonly Dictionary<string, TrustedKey> None = [];

    public ValueTask<IReadOnlyDictionary<string, TrustedKey>> KeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyDictionary<string, TrustedKey>>(None);

    public RequiredSigners RequiredOf(string slug, string trustLevel, bool isPrivate) => RequiredSigners.None;
}
