namespace Berth.Cli.Serving;

/// <summary>The source tree that this build lies in, if it does.</summary>
/// <param name="Root">The folder with <c>Berth.slnx</c>.</param>
/// <param name="Configuration">How this build was made: <c>Debug</c> or <c>Release</c>.</param>
internal sealed record DevelopmentTree(string Root, string Configuration)
{
    /// <summary>The server's project.</summary>
    public string ServerProject => Path.Combine(Root, "src", "Berth.Server");

    /// <summary>Where that project's assembly is once it is built.</summary>
    public string ServerAssembly => Path.Combine(ServerProject, "bin", Configuration, "net10.0", ServerLocation.AssemblyName);

    /// <summary>Where the build puts the sample packages.</summary>
    public string SamplePackages => Path.Combine(Root, "artifacts", "plugins");

    /// <summary>Walks up from a folder.</summary>
    public static DevelopmentTree? Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            {
                var parts = Path.GetRelativePath(folder.FullName, from).Split(Path.DirectorySeparatorChar);
                return new DevelopmentTree(folder.FullName, parts.Contains("Release", StringComparer.Ordinal) ? "Release" : "Debug");
            }
        }

        return null;
    }
}
