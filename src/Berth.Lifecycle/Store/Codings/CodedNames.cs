using System.Buffers;

namespace Berth.Lifecycle.Store.Codings;

/// <summary>
/// The names of files in an index folder. All begin with the digest of the bytes they stand for. What was compressed again with
/// all effort has a name and a tag of its own, so that whoever still has the old table finds what that table says.
/// </summary>
internal static class CodedNames
{
    public const string Brotli = "br";
    public const string Gzip = "gz";
    public const string Zstd = "zst";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The HTTP codings, in the order in which one wins a draw.</summary>
    public static readonly IReadOnlyList<string> All = [Brotli, Zstd, Gzip];

    /// <summary>Where the bytes of one coding lie.</summary>
    public static string PathOf(string index, string sha256, string coding, bool isThorough) =>
        Path.Combine(index, $"{sha256}{(isThorough ? ".max." : ".")}{coding}");

    /// <summary>The strong tag of one coding.</summary>
    public static string TagOf(string sha256, string coding, bool isThorough) => $"\"{sha256[..32]}-{coding}{(isThorough ? "-max" : "")}\"";

    /// <summary>Where an optimised file lies.</summary>
    public static string OptimisedPath(string index, string sha256) => Path.Combine(index, sha256 + ".opt");

    /// <summary>Where it lies packed.</summary>
    public static string PackedPath(string index, string sha256) => Path.Combine(index, sha256 + ".opt.lz4");

    /// <summary>Whether a file in an index folder is an optimised one.</summary>
    public static bool IsOptimised(string name) => IsCoded(name) && (name.EndsWith(".opt", StringComparison.Ordinal) || name.EndsWith(".opt.lz4", StringComparison.Ordinal));

    /// <summary>Whether a file in an index folder is one of those: what nothing names any more may be removed.</summary>
    public static bool IsCoded(string name) => name.Length > 65 && name[64] == '.' && !name.AsSpan(0, 64).ContainsAnyExcept(HexDigits);
}
