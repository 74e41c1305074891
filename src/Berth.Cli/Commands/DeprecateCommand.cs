using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth deprecate SLUG [VERSION] --message TEXT</c>: warns of a version, or of all.</summary>
internal static class DeprecateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var version = new Argument<string?>("version") { Description = "A version of the plugin [default: all of them]", Arity = ArgumentArity.ZeroOrOne };
        var message = new Option<string?>("--message") { Description = "Why, and what to do instead", HelpName = "text" };
        var successor = new Option<string?>("--successor") { Description = "The plugin that takes its place, or slug@range", HelpName = "slug" };
        var undo = new Option<bool>("--undo") { Description = "Take the warning back" };
        var command = new Command("deprecate", "Warn of a version of a plugin, or of all") { slug, version, message, successor, undo };
        command.Validators.Add(result =>
        {
            if (result.GetValue(undo) == !string.IsNullOrWhiteSpace(result.GetValue(message)))
            {
                result.AddError("Say --message TEXT, or --undo.");
            }
        });
        return runner.Bind(command, (context, cancellationToken) => RunAsync(
            context, context.Get(slug)!, context.Get(version), context.Get(message) ?? "", context.Get(successor), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string slug, string? version, string message, string? successor, CancellationToken cancellationToken)
    {
        var registry = await context.RegistryAsync(cancellationToken);
        var parts = successor?.Split('@', 2);
        var body = new { message, successor = parts?[0], successor_version = parts is [_, var range] ? range : null };
        await context.Report.WatchAsync($"Changing {slug}", registry.ChangeVersionAsync(slug, version, "deprecate", body, context.IsDryRun, cancellationToken));
        var what = version is null ? $"Every version of {slug}" : $"{slug} {version}";
        context.Report.Result(
            new DeprecateOutput(slug, version, message.Length > 0, message.Length > 0 ? message : null, successor, context.IsDryRun ? true : null),
            $"{what} {(context.IsDryRun ? "would be" : "is")} {(message.Length > 0 ? "deprecated" : "not deprecated")}.");
        return ExitCode.Done;
    }

    private sealed record DeprecateOutput(string Slug, string? Version, bool Deprecated, string? Message, string? Successor, bool? DryRun) : JsonOutput;
}
