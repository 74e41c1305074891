using System.CommandLine;
using System.Text.Json.Nodes;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth pin SLUG [RANGE]</c> and <c>berth unpin SLUG</c>: keep updates within bounds of your own.</summary>
internal static class PinCommand
{
    /// <summary>The command <c>pin</c>.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var range = new Argument<string?>("range") { Description = "A version or a range [default: the installed version]", Arity = ArgumentArity.ZeroOrOne };
        return runner.Bind(
            new Command("pin", "Keep one of your plugins at a version or in a range") { slug, range },
            (context, cancellationToken) => PinAsync(context, context.Get(slug)!, context.Get(range), cancellationToken));
    }

    /// <summary>The command <c>unpin</c>.</summary>
    public static Command CreateUnpin(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        return runner.Bind(
            new Command("unpin", "Let one of your plugins be updated again") { slug },
            (context, cancellationToken) => SetAsync(context, context.Get(slug)!, null, cancellationToken));
    }

    private static async Task<ExitCode> PinAsync(CommandContext context, string slug, string? range, CancellationToken cancellationToken)
    {
        if (range is null)
        {
            var host = await context.HostAsync(cancellationToken);
            range = (await host.StatusAsync(slug, cancellationToken)).PluginInfo?.Version
                ?? throw new CommandFailedException(ExitCode.NotFound, "client.plugin.not_installed", $"{slug} is not installed.", "See `berth list`.");
        }

        return await SetAsync(context, slug, range, cancellationToken);
    }

    private static async Task<ExitCode> SetAsync(CommandContext context, string slug, string? range, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var would = context.IsDryRun ? "would be" : "is";

        // A null that is sent lifts the pin; one that is left away would leave it.
        await context.Report.WatchAsync($"Changing {slug}", host.SetPolicyAsync(slug, new JsonObject { ["pinned"] = range }, context.IsDryRun, cancellationToken));
        context.Report.Result(
            new PinOutput(slug, range, context.IsDryRun ? true : null),
            range is null ? $"{slug} {would} free for updates." : $"{slug} {would} pinned to {range}.");
        if (!context.IsDryRun && range is not null)
        {
            context.Report.Say($"Undo: berth unpin {slug}");
        }

        return ExitCode.Done;
    }

    private sealed record PinOutput(string Slug, string? Pinned, bool? DryRun) : JsonOutput;
}
