using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Cli.Commands;
using Berth.Cli.Output;

namespace Berth.Cli.Dev;

/// <summary>A plugin as it lies in its author's folder: a manifest, and a project or a front end.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Project">The one project in it; <see langword="null"/> for a front end alone.</param>
internal sealed record DevProject(DirectoryInfo Folder, string? Project)
{
    private const string ManifestName = "plugin.json";

    // What a package may hold, where it lies in the author's folder already.
    private static readonly string[] Folders = ["dist", "public", "assets", "vm"];
    private static readonly string[] Files = ["README.md", "CHANGELOG.md", "LICENSE*", "icon.*"];

    /// <summary>Looks into a folder.</summary>
    /// <exception cref="CommandFailedException">There is no manifest, or more than one project.</exception>
    public static DevProject Open(DirectoryInfo folder)
    {
        PackCommand.RequireManifest(folder);
        var projects = Directory.GetFiles(folder.FullName, "*.csproj");
        return projects.Length > 1
            ? throw new CommandFailedException(ExitCode.Usage, "client.dev.projects", $"{folder.FullName} has {projects.Length} projects.", "Keep one project beside plugin.json.")
            : new DevProject(folder, projects.FirstOrDefault());
    }

    /// <summary>The manifest as it stands now.</summary>
    /// <exception cref="CommandFailedException">It is no JSON object with a name and a version.</exception>
    public JsonObject ReadManifest()
    {
        try
        {
            if (JsonNode.Parse(File.ReadAllText(Path.Combine(Folder.FullName, ManifestName))) is JsonObject manifest
                && manifest["name"] is JsonValue name && name.TryGetValue<string>(out _)
                && manifest["version"] is JsonValue version && version.TryGetValue<string>(out _))
            {
                return manifest;
            }
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new CommandFailedException(ExitCode.Refused, "package.manifest.missing", $"plugin.json is not JSON: {exception.Message}", inner: exception);
        }

        throw new CommandFailedException(ExitCode.Refused, "package.manifest.missing", "plugin.json has no name or no version.", "Add them: both are texts.");
    }

    /// <summary>What goes into the package beside manifest and assemblies: path in the package, file.</summary>
    public IEnumerable<(string Path, string File)> FilesToPack()
    {
        foreach (var file in Files.SelectMany(pattern => Folder.EnumerateFiles(pattern)))
            yield return (file.Name, file.FullName);
        foreach (var folder in Folders.Select(name => Path.Combine(Folder.FullName, name)).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                yield return (Path.GetRelativePath(Folder.FullName, file).Replace(Path.DirectorySeparatorChar, '/'), file);
        }
    }
}
