using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth grant SLUG CAPABILITY…</c> and <c>berth revoke SLUG CAPABILITY…</c>: what one of your plugins may do, without another install.</summary>
internal static class GrantCommand
{
    /// <summary>The command <c>grant</c>.</summary>
    public static Command Create(CommandRunner runner) => Create(runner, "grant", "Grant capabilities to one of your plugins; its next call has them", isGrant: true);

    /// <summary>The command <c>revoke</c>.</summary>
    public static Command CreateRevoke(CommandRunner runner) => Create(runner, "revoke", "Take capabilities back from one of your plugins; its next call has them no more", isGrant: false);

    private static Command Create(CommandRunner runner, string name, string description, bool isGrant)
    {
        var slug = SlugArgument.Create();
        var capabilities = new Argument<string[]>("capability") { Description = "For example network:http-client; berth status SLUG shows them", Arity = ArgumentArity.OneOrMore };
        return runner.Bind(
            new Command(name, description) { slug, capabilities },
            (context, cancellationToken) => RunAsync(context, context.Get(slug)!, [.. context.Get(capabilities)!.Distinct(StringComparer.Ordinal)], isGrant, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string slug, IReadOnlyList<string> names, bool isGrant, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var answer = await context.Report.WatchAsync($"Changing {slug}", host.ChangeGrantsAsync(slug, names, isGrant, context.IsDryRun, cancellationToken));
        var granted = answer.Data.Granted ?? answer.Data.Plan?.Capabilities?.Where(capability => capability.Granted is true).Select(capability => capability.Name).ToList();
        var list = string.Join(", ", names);
        var (now, would) = isGrant ? ("is granted", "would be granted") : ("is no longer granted", "would no longer be granted");
        context.Report.Result(
            new GrantOutput(slug, granted, context.IsDryRun ? true : null),
            $"{slug} {(context.IsDryRun ? would : now)} {list}.");
        foreach (var note in answer.Notes ?? answer.Data.Plan?.Notes?.Select(note => note.ToString()) ?? [])
        {
            context.Report.Say(note);
        }

        if (!context.IsDryRun)
        {
            context.Report.Say($"Undo: berth {(isGrant ? "revoke" : "grant")} {slug} {string.Join(' ', names)}");
        }

        return ExitCode.Done;
    }

    private sealed record GrantOutput(string Slug, IReadOnlyList<string>? Granted, bool? DryRun) : JsonOutput;
}
