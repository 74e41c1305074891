using System.Diagnostics;
using Berth.Data.Sessions;
using Npgsql;

namespace Berth.Data.Tests.PostgreSql;

/// <summary>
/// The PostgreSQL of a test run: the one that <c>BERTH_TEST_POSTGRES</c> names, otherwise a private one, started once
/// and stopped when the process ends.
/// </summary>
public static class PostgresServer
{
    private static readonly Lazy<string> Connection = new(Start);
    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var name = "berth_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(Connection.Value) { Database = name }.ToString();
    }

    /// <summary>Creates a database whose schema is up to date: a copy of one that the scripts made once in this run.</summary>
    public static async Task<string> CreateMigratedDatabaseAsync() => await CopyDatabaseAsync(await Template.Value);

    /// <summary>Creates a copy of a database that nobody has open.</summary>
    public static async Task<string> CopyDatabaseAsync(string connection)
    {
        var template = new NpgsqlConnectionStringBuilder(connection).Database;
        var name = "berth_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        return new NpgsqlConnectionStringBuilder(Connection.Value) { Database = name }.ToString();
    }

    /// <summary>Drops a database that was made here.</summary>
    public static Task DropDatabaseAsync(string connection) =>
        ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connection).Database} WITH (FORCE)");

    private static async Task<string> MakeTemplateAsync()
    {
        var template = await CreateDatabaseAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => DropDatabaseAsync(template).GetAwaiter().GetResult();
        await (await Databases.OpenAsync(template, Path.GetTempPath())).DisposeAsync();
        return template;
    }

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
