using System.Security.Cryptography;
using System.Text;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// The worker's program as workers can read it: <c>worker</c> beside the host, or, where that is closed to other users (a host that
/// was put into somebody's home), a copy of it in the host's run folder, named by its content. There is nothing secret in it.
/// </summary>
internal static class WorkerFolder
{
    private const UnixFileMode ReadableFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ReadableFolder = ReadableFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly Lazy<string> Own = new(static () => ReadableFrom(System.IO.Path.Combine(AppContext.BaseDirectory, "worker"), new IsolationOptions().RunDirectory));

    /// <summary>Where it is.</summary>
    public static string Path => Own.Value;

    /// <summary>A folder as others can read it.</summary>
    /// <param name="folder">The original.</param>
    /// <param name="run">The host's run folder.</param>
    public static string ReadableFrom(string folder, string run) =>
        OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess || !Directory.Exists(folder) || ReadableToOthers.Obstacle(folder) is null
            ? folder
            : Copy(folder, RunFolder.Passage(run, "worker"));

    // Whole or not at all: it is made under another name, and several hosts may make it at once.
    private static string Copy(string folder, string into)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var target = System.IO.Path.Combine(into, NameOf(folder, files));
        if (Directory.Exists(target))
            return target;
        var made = System.IO.Path.Combine(into, System.IO.Path.GetRandomFileName());
        Make(made);
        foreach (var file in files)
        {
            var copy = System.IO.Path.Combine(made, System.IO.Path.GetRelativePath(folder, file));
            Make(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, ReadableFile);
        }

        try
        {
            Directory.Move(made, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            Directory.Delete(made, recursive: true);
        }

        return target;
    }

    private static void Make(string folder)
    {
        Directory.CreateDirectory(folder, ReadableFolder);
        File.SetUnixFileMode(folder, ReadableFolder);
    }

    private static string NameOf(string folder, List<string> files)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            digest.AppendData(Encoding.UTF8.GetBytes(System.IO.Path.GetRelativePath(folder, file)));
            digest.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset())[..32];
    }
}
