using System.Data.Common;
using System.Globalization;

namespace Berth.Server.Configuration;

/// <summary>One setting of the server in force.</summary>
/// <param name="Name">As in <see cref="BerthSettingNames"/>.</param>
/// <param name="Value">As text; a secret is hidden.</param>
/// <param name="Source"><c>default</c>, <c>berth.json</c>, <c>environment</c>, <c>arguments</c>, or <c>application</c> when the application that embeds Berth set it.</param>
public sealed record SettingInForce(string Name, string Value, string Source);

/// <summary>What is in force and where each value came from.</summary>
public static class SettingsReport
{
    private const string Hidden = "********";
    private static readonly string[] SecretWords = ["password", "secret", "token", "key"];

    /// <summary>All settings, in the order of the documentation.</summary>
    public static IReadOnlyList<SettingInForce> Of(BerthSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return [.. BerthSettingNames.All.Select(name => new SettingInForce(name, Value(settings, name), settings.Sources is null ? "application" : settings.Sources.GetValueOrDefault(name)?.Name ?? "default"))];
    }

    private static string Value(BerthSettings settings, string name) => name switch
    {
        BerthSettingNames.DataDirectory => settings.DataDirectory,
        BerthSettingNames.Database => Connection(settings.Database),
        BerthSettingNames.Packages => Address(settings.Packages),
        BerthSettingNames.HostUrls => string.Join(';', settings.HostUrls),
        BerthSettingNames.RegistryUrls => string.Join(';', settings.RegistryUrls),
        BerthSettingNames.Role => settings.Role.ToString().ToLowerInvariant(),
        BerthSettingNames.AdminToken => settings.AdminToken is null ? "" : Hidden,
        BerthSettingNames.RateLimits => settings.RateLimits ? "on" : "off",
        BerthSettingNames.AllowedOrigins => string.Join(',', settings.AllowedOrigins),
        BerthSettingNames.MetricsToken => settings.MetricsToken is null ? "" : Hidden,
        BerthSettingNames.MetricsPlugins => Number(settings.MetricsPlugins),
        BerthSettingNames.PluginsBaseDirectory => settings.PluginsDirectory,
        BerthSettingNames.CleanupInterval => Number(settings.CleanupInterval.TotalSeconds),
        BerthSettingNames.AutoUpdate => Number(settings.AutoUpdateInterval.TotalSeconds),
        BerthSettingNames.ManagerTimeout => Number(settings.ManagerTimeout.TotalSeconds),
        BerthSettingNames.VersionRetention => Number(settings.VersionRetention.TotalDays),
        BerthSettingNames.OperationRetention => Days(settings.OperationRetention),
        BerthSettingNames.EventRetention => Days(settings.EventRetention),
        BerthSettingNames.AuditRetention => Days(settings.AuditRetention),
        BerthSettingNames.WebhookPrivateAddresses => settings.WebhookPrivateAddresses ? "on" : "off",
        BerthSettingNames.WebhookRetention => Days(settings.WebhookRetention),
        BerthSettingNames.GitHubApi => settings.GitHubApi.ToString(),
        BerthSettingNames.SafeMode => settings.SafeMode ? "on" : "off",
        _ when LimitSettingsReader.Report(settings, name) is { } limit => limit,
        _ when IsolationSettingsReader.Report(settings.Isolation, name) is { } isolation => isolation,
        BerthSettingNames.Variants => settings.Variants ? "on" : "off",
        BerthSettingNames.StoreCodings => settings.StoreCodings.Count == 0 ? "none" : string.Join(',', settings.StoreCodings.Order(StringComparer.Ordinal)),
        BerthSettingNames.Recompression => settings.Recompression ? "on" : "off",
        BerthSettingNames.SearchEngine => settings.SearchEngine.ToString().ToLowerInvariant(),
        BerthSettingNames.Esbuild => settings.Esbuild ?? "",
        BerthSettingNames.Node => settings.Node ?? "",
        BerthSettingNames.WorkerSpares => Number(settings.WorkerSpares),
        BerthSettingNames.OidcIssuers => string.Join(';', settings.OidcIssuers.Select(issuer => $"{issuer.Issuer} {issuer.Keys}")),
        BerthSettingNames.TrustedKeys => settings.TrustedKeysFile ?? "",
        BerthSettingNames.SignedLevels => string.Join(',', settings.SignedLevels),
        BerthSettingNames.UndeclaredUse => settings.UndeclaredUseLevels.Count == 0 ? "none" : string.Join(',', settings.UndeclaredUseLevels),
        BerthSettingNames.KeyProof => settings.RequiresKeyProof ? "required" : "optional",
        BerthSettingNames.Upstream => settings.Upstream is null ? "" : Address(settings.Upstream.ToString()),
        BerthSettingNames.UpstreamToken => settings.UpstreamToken is null ? "" : Hidden,
        BerthSettingNames.UpstreamLocal => string.Join(',', settings.UpstreamLocal),
        BerthSettingNames.UpstreamLifetime => Number(settings.UpstreamLifetime.TotalSeconds),
        BerthSettingNames.PluginNetwork => string.Join("; ", settings.PluginNetwork),
        BerthSettingNames.PluginFolders => string.Join(',', settings.PluginFolders),
        BerthSettingNames.PluginPrograms => string.Join(',', settings.PluginPrograms),
        // A setting without a line of its own is shown as it was written; a report never fails for one.
        _ => settings.Sources?.GetValueOrDefault(name)?.Text is not { } text ? "" : IsSecret(name) ? Hidden : Address(Connection(text)),
    };

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Days(TimeSpan? kept) => Number(kept?.TotalDays ?? 0);

    private static string Connection(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
            return text;
        try
        {
            var connection = new DbConnectionStringBuilder { ConnectionString = text };
            foreach (string part in connection.Keys.Cast<string>().Where(IsSecret).ToList())
                connection[part] = Hidden;
            return connection.ConnectionString;
        }
        catch (ArgumentException)
        {
            return Hidden;
        }
    }

    private static string Address(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            return text;
        var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => IsSecret(part.Split('=')[0]) ? $"{part.Split('=')[0]}={Hidden}" : part);
        var user = uri.UserInfo.Length == 0 ? "" : Hidden + "@";
        return $"{uri.Scheme}://{user}{uri.Authority[(uri.Authority.IndexOf('@', StringComparison.Ordinal) + 1)..]}{uri.AbsolutePath.TrimEnd('/')}{(uri.Query.Length > 1 ? "?" : "")}{string.Join('&', query)}";
    }

    private static bool IsSecret(string name) => SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
