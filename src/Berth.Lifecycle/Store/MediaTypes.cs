using System.Collections.Frozen;

namespace Berth.Lifecycle.Store;

/// <summary>Media types of served files, by extension. Exact, because answers carry <c>nosniff</c>.</summary>
internal static class MediaTypes
{
    public const string Default = "application/octet-stream";

    private static readonly FrozenDictionary<string, string> ByExtension = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".cjs"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".html"] = "text/html; charset=utf-8",
        [".htm"] = "text/html; charset=utf-8",
        [".md"] = "text/markdown; charset=utf-8",
        [".txt"] = "text/plain; charset=utf-8",
        [".csv"] = "text/csv; charset=utf-8",
        [".json"] = "application/json",
        [".map"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".xml"] = "application/xml",
        [".svg"] = "image/svg+xml",
        [".wasm"] = "application/wasm",
        [".pdf"] = "application/pdf",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".avif"] = "image/avif",
        [".ico"] = "image/x-icon",
        [".bmp"] = "image/bmp",
        [".woff"] = "font/woff",
        [".woff2"] = "font/woff2",
        [".ttf"] = "font/ttf",
        [".otf"] = "font/otf",
        [".eot"] = "application/vnd.ms-fontobject",
        [".mp3"] = "audio/mpeg",
        [".ogg"] = "audio/ogg",
        [".wav"] = "audio/wav",
        [".mp4"] = "video/mp4",
        [".webm"] = "video/webm",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string Of(string path)
    {
        if (ByExtension.TryGetValue(Path.GetExtension(path), out var type))
            return type;
        var name = Path.GetFileName(path);
        return name.StartsWith("LICENSE", StringComparison.Ordinal) ? "text/plain; charset=utf-8" : Default;
    }

    /// <summary>Whether compressing is worth trying: texts and WebAssembly; images, fonts and media are compressed already.</summary>
    public static bool IsCompressible(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.Ordinal)
        || mediaType is "application/json" or "application/manifest+json" or "application/xml" or "image/svg+xml" or "application/wasm"
            or "font/ttf" or "font/otf" or "image/bmp";
}
