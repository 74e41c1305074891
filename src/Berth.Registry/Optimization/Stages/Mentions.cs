using System.Text;

namespace Berth.Registry.Optimization.Stages;

/// <summary>
/// Which names of files occur in other files, byte for byte, whatever these are: the cautious answer to whether anybody
/// may ask for a file.
/// </summary>
internal sealed class Mentions
{
    private readonly List<byte[]> _files;

    public Mentions(Workbench bench, IReadOnlySet<string> except) =>
        _files = [.. bench.Files.Where(file => !except.Contains(file.Key)).Select(file => file.Value)];

    /// <summary>Whether the last part of the path occurs in any of the files; as UTF-8, or as .NET assemblies write texts.</summary>
    public bool Has(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return Occurs(Encoding.UTF8.GetBytes(name)) || Occurs(Encoding.Unicode.GetBytes(name));
    }

    private bool Occurs(byte[] name) => _files.Exists(file => file.AsSpan().IndexOf(name) >= 0);
}
