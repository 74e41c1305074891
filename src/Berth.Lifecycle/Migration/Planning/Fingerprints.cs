using System.Security.Cryptography;
using System.Text;
using Berth.Lifecycle.Migration.OldLayout;

namespace Berth.Lifecycle.Migration.Planning;

/// <summary>SHA-256 over everything the old system holds: the same digest, the same rows and bytes.</summary>
internal static class Fingerprints
{
    public static string Of(OldSystem old)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var user in old.Users)
        {
            Add(hash, "user", user.Id);
            Add(hash, user.Columns);
        }

        foreach (var installation in old.Installations)
        {
            Add(hash, "installation", installation.UserId, installation.Slug, installation.Version, installation.Folder?.ContentDigest ?? "");
            Add(hash, installation.Row);
            foreach (var module in installation.Modules)
                Add(hash, module);
        }

        foreach (var finding in old.Findings)
            Add(hash, "finding", finding.Bucket.ToString(), finding.UserId ?? "", finding.Slug ?? "", finding.Version ?? "", finding.Path ?? "");
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, OldRow? row)
    {
        Add(hash, "row", row?.Id ?? "");
        if (row is not null)
            Add(hash, row.Columns);
    }

    private static void Add(IncrementalHash hash, IReadOnlyDictionary<string, string?> columns)
    {
        foreach (var (name, value) in columns.OrderBy(column => column.Key, StringComparer.Ordinal))
            Add(hash, name, value is null ? "0" : "1", value ?? "");
    }

    // Lengths keep two lists of texts from giving the same bytes.
    private static void Add(IncrementalHash hash, params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.LongLength));
            hash.AppendData(bytes);
        }
    }
}
