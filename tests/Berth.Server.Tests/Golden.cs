namespace Berth.Server.Tests;

/// <summary>The golden plugins of <c>plugins/fixtures</c> as packages.</summary>
public static class Golden
{
    public static byte[] Package(string slug, string version = "1.0.0") =>
        TestPackages.PackFolder(Path.Combine(AppContext.BaseDirectory, "fixtures", slug, version));
}
