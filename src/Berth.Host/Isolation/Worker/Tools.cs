namespace Berth.Host.Isolation.Worker;

/// <summary>Programs of the machine that levels are made with; looked for in the usual folders only, never where somebody's PATH points.</summary>
internal static class Tools
{
    private static readonly string[] Folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/sbin"];

    /// <summary>Where a program is; <see langword="null"/> when it isn't installed.</summary>
    public static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Where a program is.</summary>
    /// <exception cref="WorkerStartException">It isn't installed.</exception>
    public static string Get(string name, string package) => Find(name)
        ?? throw new WorkerStartException($"'{name}' is not installed. Install it, for example with: apt-get install {package}.");
}
