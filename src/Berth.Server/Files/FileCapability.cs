using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Server.Files;

/// <summary>
/// The capability segment of file URLs: "may read these bytes" and nothing else, for plain script tags that cannot send a
/// header. An HMAC-SHA256 over user, slug, version, package digest and expiry, cut to 128 bits, compared in fixed time.
/// </summary>
/// <remarks>
/// Layout before base64url: key id (1 byte), expiry (Unix hours, 4 bytes, big endian), MAC (16 bytes), version (UTF-8); for optimised
/// files, whose bytes are other ones, <c>~</c> and eight digits of the variant's digest belong to the version: no version has that sign.
/// The expiry is the second next noon or midnight (UTC): a link lives for 12 to 24 hours, and a browser sees the same URL
/// for half a day.
/// </remarks>
public sealed class FileCapability(FileCapabilityKeys keys, TimeProvider time)
{
    private const int MacLength = 16;
    private const int HeaderLength = 1 + 4 + MacLength;
    private const int MaxTextLength = 512;
    private const int WindowHours = 12;
    private const int MaxVerified = 20_000;

    // What was proved stays proved until it ends: a page asks for many files with one segment. Looked up without a copy
    // of the segment's text; bounded, and dropped whole when full.
    private readonly ConcurrentDictionary<string, Proof> _verified = new(StringComparer.Ordinal);
    private int _verifiedCount;

    /// <summary>The segment's text, without the <c>~</c> in front.</summary>
    public string Create(string userId, string slug, FileClaim claim, string digest)
    {
        var version = claim.ToString();
        var versionBytes = Encoding.UTF8.GetBytes(version);
        var bytes = new byte[HeaderLength + versionBytes.Length];
        var nowHours = time.GetUtcNow().ToUnixTimeSeconds() / 3600;
        var expiry = (uint)(((nowHours / WindowHours) + 2) * WindowHours);
        bytes[0] = keys.CurrentKid;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), expiry);
        Mac(keys.Find(keys.CurrentKid)!, userId, slug, version, digest, expiry, bytes.AsSpan(5, MacLength));
        versionBytes.CopyTo(bytes.AsSpan(HeaderLength));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads what a segment is for. Proves nothing: <see cref="Verify"/> does.</summary>
    public bool TryRead(ReadOnlySpan<char> text, out FileClaim claim)
    {
        if (_verified.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var proof))
        {
            claim = proof.Claim;
            return true;
        }

        claim = default;
        if (text.Length is < 28 or > MaxTextLength)
            return false;
        Span<byte> bytes = stackalloc byte[MaxTextLength];
        if (!TryDecode(text, bytes, out var length))
            return false;
        claim = FileClaim.Read(Encoding.UTF8.GetString(bytes[HeaderLength..length]));
        return true;
    }

    /// <summary>Whether the segment was made here for exactly these values and has not ended.</summary>
    public bool Verify(ReadOnlySpan<char> text, string userId, string slug, FileClaim claim, string digest)
    {
        if (_verified.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var proof))
            return proof.Expiry > time.GetUtcNow().ToUnixTimeSeconds() && proof.IsFor(userId, slug, claim, digest);
        Span<byte> bytes = stackalloc byte[MaxTextLength];
        if (text.Length > MaxTextLength || !TryDecode(text, bytes, out _))
            return false;
        var expiry = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (expiry * 3600L <= time.GetUtcNow().ToUnixTimeSeconds() || keys.Find(bytes[0]) is not { } key)
            return false;
        Span<byte> expected = stackalloc byte[MacLength];
        Mac(key, userId, slug, claim.ToString(), digest, expiry, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes.Slice(5, MacLength)))
            return false;
        Remember(text, new Proof(userId, slug, claim, digest, expiry * 3600L));
        return true;
    }

    private void Remember(ReadOnlySpan<char> text, Proof proof)
    {
        if (Interlocked.Increment(ref _verifiedCount) > MaxVerified)
        {
            _verified.Clear();
            Volatile.Write(ref _verifiedCount, 0);
        }

        _verified[text.ToString()] = proof;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes, out int length) =>
        Base64Url.TryDecodeFromChars(text, bytes, out length) && length > HeaderLength;

    // Fields are ended by a zero byte, which none of them can contain, so no two lists of fields give the same bytes.
    private static void Mac(byte[] key, string userId, string slug, string version, string digest, uint expiry, Span<byte> mac)
    {
        Span<byte> message = stackalloc byte[1024];
        var length = 0;
        Append(message, ref length, "berth-file-1");
        Append(message, ref length, userId);
        Append(message, ref length, slug);
        Append(message, ref length, version);
        Append(message, ref length, digest);
        BinaryPrimitives.WriteUInt32BigEndian(message[length..], expiry);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message[..(length + 4)], whole);
        whole[..MacLength].CopyTo(mac);
    }

    private static void Append(Span<byte> message, ref int length, string field)
    {
        length += Encoding.UTF8.GetBytes(field, message[length..]);
        message[length++] = 0;
    }

    private sealed record Proof(string UserId, string Slug, FileClaim Claim, string Digest, long Expiry)
    {
        public bool IsFor(string userId, string slug, FileClaim claim, string digest) =>
            userId == UserId && slug == Slug && claim == Claim && digest == Digest;
    }
}
