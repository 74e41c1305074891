namespace Berth.Registry.Optimization.Tools;

/// <summary>A folder for one run of a tool, readable by us alone, removed in the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    private const long MostBytes = 256L * 1024 * 1024;

    public string Path { get; } = Directory.CreateTempSubdirectory("berth-optimize-").FullName;

    public async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        var target = System.IO.Path.Combine([Path, .. path.Split('/')]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        await File.WriteAllBytesAsync(target, content, cancellationToken);
    }

    /// <summary>All regular files below a folder, by their path in it.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadAllAsync(string below, CancellationToken cancellationToken)
    {
        var root = System.IO.Path.Combine(Path, below);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (!Directory.Exists(root))
            return files;
        var left = MostBytes;
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.LinkTarget is null))
        {
            left -= file.Length;
            if (left < 0)
                throw new IOException("The tool wrote more than it may.");
            var path = System.IO.Path.GetRelativePath(root, file.FullName).Replace(System.IO.Path.DirectorySeparatorChar, '/');
            files[path] = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        }

        return files;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
