using System.CommandLine;
using System.Text;
using Berth.Cli.Output;
using Berth.Cli.Signing;
using Berth.Packaging.Signing;

namespace Berth.Cli.Commands;

/// <summary><c>berth sign FILE</c>: writes a signature beside the package, or adds one to those that are there. The package stays as it is.</summary>
internal static class SignCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var file = new Argument<FileInfo>("file") { Description = "The package (.berth)" };
        var key = new Option<string?>("--key") { Description = "Beginning of the key's id [default: your only key]", HelpName = "kid" };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The signature file [default: FILE.sig]", HelpName = "file" };
        return runner.Bind(
            new Command("sign", "Sign a package, without a network") { file, key, output },
            (context, cancellationToken) => RunAsync(context, context.Get(file)!, context.Get(key), context.Get(output)?.FullName, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, FileInfo file, string? name, string? output, CancellationToken cancellationToken)
    {
        var package = await PackageSigner.ReadAsync(context, file, cancellationToken);
        using var key = new KeyFolder(context.Profiles).Load(name);
        var target = output ?? PackageSigner.FileOf(file);
        var kept = File.Exists(target) ? PackageSigner.Read(target).Signatures : [];
        // The same key signs anew: its signature before is of other bytes, or of these and then not needed twice.
        var signed = new SignatureFile([.. kept.Where(one => one.Header.Kid != key.Public.Thumbprint), PackageSigner.Sign(package, key)]);
        if (!context.IsDryRun)
        {
            await WriteAsync(target, signed.ToJson(), cancellationToken);
        }

        var (slug, version) = (package.Manifest.Name, package.Manifest.Version.ToString());
        context.Report.Result(
            new SignOutput(slug, version, key.Public.Thumbprint, key.Public.Algorithm.Name, target, signed.Signatures.Count, context.IsDryRun ? true : null),
            $"{(context.IsDryRun ? "Would sign" : "Signed")} {slug} {version} with {key.Public.Thumbprint} ({key.Public.Algorithm}): {target}");
        return ExitCode.Done;
    }

    private static async Task WriteAsync(string target, string json, CancellationToken cancellationToken)
    {
        var staged = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllTextAsync(staged, json, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancellationToken);
            File.Move(staged, target, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCode.Failed, "client.io", $"{target} cannot be written: {problem.Message}", inner: problem);
        }
        finally
        {
            File.Delete(staged);
        }
    }

    private sealed record SignOutput(string Slug, string Version, string Kid, string Algorithm, string File, int Signatures, bool? DryRun) : JsonOutput;
}
