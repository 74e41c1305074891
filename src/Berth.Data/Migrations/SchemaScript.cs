using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Berth.Data.Sessions;

namespace Berth.Data.Migrations;

/// <summary>One step of the schema, an embedded file <c>Schema/{dialect}/NNNN_name.sql</c>. Never changed once released.</summary>
/// <param name="Number">Its place in the order, from 1.</param>
/// <param name="Name">What it adds.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record SchemaScript(long Number, string Name, string Sql)
{
    /// <summary>SHA-256 of the text, by which a changed script is found out. Line ends do not count.</summary>
    public string Sha256 { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>The scripts of a dialect, in order.</summary>
    public static IReadOnlyList<SchemaScript> All(DatabaseKind kind)
    {
        var assembly = typeof(SchemaScript).Assembly;
        var folder = kind == DatabaseKind.Sqlite ? "Schema/sqlite/" : "Schema/postgresql/";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name => Read(assembly, name, Path.GetFileNameWithoutExtension(name[folder.Length..])))
            .OrderBy(script => script.Number)];
    }

    /// <summary>A script of a part, which has no place in the order.</summary>
    public static SchemaScript Part(DatabaseKind kind, string name)
    {
        var resource = $"Schema/parts/{(kind == DatabaseKind.Sqlite ? "sqlite" : "postgresql")}/{name}.sql";
        using var reader = new StreamReader(typeof(SchemaScript).Assembly.GetManifestResourceStream(resource) ?? throw new ArgumentException($"There is no schema part '{name}'.", nameof(name)));
        return new SchemaScript(0, name, reader.ReadToEnd());
    }

    private static SchemaScript Read(Assembly assembly, string resource, string file)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new SchemaScript(long.Parse(file[..4], CultureInfo.InvariantCulture), file[5..], reader.ReadToEnd());
    }
}
