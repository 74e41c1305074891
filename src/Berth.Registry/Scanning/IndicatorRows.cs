using System.Security.Cryptography;
using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Indicators;

namespace Berth.Registry.Scanning;

/// <summary>The table <c>scan_indicator</c>.</summary>
internal static class IndicatorRows
{
    public static async Task<IReadOnlyList<Indicator>> AllAsync(DbSession session) =>
        [.. (await session.QueryAsync<Row>("SELECT kind, value, name, severity FROM scan_indicator ORDER BY kind, value")).Select(row => new Indicator(
            Enum.Parse<IndicatorKind>(row.Kind, ignoreCase: true), row.Value, row.Name, Enum.Parse<Severity>(row.Severity, ignoreCase: true)))];

    public static Task<int> PutAsync(DbSession session, Indicator indicator, string userId, long at) => session.ExecuteAsync(
        """
        INSERT INTO scan_indicator (kind, value, name, severity, added_by, added_at) VALUES (@kind, @Value, @Name, @severity, @userId, @at)
        ON CONFLICT (kind, value) DO UPDATE SET name = excluded.name, severity = excluded.severity
        """,
        new { kind = indicator.Kind.ToString().ToLowerInvariant(), indicator.Value, indicator.Name, severity = indicator.Severity.ToString().ToLowerInvariant(), userId, at });

    public static async Task<IReadOnlyList<KeptIndicator>> ListAsync(DbSession session) =>
        [.. (await session.QueryAsync<KeptRow>("SELECT kind, value, name, severity, added_by, added_at FROM scan_indicator ORDER BY kind, value")).Select(row => new KeptIndicator(
            IdOf(row.Kind, row.Value), row.Kind, row.Value, row.Name, row.Severity, row.AddedBy, DateTimeOffset.FromUnixTimeMilliseconds(row.AddedAt)))];

    public static Task<int> RemoveAsync(DbSession session, KeptIndicator indicator) =>
        session.ExecuteAsync("DELETE FROM scan_indicator WHERE kind = @Kind AND value = @Value", new { indicator.Kind, indicator.Value });

    /// <summary>A name for addresses: values may have any characters.</summary>
    private static string IdOf(string kind, string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{value}")))[..32];

    private sealed record Row(string Kind, string Value, string Name, string Severity);

    private sealed record KeptRow(string Kind, string Value, string Name, string Severity, string? AddedBy, long AddedAt);
}
