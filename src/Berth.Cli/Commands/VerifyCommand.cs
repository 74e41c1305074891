using System.CommandLine;
using System.Text;
using Berth.Cli.Output;
using Berth.Cli.Signing;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Cli.Commands;

/// <summary>
/// <c>berth verify FILE</c>: whether each signature is of this package and of a key that is known here. Without a network, so
/// whether a key was in force at the time is not asked: the registry and the hosts do.
/// </summary>
internal static class VerifyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var file = new Argument<FileInfo>("file") { Description = "The package (.berth)" };
        var signature = new Option<FileInfo?>("--signature") { Description = "The signature file [default: FILE.sig]", HelpName = "file" };
        var keys = new Option<FileInfo[]>("--keys") { Description = "Public keys: a JWK set, a JWK or PEM, can be repeated [default: your own keys]", HelpName = "file" };
        return runner.Bind(
            new Command("verify", "Verify a package's signatures, without a network") { file, signature, keys },
            (context, cancellationToken) => RunAsync(context, context.Get(file)!, context.Get(signature)?.FullName, context.Get(keys) ?? [], cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, FileInfo file, string? signature, FileInfo[] keyFiles, CancellationToken cancellationToken)
    {
        var package = await PackageSigner.ReadAsync(context, file, cancellationToken);
        var signatures = PackageSigner.Read(signature ?? PackageSigner.FileOf(file));
        var keys = (keyFiles.Length == 0 ? new KeyFolder(context.Profiles).List() : [.. keyFiles.SelectMany(one => KeysOf(one.FullName))])
            .ToLookup(key => key.Thumbprint, StringComparer.Ordinal);
        // The same RSA numbers may be there for RS256 and for RS512.
        var verdicts = signatures.Signatures.Select(one => one.Verify(
            CanonicalFileList.Create(package), DetachedSignature.FilesType, kid => keys[kid].FirstOrDefault(key => key.Algorithm == one.Header.Algorithm) ?? keys[kid].FirstOrDefault())).ToList();

        var isValid = verdicts.TrueForAll(verdict => verdict is SignatureVerdict.Valid);
        var shown = verdicts.Select(verdict => new VerifiedSignature(
            verdict.Header.Kid, verdict.Header.Algorithm.Name, verdict.Header.Role, verdict.Header.SignedAt, verdict.Fault is null, verdict.Fault?.Code, verdict.Fault?.Reason)).ToList();
        context.Report.Table(
            new VerifyOutput(package.Manifest.Name, package.Manifest.Version.ToString(), isValid, shown),
            ["VERDICT", "ROLE", "KEY", "ALGORITHM", "REASON"],
            [.. shown.Select(one => (IReadOnlyList<string>)[one.Valid ? "valid" : "refused", one.Role, one.Kid, one.Algorithm, one.Valid ? "" : $"{one.Code}: {one.Reason}"])]);
        return isValid ? ExitCode.Done : ExitCode.Refused;
    }

    private static IReadOnlyList<VerificationKey> KeysOf(string file)
    {
        var text = KeyFolder.TextOf(file);
        var bytes = Encoding.UTF8.GetBytes(text);
        if (!text.TrimStart().StartsWith('{'))
        {
            return [KeyOf(VerificationKey.FromPem(text), file)];
        }

        if (StrictJson.Parse(bytes, out _) is { ValueKind: System.Text.Json.JsonValueKind.Object } json && json.TryGetProperty("keys", out _))
        {
            var set = JsonWebKeySet.Read(bytes);
            return set.Key is { } found ? [.. found.Keys.Values] : throw KeyFolder.Refused(file, set.Fault!);
        }

        return [KeyOf(VerificationKey.FromJwk(bytes), file)];
    }

    private static VerificationKey KeyOf(KeyReading<VerificationKey> reading, string file) => reading.Key ?? throw KeyFolder.Refused(file, reading.Fault!);

    private sealed record VerifiedSignature(string Kid, string Algorithm, string Role, DateTimeOffset? SignedAt, bool Valid, string? Code, string? Reason);

    private sealed record VerifyOutput(string Slug, string Version, bool Valid, IReadOnlyList<VerifiedSignature> Signatures) : JsonOutput;
}
