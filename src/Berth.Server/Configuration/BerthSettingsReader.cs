using Berth.Host.Isolation.Network;
using Berth.Host.Offers;
using Berth.Lifecycle.Store.Codings;
using Berth.Registry.Search;

namespace Berth.Server.Configuration;

/// <summary>A setting has an unknown name or a bad value. The message is one line for the person who starts the server.</summary>
public sealed class BerthSettingsException(string message) : Exception(message);

/// <summary>Reads the settings from <c>berth.json</c>, the environment and the arguments; the later wins.</summary>
public static class BerthSettingsReader
{
    // What the calendar and timers can take, with room to spare.
    private const int MostDays = 100_000;
    private const int MostSeconds = 4_000_000;

    // A series takes about a kilobyte here and more in whatever collects it.
    private const int MostPlugins = 10_000;
    private const int MostSpares = 16;

    // A month, which a timer takes with the tenth that it may be longer.
    private const int MostAutoUpdateSeconds = 2_592_000;

    /// <summary>Reads the settings as a program does that is started in <paramref name="directory"/>.</summary>
    /// <exception cref="BerthSettingsException">A name is unknown or a value is bad.</exception>
    public static BerthSettings Read(string[] args, string directory)
    {
        try
        {
            return Read(new ConfigurationBuilder()
                .SetBasePath(directory)
                .AddJsonFile("berth.json", optional: true)
                .AddEnvironmentVariables()
                .AddCommandLine(args)
                .Build());
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException)
        {
            throw new BerthSettingsException($"The settings cannot be read: {exception.GetBaseException().Message}");
        }
    }

