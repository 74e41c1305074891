namespace Berth.Architecture.Tests;

/// <summary>The working tree that these tests look at.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Berth.slnx")))
            directory = directory.Parent ?? throw new InvalidOperationException("Berth.slnx is in none of the folders above the tests.");
        return directory.FullName;
    }
}
