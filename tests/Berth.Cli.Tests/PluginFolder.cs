namespace Berth.Cli.Tests;

/// <summary>A small plugin in a folder.</summary>
internal static class PluginFolder
{
    public static string Create(CliRun cli, string name = "plugin", string slug = "Notes", string version = "1.0.0", string more = "")
    {
        var folder = Path.Combine(cli.Folder, name);
        Directory.CreateDirectory(Path.Combine(folder, "dist"));
        File.WriteAllText(Path.Combine(folder, "plugin.json"), $$"""{"name":"{{slug}}","version":"{{version}}","frontend":{"entry":"dist/main.js"}{{more}}}""");
        File.WriteAllText(Path.Combine(folder, "dist", "main.js"), "export default 1;\n");
        return folder;
    }

    public static async Task<string> PackAsync(CliRun cli, string slug = "Notes", string version = "1.0.0")
    {
        var file = Path.Combine(cli.Folder, $"{slug}-{version}.berth");
        var result = await cli.RunAsync("pack", Create(cli, $"{slug}-{version}", slug, version), "-o", file);
        result.Exit.ShouldBe(Berth.Cli.Output.ExitCode.Done, result.Error);
        return file;
    }
}