    /// <summary>Reads the settings from a configuration.</summary>
    /// <exception cref="BerthSettingsException">A name is unknown or a value is bad.</exception>
    public static BerthSettings Read(IConfiguration configuration)
    {
        RefuseUnknownNames(configuration);
        var settings = new BerthSettings();
        settings = settings with
        {
            DataDirectory = Path.GetFullPath(Text(BerthSettingNames.DataDirectory) ?? settings.DataDirectory),
            Database = DatabaseOf(Text(BerthSettingNames.Database) ?? settings.Database),
            Packages = PackagesOf(Text(BerthSettingNames.Packages) ?? settings.Packages),
            HostUrls = Urls(BerthSettingNames.HostUrls) ?? settings.HostUrls,
            RegistryUrls = Urls(BerthSettingNames.RegistryUrls) ?? settings.RegistryUrls,
            Role = OneOf(BerthSettingNames.Role, settings.Role, ("all", BerthRole.All), ("host", BerthRole.Host), ("registry", BerthRole.Registry)),
            AdminToken = TokenOf(BerthSettingNames.AdminToken, Text(BerthSettingNames.AdminToken)),
            RateLimits = OneOf(BerthSettingNames.RateLimits, settings.RateLimits, ("on", true), ("off", false)),
            AllowedOrigins = [.. (Text(BerthSettingNames.AllowedOrigins) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(WebOrigin.Read)],
            MetricsToken = TokenOf(BerthSettingNames.MetricsToken, Text(BerthSettingNames.MetricsToken)),
            MetricsPlugins = Text(BerthSettingNames.MetricsPlugins) is { } plugins ? SettingNumber.Whole(BerthSettingNames.MetricsPlugins, plugins, 0, MostPlugins) : settings.MetricsPlugins,
            PluginsBaseDirectory = Text(BerthSettingNames.PluginsBaseDirectory),
            CleanupInterval = Seconds(BerthSettingNames.CleanupInterval) ?? settings.CleanupInterval,
            ManagerTimeout = Seconds(BerthSettingNames.ManagerTimeout) ?? settings.ManagerTimeout,
            AutoUpdateInterval = Text(BerthSettingNames.AutoUpdate) is { } autoUpdate ? TimeSpan.FromSeconds(SettingNumber.Whole(BerthSettingNames.AutoUpdate, autoUpdate, 0, MostAutoUpdateSeconds)) : settings.AutoUpdateInterval,
            VersionRetention = Text(BerthSettingNames.VersionRetention) is { } days ? TimeSpan.FromDays(SettingNumber.Whole(BerthSettingNames.VersionRetention, days, 1, MostDays)) : settings.VersionRetention,
            OperationRetention = Days(BerthSettingNames.OperationRetention, settings.OperationRetention),
            EventRetention = Days(BerthSettingNames.EventRetention, settings.EventRetention),
            AuditRetention = Days(BerthSettingNames.AuditRetention, settings.AuditRetention),
            WebhookPrivateAddresses = OneOf(BerthSettingNames.WebhookPrivateAddresses, settings.WebhookPrivateAddresses, ("on", true), ("off", false)),
            WebhookRetention = Days(BerthSettingNames.WebhookRetention, settings.WebhookRetention),
            GitHubApi = Urls(BerthSettingNames.GitHubApi) is [var api, ..] ? new Uri(api.TrimEnd('/') + "/") : settings.GitHubApi,
            SafeMode = OneOf(BerthSettingNames.SafeMode, settings.SafeMode, ("on", true), ("off", false)),
            RateLimitRules = LimitSettingsReader.RateLimits(Text),
            Web = LimitSettingsReader.Web(Text),
            Quotas = LimitSettingsReader.Quotas(Text),
            Variants = OneOf(BerthSettingNames.Variants, settings.Variants, ("on", true), ("off", false)),
            StoreCodings = CodingsOf(Text(BerthSettingNames.StoreCodings)),
            Recompression = OneOf(BerthSettingNames.Recompression, settings.Recompression, ("on", true), ("off", false)),
            SearchEngine = OneOf(
                BerthSettingNames.SearchEngine, settings.SearchEngine,
                ("auto", SearchEngineChoice.Auto), ("memory", SearchEngineChoice.Memory), ("database", SearchEngineChoice.Database)),
            WorkerSpares = Text(BerthSettingNames.WorkerSpares) is { } spares ? SettingNumber.Whole(BerthSettingNames.WorkerSpares, spares, 0, MostSpares) : settings.WorkerSpares,
            Node = Text(BerthSettingNames.Node) is { } node ? Path.GetFullPath(node) : null,
            Isolation = IsolationSettingsReader.Read(Text),
            Esbuild = Text(BerthSettingNames.Esbuild) is { } esbuild ? Path.GetFullPath(esbuild) : null,
            OidcIssuers = OidcIssuer.Read(Text(BerthSettingNames.OidcIssuers)),
            TrustedKeysFile = Text(BerthSettingNames.TrustedKeys),
            RegistryKeys = Text(BerthSettingNames.TrustedKeys) is { } keys ? SignatureSettings.KeysOf(keys) : null,
            UndeclaredUseLevels = Text(BerthSettingNames.UndeclaredUse) switch
            {
                null => ["internal"],
                "none" => [],
                var levels => SignatureSettings.LevelsOf(levels, BerthSettingNames.UndeclaredUse),
            },
            SignedLevels = SignatureSettings.LevelsOf(Text(BerthSettingNames.SignedLevels)),
            RequiresKeyProof = OneOf(BerthSettingNames.KeyProof, settings.RequiresKeyProof, ("required", true), ("optional", false)),
            Upstream = Urls(BerthSettingNames.Upstream) is [var upstream, ..] ? new Uri(upstream.TrimEnd('/') + "/") : settings.Upstream,
            UpstreamToken = TokenOf(BerthSettingNames.UpstreamToken, Text(BerthSettingNames.UpstreamToken)),
            UpstreamLocal = [.. (Text(BerthSettingNames.UpstreamLocal) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            UpstreamLifetime = Seconds(BerthSettingNames.UpstreamLifetime) ?? settings.UpstreamLifetime,
            PluginNetwork = RulesOf(Text(BerthSettingNames.PluginNetwork)),
            Sources = SettingSources.Of(configuration),
        };
        settings = settings with
        {
            PluginFolders = OfferedOf(BerthSettingNames.PluginFolders, text => OfferedFolder.Parse(text, [settings.DataDirectory, settings.PluginsDirectory])),
            PluginPrograms = OfferedOf(BerthSettingNames.PluginPrograms, text => OfferedProgram.Parse(text, [settings.DataDirectory, settings.PluginsDirectory])),
        };
        return settings.Role != BerthRole.Host || settings.AdminToken is not null ? settings
            : throw new BerthSettingsException($"{BerthSettingNames.Role}: a host alone signs in at its registry with {BerthSettingNames.AdminToken}; set it to the registry's.");

        string? Text(string name) => string.IsNullOrWhiteSpace(configuration[name]) ? null : configuration[name]!.Trim();

        IReadOnlyList<string>? Urls(string name)
        {
            if (Text(name) is not { } text)
                return null;
            var urls = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            foreach (var url in urls)
            {
                if (!Uri.TryCreate(url.Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal), UriKind.Absolute, out var uri)
                    || uri.Scheme is not ("http" or "https"))
                {
                    throw new BerthSettingsException($"{name}: '{url}' is not an http or https address, for example http://localhost:4001.");
                }
            }

            return urls;
        }

        T OneOf<T>(string name, T preset, params (string Word, T Value)[] words)
        {
            if (Text(name) is not { } text)
                return preset;
            foreach (var (word, value) in words)
            {
                if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
                    return value;
            }

            throw new BerthSettingsException($"{name}: '{text}' is not one of {string.Join(", ", words.Select(word => word.Word))}.");
        }

        TimeSpan? Seconds(string name) => Text(name) is { } text ? TimeSpan.FromSeconds(SettingNumber.Whole(name, text, 1, MostSeconds)) : null;

        IReadOnlyList<T> OfferedOf<T>(string name, Func<string, IReadOnlyList<T>> parse)
        {
            try
            {
                return parse(Text(name) ?? "");
            }
            catch (FormatException exception)
            {
                throw new BerthSettingsException($"{name}: {exception.Message}");
            }
        }

        // 0 is for ever.
        TimeSpan? Days(string name, TimeSpan? preset) =>
            Text(name) is not { } text ? preset : SettingNumber.Whole(name, text, 0, MostDays) is var days and > 0 ? TimeSpan.FromDays(days) : null;
    }

    private static string DatabaseOf(string text) =>
        text.Equals("sqlite", StringComparison.OrdinalIgnoreCase) ? "sqlite"
        : text.Contains('=', StringComparison.Ordinal) ? text
        : throw new BerthSettingsException($"{BerthSettingNames.Database}: write 'sqlite' or a PostgreSQL connection string such as Host=…;Database=….");

    private static string PackagesOf(string text) =>
        text.Equals("file", StringComparison.OrdinalIgnoreCase) ? "file"
        : throw new BerthSettingsException($"{BerthSettingNames.Packages}: '{text}' is not supported by this version; write 'file'.");

    private static IReadOnlySet<string> CodingsOf(string? text)
    {
        if (text is null || text == "none")
            return text is null ? StoreCoding.All : new HashSet<string>(StringComparer.Ordinal);
        var codings = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        return codings.FirstOrDefault(coding => !StoreCoding.All.Contains(coding)) is { } unknown
            ? throw new BerthSettingsException($"{BerthSettingNames.StoreCodings}: '{unknown}' is not one of {string.Join(", ", StoreCoding.All)}; write 'none' for none of them.")
            : codings;
    }

    private static IReadOnlyList<NetworkRule> RulesOf(string? text)
    {
        try
        {
            return NetworkRule.Parse(text ?? "");
        }
        catch (FormatException exception)
        {
            throw new BerthSettingsException($"{BerthSettingNames.PluginNetwork}: {exception.Message}");
        }
    }

    private static string? TokenOf(string name, string? token) =>
        token is null || (token.Length >= 8 && !token.Any(char.IsWhiteSpace)) ? token
        : throw new BerthSettingsException($"{name}: the token needs at least 8 characters and no spaces.");

    // A misspelt name must not silently mean the default.
    private static void RefuseUnknownNames(IConfiguration configuration)
    {
        foreach (var section in configuration.GetChildren())
        {
            if (section.Key.StartsWith("BERTH_", StringComparison.OrdinalIgnoreCase)
                && !section.Key.StartsWith("BERTH_TEST_", StringComparison.OrdinalIgnoreCase)
                && !BerthSettingNames.Foreign.Contains(section.Key)
                && !BerthSettingNames.All.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new BerthSettingsException($"{section.Key} is not a setting of Berth. Known: {string.Join(", ", BerthSettingNames.All)}.");
            }
        }
    }
}
