using System.Text;
using Berth.Packaging.Signing;

namespace Berth.Packaging.Tests.Signing;

/// <summary>Makes signature files that no signer of ours would make.</summary>
internal static class Forge
{
    public static byte[] Payload { get; } = """{"capabilities":[],"files":[],"formatVersion":1,"slug":"Notes","version":"1.0.0"}"""u8.ToArray();

    /// <summary>A header, signed as it stands by the key.</summary>
    public static string Entry(string headerJson, SigningKey key, Func<byte[], byte[]>? bend = null)
    {
        var header = StrictBase64Url.Encode(Encoding.UTF8.GetBytes(headerJson));
        return Entry(header, Sign(header, key, bend));
    }

    public static string Entry(string header, string signature) => $$"""{"protected":"{{header}}","signature":"{{signature}}"}""";

    public static string Sign(string header, SigningKey key, Func<byte[], byte[]>? bend = null)
    {
        var signature = key.Sign(DetachedSignature.SigningInput(header, Payload));
        return StrictBase64Url.Encode(bend is null ? signature : bend(signature));
    }

    public static string Header(SigningKey key, string more = "", string? alg = null, string? kid = null, string? typ = null) =>
        $$"""{"alg":"{{alg ?? key.Public.Algorithm.Name}}","kid":"{{kid ?? key.Public.Thumbprint}}","typ":"{{typ ?? DetachedSignature.FilesType}}"{{more}}}""";

    public static string File(params string[] entries) => $$"""{"signatures":[{{string.Join(',', entries)}}]}""";

    /// <summary>The code of the first thing that is wrong, or <see langword="null"/> when every signature is valid.</summary>
    public static string? Judge(string file, byte[]? payload = null)
    {
        var reading = SignatureFile.Read(Encoding.UTF8.GetBytes(file));
        return reading.File is { } read
            ? read.Verify(payload ?? Payload, DetachedSignature.FilesType, TestKeys.Find).Select(verdict => verdict.Fault?.Code).FirstOrDefault(code => code is not null)
            : reading.Fault!.Code;
    }
}
