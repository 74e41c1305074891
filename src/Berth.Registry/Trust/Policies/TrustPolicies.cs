using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Policies;

/// <summary>The policies in memory: those Berth comes with, and what administrators put in their place.</summary>
internal sealed class TrustPolicies(IDatabase database, TrustChanges signal, TimeProvider time) : ITrustPolicies, ITrustPolicyBook
{
    private volatile IReadOnlyList<TrustPolicy> _inForce = TrustPolicyDefaults.All;

    /// <summary>All in force, most trusted first.</summary>
    public IReadOnlyList<TrustPolicy> InForce => _inForce;

    public TrustPolicy Of(string level) =>
        _inForce.FirstOrDefault(policy => policy.Level == level)
        ?? throw new ArgumentException($"'{level}' is no trust level. Use one of {string.Join(", ", TrustLevels.All)}.", nameof(level));

    public async Task<TrustPolicyEntry?> FindAsync(string level, CancellationToken cancellationToken = default)
    {
        if (!TrustLevels.All.Contains(level))
            return null;
        var row = await database.ReadAsync(
            session => session.FirstOrDefaultAsync<Row>("SELECT level, policy, reason, set_by, set_at FROM trust_policy WHERE level = @level", new { level }), cancellationToken);
        var policy = row is null ? Default(level) : TrustPolicyJson.Read(level, row.Policy);
        return new TrustPolicyEntry(
            policy, TrustPolicyJson.Show(policy), row is null, row?.SetBy, row is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.SetAt), row?.Reason);
    }

    public async Task<IReadOnlyList<string>> SetAsync(string level, JsonElement changes, string actorId, string reason, bool isDryRun, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(level);
        reason = TrustText.Clean(reason);
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var faults = await TrustWrites.RunAsync(database, isDryRun, session => WriteAsync(session, level, changes, actorId, reason, at), cancellationToken);
        if (faults.Count > 0 || isDryRun)
            return faults;
        await RefreshAsync(cancellationToken);
        signal.Tell();
        return faults;
    }

    /// <summary>Takes over what the table says now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) =>
        _inForce = await database.ReadAsync(LoadAsync, cancellationToken);

    /// <summary>All in force, as the table says.</summary>
    public static async Task<IReadOnlyList<TrustPolicy>> LoadAsync(DbSession session)
    {
        var set = (await session.QueryAsync<PolicyRow>("SELECT level, policy FROM trust_policy")).ToDictionary(row => row.Level, row => row.Policy);
        return [.. TrustPolicyDefaults.All.Select(policy => set.TryGetValue(policy.Level, out var json) ? TrustPolicyJson.Read(policy.Level, json) : policy)];
    }

    private static async Task<IReadOnlyList<string>> WriteAsync(DbSession session, string level, JsonElement changes, string actorId, string reason, long at)
    {
        // Two changes at once could each be fine beside what was, and not beside each other: one after another.
        if (session.Kind == DatabaseKind.PostgreSql)
            await session.ExecuteAsync("LOCK TABLE trust_policy IN SHARE ROW EXCLUSIVE MODE");
        var inForce = await LoadAsync(session);
        if (inForce.FirstOrDefault(one => one.Level == level) is not { } current)
            return [$"There is no trust level '{level}'."];
        if (TrustPolicyJson.Merge(current, changes, out var policy) is { Count: > 0 } misread)
            return misread;
        if (TrustPolicyRules.Check(policy, inForce) is { Count: > 0 } faults)
            return faults;
        await session.ExecuteAsync(
            """
            INSERT INTO trust_policy (level, policy, reason, set_by, set_at) VALUES (@Level, @json, @reason, @actorId, @at)
            ON CONFLICT (level) DO UPDATE SET policy = excluded.policy, reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at
            """,
            new { policy.Level, json = TrustPolicyJson.Write(policy), reason, actorId, at });
        var told = JsonSerializer.Serialize(new { level = policy.Level, reason });
        await RegistryRecords.AddEventAsync(session, at, "berth.trust.policy_changed", policy.Level, actorId, told);
        await RegistryRecords.AddAuditAsync(session, at, actorId, "trust.set_policy", policy.Level, JsonSerializer.Serialize(new { reason, policy = TrustPolicyJson.Show(policy) }));
        return [];
    }

    private static TrustPolicy Default(string level) => TrustPolicyDefaults.All.First(policy => policy.Level == level);

    private sealed record Row(string Level, string Policy, string Reason, string SetBy, long SetAt);

    private sealed record PolicyRow(string Level, string Policy);
}
