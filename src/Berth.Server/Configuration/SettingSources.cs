using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Berth.Server.Configuration;

/// <summary>Finds where each setting came from.</summary>
internal static class SettingSources
{
    /// <summary>Name → source, for what is not the default.</summary>
    public static IReadOnlyDictionary<string, SettingSource> Of(IConfiguration configuration)
    {
        var sources = new Dictionary<string, SettingSource>(StringComparer.OrdinalIgnoreCase);
        if (configuration is not IConfigurationRoot root)
            return sources;
        foreach (var name in BerthSettingNames.All)
        {
            // The last one that has the name is asked, as configuration does; a blank there is the default.
            var provider = root.Providers.LastOrDefault(one => one.TryGet(name, out _));
            if (provider is not null && provider.TryGet(name, out var value) && !string.IsNullOrWhiteSpace(value))
                sources[name] = new SettingSource(NameOf(provider), value.Trim());
        }

        return sources;
    }

    private static string NameOf(IConfigurationProvider provider) => provider switch
    {
        CommandLineConfigurationProvider => "arguments",
        EnvironmentVariablesConfigurationProvider => "environment",
        JsonConfigurationProvider json => json.Source.Path ?? "berth.json",
        _ => "application",
    };
}
