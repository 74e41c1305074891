namespace Berth.Bench.Peers;

/// <summary>Programs of the machine.</summary>
internal static class Programs
{
    /// <summary>Where a program lies; system folders count although they are not on everybody's path.</summary>
    /// <exception cref="PeerMissingException">It is nowhere.</exception>
    public static string Find(string name, string package) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/local/sbin"])
            .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new PeerMissingException($"{name} was not found (Debian's package is {package}), so there is nothing to compare with.");
}
