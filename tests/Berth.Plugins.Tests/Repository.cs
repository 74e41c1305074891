namespace Berth.Plugins.Tests;

/// <summary>Where the build left the plugins.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Folder(string slug, string version) => Path.Combine(Root, "artifacts", "plugins", $"{slug}-{version}");

    public static string Package(string slug, string version) => Folder(slug, version) + ".berth";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not lie below the repository.");
    }
}
