using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Data.Sqlite;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Reads the three tables of the old database, which stays as it is to the byte (<see cref="ForeignDatabase"/>).</summary>
internal static class OldDatabase
{
    private static readonly string[] JsonColumns =
    [
        "config_fields", "messages", "dependencies", "permissions", "required_services_runtime", "backend_dependencies",
        "props", "required_services", "layout", "tags",
    ];

    /// <summary>Reads everything.</summary>
    /// <exception cref="OldSystemException">There is no such file, it is no such database, or somebody writes it.</exception>
    public static OldTables Read(string file, OldLayoutLimits limits, OldFindings findings, CancellationToken cancellationToken)
    {
        try
        {
            using var database = ForeignDatabase.Open(file);
            var tables = new OldTables(
                Rows(database, "users", limits, cancellationToken) ?? throw Missing("users"),
                Rows(database, "plugin", limits, cancellationToken) ?? throw Missing("plugin"),
                Rows(database, "module", limits, cancellationToken) ?? NoModules(findings));
            if (database.HasChanged)
                throw new OldSystemException("old_layout.database_busy", "The old database was written while it was read. Stop the old system, then try again.");
            return tables;
        }
        catch (FileNotFoundException exception)
        {
            throw new OldSystemException("old_layout.database_missing", $"There is no database '{exception.FileName}'. Name the old system's SQLite file with --database.", exception);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or IOException or UnauthorizedAccessException)
        {
            throw new OldSystemException("old_layout.database_unreadable", $"'{file}' cannot be read as the old system's database: {exception.Message} Restore it from a backup, or check its owner.", exception);
        }
    }

    /// <summary>Reports columns that should hold JSON and do not.</summary>
    public static void CheckJson(OldRow row, string table, OldFindings findings, string? user, string? slug)
    {
        foreach (var column in JsonColumns)
        {
            if (row.Columns.GetValueOrDefault(column) is { } text && !string.IsNullOrWhiteSpace(text) && !IsJson(text))
            {
                findings.Add(
                    OldBucket.Remark, $"The column '{column}' of the row '{row.Id}' in '{table}' holds no JSON. It is carried over without this value; the text stays in the old database.",
                    user, slug);
            }
        }
    }

    private static List<IReadOnlyDictionary<string, string?>>? Rows(ForeignDatabase database, string table, OldLayoutLimits limits, CancellationToken cancellationToken)
    {
        if (database.Tables().FirstOrDefault(name => string.Equals(name, table, StringComparison.OrdinalIgnoreCase)) is not { } written)
            return null;
        List<IReadOnlyDictionary<string, string?>> rows = [];
        foreach (var row in database.Rows(written))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rows.Count == limits.MaxRows)
                throw new OldSystemException("old_layout.too_large", $"The table '{table}' has more than {limits.MaxRows} rows. Split the old system by users and migrate the parts.");
            rows.Add(row);
        }

        // Rows without an id are kept apart by what they hold, so that the order never depends on where they lie in the file.
        return
        [
            .. rows.OrderBy(row => row.GetValueOrDefault("id"), StringComparer.Ordinal)
                .ThenBy(row => string.Join('\n', row.OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => $"{column.Key}={column.Value}")), StringComparer.Ordinal),
        ];
    }

    private static List<IReadOnlyDictionary<string, string?>> NoModules(OldFindings findings)
    {
        findings.Add(OldBucket.Remark, "The database has no table 'module'. Modules are made from the plugins' own files.");
        return [];
    }

    private static OldSystemException Missing(string table) => new(
        "old_layout.table_missing", $"The database has no table '{table}'. Name the SQLite file of the old system, not another one.");

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
