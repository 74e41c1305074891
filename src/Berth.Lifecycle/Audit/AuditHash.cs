using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Lifecycle.Audit;

/// <summary>
/// The hash of a seal: SHA-256 over the seal before, what the seal says of itself, and each row. Every value goes in with its
/// length, so that no two different rows read the same; a value that is not there is not an empty one.
/// </summary>
internal sealed class AuditHash : IDisposable
{
    /// <summary>What the first seal follows.</summary>
    public const string Beginning = "0000000000000000000000000000000000000000000000000000000000000000";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of a seal over rows in their order.</summary>
    public static string Of(string previousHash, long from, long to, long at, IReadOnlyList<AuditEntry> rows)
    {
        using var hash = new AuditHash();
        hash.Add("berth-audit-seal-1");
        hash.Add(previousHash);
        hash.Add(from);
        hash.Add(to);
        hash.Add(at);
        hash.Add(rows.Count);
        foreach (var row in rows)
            hash.Add(row);
        return Convert.ToHexStringLower(hash._hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void Add(AuditEntry row)
    {
        Add(row.Sequence);
        Add(row.At);
        Add(row.ActorId);
        Add(row.UserId);
        Add(row.Action);
        Add(row.Subject);
        Add(row.Outcome);
        Add(row.DetailJson);
        Add(row.RequestId);
    }

    private void Add(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _hash.AppendData(bytes);
    }

    private void Add(string? value)
    {
        if (value is null)
        {
            Add(-1);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(value);
        Add(bytes.Length);
        _hash.AppendData(bytes);
    }
}
