using System.Text.Json;
using Berth.Server.Configuration;

namespace Berth.Server.Offline;

/// <summary><c>berth-server config [--NAME=value …]</c>: what a server that is started here would run with, and where each value comes from.</summary>
internal sealed class ConfigCommand : IOfflineCommand
{
    public string Name => "config";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var settings = BerthSettingsReader.Read([.. arguments], Directory.GetCurrentDirectory());
        var line = JsonSerializer.Serialize(new { type = "result", settings = SettingsReport.Of(settings) }, BerthJson.Options);
        await output.WriteLineAsync(line.AsMemory(), cancellationToken);
        return 0;
    }
}
