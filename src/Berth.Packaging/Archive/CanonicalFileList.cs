namespace Berth.Packaging.Archive;

/// <summary>The RFC 8785 canonical JSON that a signature covers: format version, slug, version, files with digests, capabilities.</summary>
public static class CanonicalFileList
{
    /// <summary>UTF-8 bytes of the canonical list.</summary>
    public static byte[] Create(Package package) => throw new NotImplementedException();
}
