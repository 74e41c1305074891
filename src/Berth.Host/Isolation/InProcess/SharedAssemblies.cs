using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Isolation.InProcess;

/// <summary>
/// What a plugin takes from the host: Berth.Abstractions and the shared frameworks, nothing else. The host's own packages
/// stay invisible, so that an upgrade of the host cannot break a plugin that forgot to ship a dependency.
/// </summary>
internal static class SharedAssemblies
{
    private static readonly FrozenSet<string> Names = Find();

    public static bool Contains(string name) => Names.Contains(name);

    private static FrozenSet<string> Find()
    {
        var folders = new[] { typeof(object), typeof(HttpContext) }
            .Select(type => Path.GetDirectoryName(type.Assembly.Location)!)
            .Distinct(StringComparer.Ordinal)
            .ToList();

        // One folder for all: the application is published self-contained, with the host's own packages in between.
        var isSelfContained = folders.Contains(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar), StringComparer.Ordinal);
        return folders
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll"))
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => !isSelfContained || IsFrameworkName(name))
            .Append(typeof(IPlugin).Assembly.GetName().Name!)
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsFrameworkName(string name) =>
        name is "mscorlib" or "netstandard" or "System" or "WindowsBase"
        || name.StartsWith("System.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.Net.", StringComparison.Ordinal);
}
