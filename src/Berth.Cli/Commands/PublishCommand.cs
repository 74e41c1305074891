using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Cli.Signing;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;

namespace Berth.Cli.Commands;

/// <summary><c>berth publish FILE…</c>: checks each package here, then gives it to the registry; one failure doesn't stop the others.</summary>
internal static class PublishCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var files = new Argument<FileInfo[]>("files") { Description = "Packages (.berth)", Arity = ArgumentArity.OneOrMore };
        var sign = new Option<string?>("--sign") { Description = "Sign each package with this key of yours", HelpName = "kid" };
        var signature = new Option<FileInfo?>("--signature") { Description = "Send this signature file along, with one package", HelpName = "file" };
        var wait = new Option<bool>("--wait") { Description = "Wait for the end of the registry's checks, and show what each says (the default)" };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait: the registry has the package and goes on by itself" };
        var command = new Command("publish", "Publish packages to the registry") { files, sign, signature, wait, noWait };
        command.Validators.Add(result =>
        {
            if (result.GetValue(wait) && result.GetValue(noWait))
            {
                result.AddError("--wait and --no-wait exclude each other.");
            }
        });
        return runner.Bind(command, (context, cancellationToken) =>
            RunAsync(context, context.Get(files)!, new Choice(context.Get(sign), context.Get(signature), !context.Get(noWait)), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, FileInfo[] files, Choice choice, CancellationToken cancellationToken)
    {
        if (choice is { File: not null } && (files.Length > 1 || choice.Key is not null))
        {
            throw new CommandFailedException(ExitCode.Usage, "client.signature.usage", "--signature goes with one package, and not with --sign.");
        }

        var registry = context.IsDryRun ? null : await context.RegistryAsync(cancellationToken);
        var failures = new List<CommandFailedException>();
        foreach (var file in files)
        {
            try
            {
                await PublishAsync(context, registry, file, choice, cancellationToken);
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

    private static async Task PublishAsync(CommandContext context, ApiConnection? registry, FileInfo file, Choice choice, CancellationToken cancellationToken)
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

        var signature = SignatureOf(context, outcome.Package, choice);
        var (slug, version) = (outcome.Package.Manifest.Name, outcome.Package.Manifest.Version.ToString());
        if (registry is null)
        {
            context.Report.Result(
                new PublishOutput(slug, version, outcome.Package.Digest, outcome.Package.Size, "wouldPublish"), $"Would publish {slug} {version}.");
            return;
        }

        var upload = new PackageUpload(registry, file, outcome.Package, signature);
        var made = await context.Report.WatchAsync(
            $"Publishing {slug} {version} ({PlanView.Size(outcome.Package.Size)})", upload.SendAsync(choice.Waits, stage => context.Report.Say(stage.Line), cancellationToken));
        context.Report.Result(
            new PublishOutput(slug, version, outcome.Package.Digest, outcome.Package.Size, made.State, made.OperationId, made.Stages, made.Review?.Id, made.Review?.Position),
            made.Sentence(slug, version));
    }

    private static string? SignatureOf(CommandContext context, Package package, Choice choice)
    {
        if (choice.File is { } file)
        {
            return PackageSigner.Read(file.FullName).ToJson();
        }

        if (choice.Key is null)
        {
            return null;
        }

        using var key = new KeyFolder(context.Profiles).Load(choice.Key);
        return new SignatureFile([PackageSigner.Sign(package, key)]).ToJson();
    }

    private sealed record Choice(string? Key, FileInfo? File, bool Waits);

    private sealed record PublishOutput(
        string Slug, string Version, string Digest, long Size, string State,
        string? OperationId = null, IReadOnlyList<UploadStage>? Stages = null, string? ReviewId = null, long? Position = null) : JsonOutput;
}
