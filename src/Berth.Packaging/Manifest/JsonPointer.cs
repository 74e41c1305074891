namespace Berth.Packaging.Manifest;

/// <summary>Builds RFC 6901 pointers.</summary>
internal static class JsonPointer
{
    public static string Append(string pointer, string member) =>
        pointer + "/" + member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
