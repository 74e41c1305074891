namespace Berth.Cli.Demo;

/// <summary>A folder of this run alone, gone with everything in it when the run ends.</summary>
internal sealed class TemporaryFolder(string prefix) : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory(prefix).FullName;

    /// <inheritdoc />
    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The shared store is read-only, and a file can only be removed from a folder that can be written.
            foreach (var folder in Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories))
            {
                File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.UserRead);
            }
        }

        Directory.Delete(Path, recursive: true);
    }
}
