namespace Berth.Cli.Tests.EndToEnd;

/// <summary>A file of the shared store.</summary>
internal static class StoredFile
{
    /// <summary>Changes a byte of a version's first script behind the store's back.</summary>
    public static void Spoil(string data, string slug, string version)
    {
        var file = Directory.EnumerateFiles(Path.Combine(data, "plugins", "shared", slug, $"v{version}", "dist"), "*.js").Order(StringComparer.Ordinal).First();
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(file);
        bytes[^2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
