using System.Globalization;
using System.Net;
using Berth.Registry.Publishing;
using Berth.Server.RateLimiting;

namespace Berth.Server.Configuration;

/// <summary>Reads limits, quotas and bounds; a value that is not understood stops the start and never means "no limit".</summary>
internal static class LimitSettingsReader
{
    private static readonly (string Name, RateCategory Category)[] Rules =
    [
        (BerthSettingNames.RateLimitUpload, RateCategory.Upload), (BerthSettingNames.RateLimitDownload, RateCategory.Download),
        (BerthSettingNames.RateLimitApi, RateCategory.Api), (BerthSettingNames.RateLimitSearch, RateCategory.Search),
        (BerthSettingNames.RateLimitAdmin, RateCategory.Admin),
    ];

    public static RateLimitSettings RateLimits(Func<string, string?> text)
    {
        var preset = new RateLimitSettings();
        return new RateLimitSettings
        {
            Upload = Rule(RateCategory.Upload),
            Download = Rule(RateCategory.Download),
            Api = Rule(RateCategory.Api),
            Search = Rule(RateCategory.Search),
            Admin = Rule(RateCategory.Admin),
        };

        RateRule Rule(RateCategory category)
        {
            var name = Rules.Single(rule => rule.Category == category).Name;
            return text(name) is not { } value ? preset.Of(category)
                : RateRule.TryParse(value) ?? throw new BerthSettingsException($"{name}: '{value}' is no rule. Write {RateRule.Form}.");
        }
    }

    public static WebSettings Web(Func<string, string?> text)
    {
        var preset = new WebSettings();
        return new WebSettings
        {
            TrustedProxies = [.. (text(BerthSettingNames.TrustedProxies) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Network)],
            RecentSignIn = Number(BerthSettingNames.RecentSignIn, 0, 1_000_000) is not { } minutes ? preset.RecentSignIn : minutes == 0 ? null : TimeSpan.FromMinutes(minutes),
            MaxConnections = (int?)Number(BerthSettingNames.MaxConnections, 1, 10_000_000) ?? preset.MaxConnections,
            HeaderTimeout = Number(BerthSettingNames.HeaderTimeout, 1, 3600) is { } head ? TimeSpan.FromSeconds(head) : preset.HeaderTimeout,
            KeepAlive = Number(BerthSettingNames.KeepAlive, 1, 86_400) is { } idle ? TimeSpan.FromSeconds(idle) : preset.KeepAlive,
            MinDataRate = (int?)Number(BerthSettingNames.MinDataRate, 0, 1_000_000_000) ?? preset.MinDataRate,
        };

        long? Number(string name, long least, long most) => Whole(name, text(name), least, most);
    }

    public static PublisherQuotas Quotas(Func<string, string?> text) => new(
        Quota(BerthSettingNames.QuotaBytes, text), Quota(BerthSettingNames.QuotaVersions, text));

    /// <summary>A setting of these in force, as text; <see langword="null"/> for another.</summary>
    public static string? Report(BerthSettings settings, string name) => name switch
    {
        BerthSettingNames.TrustedProxies => string.Join(',', settings.Web.TrustedProxies),
        BerthSettingNames.QuotaBytes => Text(settings.Quotas.Bytes ?? 0),
        BerthSettingNames.QuotaVersions => Text(settings.Quotas.Versions ?? 0),
        BerthSettingNames.RecentSignIn => Text((long)(settings.Web.RecentSignIn?.TotalMinutes ?? 0)),
        BerthSettingNames.MaxConnections => Text(settings.Web.MaxConnections),
        BerthSettingNames.HeaderTimeout => Text((long)settings.Web.HeaderTimeout.TotalSeconds),
        BerthSettingNames.KeepAlive => Text((long)settings.Web.KeepAlive.TotalSeconds),
        BerthSettingNames.MinDataRate => Text(settings.Web.MinDataRate),
        _ => Rules.FirstOrDefault(rule => rule.Name == name) is { Name: not null } found ? settings.RateLimitRules.Of(found.Category).ToString() : null,
    };

    private static long? Quota(string name, Func<string, string?> text) => Whole(name, text(name), 0, long.MaxValue) is { } quota and > 0 ? quota : null;

    private static IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)
        : throw new BerthSettingsException($"{BerthSettingNames.TrustedProxies}: '{text}' is neither an address nor a network. List them separated by commas, for example 10.0.0.7,192.168.0.0/24.");

    private static long? Whole(string name, string? text, long least, long most) => text is null ? null : SettingNumber.Whole(name, text, least, most);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
