using System.Globalization;
using Berth.Data.Sessions;
using Microsoft.Data.Sqlite;

namespace Berth.Data.Sqlite;

/// <summary>
/// A SQLite file that is not Berth's, read without changing a byte of it and without leaving a file beside it.
/// </summary>
/// <remarks>
/// The file is opened as <c>immutable</c> (https://www.sqlite.org/uri.html): no lock, no <c>-wal</c>, no <c>-shm</c>. What
/// waits in a <c>-wal</c> or a hot <c>-journal</c> would not be seen that way; then all files are copied to a folder for
/// temporary files and SQLite does its recovery on the copy. Nobody may write the file meanwhile:
/// <see cref="HasChanged"/> says whether somebody did.
/// </remarks>
public sealed class ForeignDatabase : IDisposable
{
    private static readonly string[] Companions = ["-wal", "-journal"];
    private readonly SqliteConnection _connection;
    private readonly string _file;
    private readonly string? _copy;
    private readonly IReadOnlyList<(long Length, DateTime Written)> _stamps;

    private ForeignDatabase(SqliteConnection connection, string file, string? copy, IReadOnlyList<(long Length, DateTime Written)> stamps) =>
        (_connection, _file, _copy, _stamps) = (connection, file, copy, stamps);

    /// <summary>Whether the file, or what waits beside it, is another than when it was opened.</summary>
    public bool HasChanged => !Stamps(_file).SequenceEqual(_stamps);

    /// <summary>Opens the file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DatabaseUnavailableException">It cannot be opened or is no SQLite database.</exception>
    public static ForeignDatabase Open(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        file = Path.GetFullPath(file);
        if (!File.Exists(file))
            throw new FileNotFoundException($"There is no file '{file}'.", file);
        SqliteLibrary.Use();
        var stamps = Stamps(file);
        var copy = Companions.Any(companion => new FileInfo(file + companion) is { Exists: true, Length: > 0 }) ? Copy(file) : null;
        try
        {
            return new ForeignDatabase(Connect(file, copy), file, copy, stamps);
        }
        catch (SqliteException exception)
        {
            Remove(copy);
            throw new DatabaseUnavailableException(DatabaseTrouble.Unreachable, "The file cannot be read as a SQLite database.", exception);
        }
    }

    /// <summary>The names of its tables, as they are written.</summary>
    /// <exception cref="DatabaseUnavailableException">The file is damaged.</exception>
    public IReadOnlyList<string> Tables() =>
        [.. Read("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").Select(row => row["name"]).OfType<string>()];

    /// <summary>All rows of a table, with every column as text: numbers in invariant form, bytes as hexadecimal digits.</summary>
    /// <exception cref="DatabaseUnavailableException">The file is damaged.</exception>
    public IEnumerable<IReadOnlyDictionary<string, string?>> Rows(string table)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return Read($"SELECT * FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _connection.Dispose();
        Remove(_copy);
    }

    private static SqliteConnection Connect(string file, string? copy)
    {
        var source = copy is null
            ? new SqliteConnectionStringBuilder { DataSource = $"{Address(file)}?immutable=1", Mode = SqliteOpenMode.ReadOnly, Pooling = false }
            : new SqliteConnectionStringBuilder { DataSource = Path.Combine(copy, Path.GetFileName(file)), Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        var connection = new SqliteConnection(source.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            // Opening reads nothing; this does, and recovers the copy.
            command.CommandText = "SELECT count(*) FROM sqlite_master";
            command.ExecuteScalar();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Not System.Uri: it takes "%20" in a file's name for a space that is already written so.
    private static string Address(string file) =>
        "file:///" + string.Join('/', file.TrimStart('/').Split('/', Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));

    private IEnumerable<IReadOnlyDictionary<string, string?>> Read(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = Translated(command.ExecuteReader);
        while (Translated(reader.Read))
        {
            var row = new Dictionary<string, string?>(reader.FieldCount, StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < reader.FieldCount; i++)
                row[reader.GetName(i)] = Text(reader.GetValue(i));
            yield return row;
        }
    }

    private static T Translated<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException exception)
        {
            throw new DatabaseUnavailableException(DatabaseTrouble.Unreachable, "The SQLite database is damaged.", exception);
        }
    }

    private static string? Text(object value) => value switch
    {
        DBNull => null,
        byte[] bytes => Convert.ToHexStringLower(bytes),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string Copy(string file)
    {
        var copy = Directory.CreateTempSubdirectory("berth-read-").FullName;
        try
        {
            foreach (var one in Companions.Prepend("").Select(companion => file + companion).Where(File.Exists))
                File.Copy(one, Path.Combine(copy, Path.GetFileName(one)));
            return copy;
        }
        catch
        {
            Remove(copy);
            throw;
        }
    }

    private static void Remove(string? copy)
    {
        if (copy is not null)
            Directory.Delete(copy, recursive: true);
    }

    private static IReadOnlyList<(long Length, DateTime Written)> Stamps(string file) =>
        [.. Companions.Prepend("").Select(companion => new FileInfo(file + companion)).Select(one => one.Exists ? (one.Length, one.LastWriteTimeUtc) : (-1, default))];
}
