using System.Diagnostics;
using Npgsql;

namespace Berth.Lifecycle.Tests.World;

/// <summary>
/// The PostgreSQL of a test run: the one that <c>BERTH_TEST_POSTGRES</c> names, otherwise a private one, started once
/// and stopped when the process ends.
/// </summary>
internal static class PostgresServer
{
    private static readonly Lazy<string> Connection = new(Start);

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var name = "berth_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(Connection.Value) { Database = name }.ToString();
    }

    /// <summary>Drops a database that <see cref="CreateDatabaseAsync"/> made.</summary>
    public static Task DropDatabaseAsync(string connection) =>
        ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connection).Database} WITH (FORCE)");

    private static async Task ExecuteAsync(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(Connection.Value) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Start()
    {
        if (Environment.GetEnvironmentVariable("BERTH_TEST_POSTGRES") is { Length: > 0 } given)
            return given;

        var folder = Path.Combine(Path.GetTempPath(), "berth-postgres-" + Guid.NewGuid().ToString("N"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Run("stop", folder);
        var (code, output, error) = Run("start", folder);
        return code == 0
            ? output.Trim()
            : throw new InvalidOperationException($"These tests need PostgreSQL. {error.Trim()} Or set BERTH_TEST_POSTGRES to a server's connection string.");
    }

    private static (int Code, string Output, string Error) Run(string action, string folder)
    {
        // pg_ctl's server inherits whatever is open, so its output goes to a log and only the script's is read here.
        using var process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "postgres.sh"), action, folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
