namespace Berth.Packaging.Manifest;

/// <summary>The published JSON Schema (draft 2020-12) of <c>plugin.json</c>.</summary>
public static class ManifestSchema
{
    /// <summary>UTF-8 text of the schema, an embedded resource.</summary>
    public static ReadOnlyMemory<byte> Utf8 => throw new NotImplementedException();
}
