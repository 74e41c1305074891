using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Enforcement;

namespace Berth.Lifecycle.Isolation;

/// <summary>Statements on <c>isolation_rule</c>.</summary>
internal static class IsolationRuleRows
{
    public static async Task<IReadOnlyList<IsolationRule>> AllAsync(DbSession session) =>
        [.. (await session.QueryAsync<Row>(
            """
            SELECT kind, subject, level, memory_megabytes, cpu_percent, processes, open_files, file_size_megabytes, disk_megabytes, execution_seconds,
                bandwidth_kilobytes, slugs, reason, set_by, set_at
            FROM isolation_rule ORDER BY kind, subject_folded
            """)).Select(row => row.ToRule())];

    public static Task<int> PutAsync(DbSession session, IsolationRule rule) => session.ExecuteAsync(
        """
        INSERT INTO isolation_rule (kind, subject_folded, subject, level, memory_megabytes, cpu_percent, processes, open_files, file_size_megabytes,
            disk_megabytes, execution_seconds, bandwidth_kilobytes, slugs, reason, set_by, set_at)
        VALUES (@Kind, @folded, @Subject, @Level, @MemoryMegabytes, @CpuPercent, @Processes, @OpenFiles, @FileSizeMegabytes,
            @DiskMegabytes, @ExecutionSeconds, @BandwidthKilobytes, @slugs, @Reason, @SetBy, @at)
        ON CONFLICT (kind, subject_folded) DO UPDATE SET subject = excluded.subject, level = excluded.level, memory_megabytes = excluded.memory_megabytes,
            cpu_percent = excluded.cpu_percent, processes = excluded.processes, open_files = excluded.open_files,
            file_size_megabytes = excluded.file_size_megabytes, disk_megabytes = excluded.disk_megabytes,
            execution_seconds = excluded.execution_seconds, bandwidth_kilobytes = excluded.bandwidth_kilobytes, slugs = excluded.slugs, reason = excluded.reason,
            set_by = excluded.set_by, set_at = excluded.set_at
        """,
        new
        {
            rule.Kind,
            folded = Folded(rule.Subject),
            rule.Subject,
            rule.Level,
            rule.Limits.MemoryMegabytes,
            rule.Limits.CpuPercent,
            rule.Limits.Processes,
            rule.Limits.OpenFiles,
            rule.Limits.FileSizeMegabytes,
            rule.Limits.DiskMegabytes,
            rule.Limits.ExecutionSeconds,
            rule.Limits.BandwidthKilobytes,
            slugs = Json(rule.Plugins),
            rule.Reason,
            rule.SetBy,
            at = rule.SetAt.ToUnixTimeMilliseconds(),
        });

    /// <summary>Keeps what belongs to a publisher, if the rule still is there.</summary>
    public static Task<int> PutSlugsAsync(DbSession session, string kind, string subject, IReadOnlyList<string> slugs) => session.ExecuteAsync(
        "UPDATE isolation_rule SET slugs = @slugs WHERE kind = @kind AND subject_folded = @folded", new { kind, folded = Folded(subject), slugs = Json(slugs) });

    public static async Task<bool> RemoveAsync(DbSession session, string kind, string subject) =>
        await session.ExecuteAsync("DELETE FROM isolation_rule WHERE kind = @kind AND subject_folded = @folded", new { kind, folded = Folded(subject) }) > 0;

    private static string Folded(string subject) => subject.ToLowerInvariant();

    private static string Json(IReadOnlyList<string> slugs) => JsonSerializer.Serialize(slugs, LifecycleJson.Default.IReadOnlyListString);

    private sealed record Row(
        string Kind, string Subject, string Level, long? MemoryMegabytes, long? CpuPercent, long? Processes, long? OpenFiles, long? FileSizeMegabytes, long? DiskMegabytes,
        long? ExecutionSeconds, long? BandwidthKilobytes, string Slugs, string Reason, string SetBy, long SetAt)
    {
        public IsolationRule ToRule() => new(
            Kind, Subject, Level,
            new UsageLimits
            {
                MemoryMegabytes = (int?)MemoryMegabytes,
                CpuPercent = (int?)CpuPercent,
                Processes = (int?)Processes,
                OpenFiles = (int?)OpenFiles,
                FileSizeMegabytes = (int?)FileSizeMegabytes,
                DiskMegabytes = (int?)DiskMegabytes,
                ExecutionSeconds = (int?)ExecutionSeconds,
                BandwidthKilobytes = (int?)BandwidthKilobytes,
            },
            JsonSerializer.Deserialize(Slugs, LifecycleJson.Default.IReadOnlyListString) ?? [], Reason, SetBy, DateTimeOffset.FromUnixTimeMilliseconds(SetAt));
    }
}
