using System.Text.Json;
using Berth.Lifecycle.Migration.Report;

namespace Berth.Lifecycle.Tests.Migration;

/// <summary>A report as text, to compare two of them.</summary>
internal static class MigrationText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Of(MigrationReport report) => JsonSerializer.Serialize(report, Indented);
}
