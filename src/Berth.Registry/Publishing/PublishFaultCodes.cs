namespace Berth.Registry.Publishing;

/// <summary>Why a package that is sound in itself is refused. What a package can do wrong by itself has the codes of Berth.Packaging.</summary>
public static class PublishFaultCodes
{
    /// <summary>The request names another slug than the manifest.</summary>
    public const string SlugMismatch = "package.slug_mismatch";

    /// <summary>The request names another version than the manifest.</summary>
    public const string VersionMismatch = "package.version_mismatch";

    /// <summary>The request promises other bytes than those that arrived.</summary>
    public const string DigestMismatch = "package.digest_mismatch";
}
