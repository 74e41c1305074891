using Berth.Data.Sessions;
using Berth.Registry.Search;

namespace Berth.Registry.Mirroring;

/// <summary>The table <c>carried_mark</c>: what bundles of a source have put on here.</summary>
internal static class CarriedMemory
{
    public const string Yank = "yank";
    public const string Warning = "warning";
    public const string Quarantine = "quarantine";
    public const string Told = "told";

    /// <summary>A version as it is remembered.</summary>
    public static string Subject(string slug, string version) => $"{SearchWords.Fold(slug)}@{version}";

    public static Task<string?> TextAsync(DbSession session, CarriedFrom from, string kind, string subject) => session.ScalarAsync<string>(
        "SELECT text FROM carried_mark WHERE source = @Source AND kind = @kind AND subject = @subject", new { from.Source, kind, subject });

    public static Task<IReadOnlyList<CarriedMark>> ListAsync(DbSession session, CarriedFrom from, string kind) => session.QueryAsync<CarriedMark>(
        "SELECT subject, text, signed_by, as_of FROM carried_mark WHERE source = @Source AND kind = @kind ORDER BY subject", new { from.Source, kind });

    public static Task<int> PutAsync(DbSession session, CarriedFrom from, string kind, string subject, string text) => session.ExecuteAsync(
        """
        INSERT INTO carried_mark (source, kind, subject, text, signed_by, as_of) VALUES (@Source, @kind, @subject, @text, @SignedBy, @At)
        ON CONFLICT (source, kind, subject) DO UPDATE SET text = excluded.text, signed_by = excluded.signed_by, as_of = excluded.as_of
        """,
        new { from.Source, kind, subject, text, from.SignedBy, from.At });

    public static Task<int> ForgetAsync(DbSession session, CarriedFrom from, string kind, string subject) => session.ExecuteAsync(
        "DELETE FROM carried_mark WHERE source = @Source AND kind = @kind AND subject = @subject", new { from.Source, kind, subject });
}

/// <summary>A row of it.</summary>
internal sealed record CarriedMark(string Subject, string Text, string SignedBy, long AsOf);
