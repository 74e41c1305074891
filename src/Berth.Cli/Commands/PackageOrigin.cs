using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>Installing from a file of yours or from a release on GitHub: the package is kept for you alone.</summary>
internal static class PackageOrigin
{
    private const string GitHub = "https://github.com/";

    /// <summary>An argument that takes a slug, a package file or the address of a repository.</summary>
    public static Argument<string> CreateArgument()
    {
        var argument = new Argument<string>("slug") { Description = "The plugin's name, a package file (./notes.berth), or a repository (https://github.com/OWNER/REPO)" };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IsOne(token.Value) && !SlugArgument.IsSlug(token.Value))
            {
                result.AddError($"\"{token.Value}\" is no plugin name (a letter, then 1 to 63 letters, digits, dots, underscores or hyphens), no package file and no repository.");
            }
        });
        return argument;
    }

    /// <summary>Whether it is a file or a repository, not a slug.</summary>
    public static bool IsOne(string text) => IsRepository(text) || text.EndsWith(".berth", StringComparison.OrdinalIgnoreCase);

    /// <summary>Shows the plan, asks, installs, says how to undo it.</summary>
    public static async Task<ExitCode> InstallAsync(
        CommandContext context, string origin, string? version, string[]? granted, CancellationToken cancellationToken)
    {
        if (!IsRepository(origin) && version is not null)
        {
            throw new CommandFailedException(ExitCode.Usage, "client.version.given", "A package file is one version.", "Leave --version away.");
        }

        if (!IsRepository(origin) && !File.Exists(origin))
        {
            throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"There is no file {origin}.");
        }

        var host = await context.HostAsync(cancellationToken);
        var plan = (await context.Report.WatchAsync(
            $"Planning {origin}", host.SendPackageAsync<Framed<Planned>>(origin, version, null, "?dry_run=true", cancellationToken))).Data.Plan;
        if (context.IsDryRun)
        {
            return PlanOutput.Print(context.Report, plan);
        }

        var consent = await CapabilityConsent.AskAsync(context, plan, granted, cancellationToken);
        var done = (await context.Report.WatchAsync(
            $"Installing {plan.PluginSlug} {plan.Version}", host.SendPackageAsync<Framed<InstallationResult>>(origin, version, consent.Grant, "", cancellationToken))).Data;
        context.Report.Result(OperationOutput.Of("install", done), $"Installed {done.PluginSlug} {done.Version} ({done.PluginId}). Nobody else sees the package.");
        context.Report.Say($"Undo: berth uninstall {done.PluginSlug}");
        return ExitCode.Done;
    }

    /// <summary>Whether it is the address of a repository.</summary>
    public static bool IsRepository(string text) => text.StartsWith(GitHub, StringComparison.OrdinalIgnoreCase);
}
