using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Commands;

/// <summary><c>berth publish FILE…</c>: checks each package here, then gives it to the registry; one failure doesn't stop the others.</summary>
internal static class PublishCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var files = new Argument<FileInfo[]>("files") { Description = "Packages (.berth)", Arity = ArgumentArity.OneOrMore };
        return runner.Bind(
            new Command("publish", "Publish packages to the registry") { files },
            (context, cancellationToken) => RunAsync(context, context.Get(files)!, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, FileInfo[] files, CancellationToken cancellationToken)
    {
        var registry = context.IsDryRun ? null : await context.RegistryAsync(cancellationToken);
        var failures = new List<CommandFailedException>();
        foreach (var file in files)
        {
            try
            {
                await PublishAsync(context, registry, file, cancellationToken);
            }
            catch (CommandFailedException failure)
            {
                context.Report.Failure(failure);
                failures.Add(failure);
            }
        }

        return failures switch
        {
            [] => ExitCode.Done,
            _ when failures.Count < files.Length => ExitCode.Partly,
            [var first, ..] => failures.TrueForAll(failure => failure.Exit == first.Exit) ? first.Exit : ExitCode.Failed,
        };
    }

    private static async Task PublishAsync(CommandContext context, ApiConnection? registry, FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw new CommandFailedException(
                ExitCode.NotFound, "client.file.missing", $"{file.FullName} does not exist.", "Make a package with `berth pack DIR`.");
        }

        await using var bytes = file.OpenRead();
        var outcome = await context.Report.WatchAsync($"Checking {file.Name}", PackageReader.ReadAsync(bytes, PackageLimits.Default, cancellationToken));
        if (!outcome.IsAccepted)
        {
            throw PackageVerdict.Refusal(outcome, file.FullName);
        }

        var (slug, version) = (outcome.Package.Manifest.Name, outcome.Package.Manifest.Version.ToString());
        if (registry is null)
        {
            context.Report.Result(
                new PublishOutput(slug, version, outcome.Package.Digest, outcome.Package.Size, "wouldPublish"), $"Would publish {slug} {version}.");
            return;
        }

        var upload = new PackageUpload(registry, file, outcome.Package);
        var made = await context.Report.WatchAsync(
            $"Publishing {slug} {version} ({PlanView.Size(outcome.Package.Size)})", upload.SendAsync(cancellationToken));
        context.Report.Result(new PublishOutput(slug, version, outcome.Package.Digest, outcome.Package.Size, made.State), made.Sentence(slug, version));
    }

    private sealed record PublishOutput(string Slug, string Version, string Digest, long Size, string State) : JsonOutput;
}
