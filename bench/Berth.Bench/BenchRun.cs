namespace Berth.Bench;

/// <summary>What every benchmark of this run has in common.</summary>
internal sealed class BenchRun(string folder, bool isQuick) : IDisposable
{
    private int _folders;

    public bool IsQuick => isQuick;

    public int Rounds => isQuick ? 3 : 5;

    public TimeSpan RoundTime => TimeSpan.FromSeconds(isQuick ? 1 : 3);

    /// <summary>Long enough for tiered compilation: otherwise whatever is measured first looks slow.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(isQuick ? 8 : 20);

    /// <summary>The checkout that is measured.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>What the Release build of a project made.</summary>
    public static string Built(string project, string file) => Path.Combine(Root, project, "bin", "Release", "net10.0", file);

    /// <summary>A fresh folder on the disk of the checkout: the machine's temporary folder may be memory.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(folder, $"{name}-{Interlocked.Increment(ref _folders)}")).FullName;

    /// <summary>Tells a person what goes on.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);

    public void Dispose()
    {
        if (!Directory.Exists(folder))
            return;
        // Versions in the store are read-only, folders included.
        foreach (var directory in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(folder, recursive: true);
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Berth.slnx")))
                return directory.FullName;
        }

        throw new InvalidOperationException("The benchmarks run from a checkout of the repository: Berth.slnx was not found above the program.");
    }
}
