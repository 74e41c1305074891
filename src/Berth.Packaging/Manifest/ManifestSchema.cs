namespace Berth.Packaging.Manifest;

/// <summary>The published JSON Schema (draft 2020-12) of <c>plugin.json</c>.</summary>
/// <remarks>For editors and other tools. What counts is <see cref="ManifestReader"/>, which also knows rules that no schema can say.</remarks>
public static class ManifestSchema
{
    private const string Resource = "Berth.Packaging.plugin.v1.schema.json";

    private static readonly Lazy<byte[]> Bytes = new(Load);

    /// <summary>UTF-8 text of the schema, an embedded resource.</summary>
    public static ReadOnlyMemory<byte> Utf8 => Bytes.Value;

    private static byte[] Load()
    {
        using var resource = typeof(ManifestSchema).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("The manifest's schema is missing from the assembly.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
